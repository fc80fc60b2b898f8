"""The audit log's tables, and the functions that guard everyone else's."""
