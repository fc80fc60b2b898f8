"""The start page: what waits for a member of staff. It is read from the tables of what waits, and kept nowhere."""
