"""Samples of looks, to dip-check."""
