"""Storage for what is too large for a row. A file is written once, named by its digest, and never changed (design §2)."""
