"""What runs only in a demonstration: never imported by the shop itself."""
