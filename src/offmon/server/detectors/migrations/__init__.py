"""Migrations of detectors."""
