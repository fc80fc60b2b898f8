"""Scope, caseload and settings on a real PostgreSQL, as each process's own role."""
