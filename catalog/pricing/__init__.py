"""What an edition costs and whether it can be had (Oscar's `partner`)."""
