"""What `make bench` prints when a goal is missed. No test measures speed."""
