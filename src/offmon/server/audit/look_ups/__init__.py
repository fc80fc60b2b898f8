"""Look-ups that somebody examines."""
