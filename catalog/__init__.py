"""Works, their editions and the people who made them; finding them; showing them."""
