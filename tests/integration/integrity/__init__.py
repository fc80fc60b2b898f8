"""Tests of the integrity process: what it finds of a row that was changed past the log, and that it finds nothing else."""
