"""Prices, stock and facts of editions as a spreadsheet, out and in."""
