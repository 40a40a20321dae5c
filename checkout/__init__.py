"""From the basket to the paid order."""
