"""Everything on one machine, with a private PostgreSQL and invented data."""
