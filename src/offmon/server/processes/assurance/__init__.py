"""Looks at every control of the running system, again and again, and keeps what it found."""
