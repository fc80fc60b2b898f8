"""The portal on a real database, as its own role."""
