"""The database's owner against the running system: what they change past every trigger, and in how many seconds it is found."""
