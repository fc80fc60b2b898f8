"""Oversight: looks at the running system."""
