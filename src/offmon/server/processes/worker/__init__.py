"""Runs unasked: places the log's entries, raises alerts from what devices sent, renews leases, feeds the signer's queue."""
