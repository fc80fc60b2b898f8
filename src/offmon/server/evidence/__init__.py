"""Reveals and exports: the only two ways in which a body is opened."""
