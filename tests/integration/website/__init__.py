"""The public site on a real database, as its own role."""
