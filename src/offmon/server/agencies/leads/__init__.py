"""Which agency leads a case, and led it before."""
