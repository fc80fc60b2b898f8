"""Oversight: checks of the running system."""
