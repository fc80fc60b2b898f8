"""Offmon: overt, lawful, verifiable supervision of a device under a court order or licence."""
