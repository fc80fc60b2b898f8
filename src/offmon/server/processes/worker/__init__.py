"""What runs without anyone asking: the log's places and witness, alerts from what devices sent, leases, the signer's queue."""
