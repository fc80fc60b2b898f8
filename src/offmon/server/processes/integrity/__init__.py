"""The integrity process: it holds each committed row to the log, and can write no row."""
