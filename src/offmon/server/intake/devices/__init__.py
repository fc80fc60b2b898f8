"""Devices that need someone to look after them, and how each day of a device was spent (issue 20)."""
