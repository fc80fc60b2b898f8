"""The pages of docs/reference that are drawn from code."""
