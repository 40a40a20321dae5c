"""Reading ONIX for Books, the message in which publishers describe what they sell."""
