"""The console as an officer uses it: granian, the vault as a process of its own, and a real browser."""
