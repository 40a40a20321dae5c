"""The shop: settings, addresses and what all its parts share."""
