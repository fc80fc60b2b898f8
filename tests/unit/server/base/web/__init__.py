"""The web base, tried on a face of a few pages. No database."""
