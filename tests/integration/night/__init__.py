"""A small night."""
