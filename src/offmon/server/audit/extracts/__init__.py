"""Extracts of the log, to take away."""
