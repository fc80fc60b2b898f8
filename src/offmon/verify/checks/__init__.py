"""Checks of what a bundle says, used by the verifier's five questions. Each module is named after its subject."""
