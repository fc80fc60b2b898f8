"""The audit log on a real PostgreSQL, as each process's own role, with a real witness."""
