"""What the log counts."""
