"""Ingest on a real database, as its own role."""
