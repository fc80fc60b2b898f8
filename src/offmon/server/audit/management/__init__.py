"""Commands of the log's app."""
