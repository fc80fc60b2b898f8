"""Reaching people: where staff are told that something waits, what was sent there, and whether it works."""
