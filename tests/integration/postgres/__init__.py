"""The private PostgreSQL, its roles, and a database for each test."""
