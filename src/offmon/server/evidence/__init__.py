"""Reveals and exports: the only two ways to open a body."""
