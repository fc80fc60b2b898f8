"""The audit log: its entries, its records, whose act each was, and its tree."""
