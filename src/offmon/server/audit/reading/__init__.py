"""Reading the log, for a purpose of the law."""
