"""The trial as a stranger meets it: run, demo, reset, from a command line."""
