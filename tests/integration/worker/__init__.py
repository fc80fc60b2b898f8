"""The worker: its work for an agency, and that one failure stops nothing else."""
