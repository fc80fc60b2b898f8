"""The worker: what it does for an agency, and that one thing failing stops nothing else."""
