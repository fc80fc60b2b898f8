"""The Django side: where staff, supervised people and devices come in, and what keeps each promise behind those doors."""
