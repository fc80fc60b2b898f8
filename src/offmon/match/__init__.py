"""Detectors: pure functions from observations and signed lists to findings. No files, no network, no clock."""
