"""The Django side: where staff, supervised people and devices connect, and the code that keeps each promise there."""
