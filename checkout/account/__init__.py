"""A reader's account: sign in, sign up, past orders."""
