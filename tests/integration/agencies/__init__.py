"""Who works on a case, and with whom it is shared, on a real PostgreSQL."""
