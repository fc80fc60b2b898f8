"""What a person agreed to, and that they withdrew it."""
