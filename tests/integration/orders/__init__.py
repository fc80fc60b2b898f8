"""Orders and their documents on a real database."""
