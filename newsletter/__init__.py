"""Readers who asked to be written to."""
