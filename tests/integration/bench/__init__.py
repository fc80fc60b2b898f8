"""What `make bench` prints where a goal is missed. How fast anything is, no test says."""
