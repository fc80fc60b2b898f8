"""Commands of the log's app, by name."""
