"""Migrations of reaching."""
