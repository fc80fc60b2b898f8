"""Kept histories: a device asks that its history is opened at a visit, an officer asks the vault, and the vault gives it the keys."""
