"""Forces and probation services, their staff, roles, and who may see which case."""
