"""Checks every control of the running system, again and again, and stores the results."""
