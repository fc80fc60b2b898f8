"""Entries of a case as far as somebody outside is shown them, and where they stand in the log."""
