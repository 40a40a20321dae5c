"""What a reader means to buy (Oscar's `basket`)."""
