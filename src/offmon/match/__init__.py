"""Detectors: pure functions from what was observed, and signed lists, to findings. No files, no network, no clock."""
