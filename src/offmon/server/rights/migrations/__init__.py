"""The schema of rights, as it came to be."""
