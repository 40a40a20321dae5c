"""Writing ONIX for Books: the catalogue as a message that others load."""
