"""The tree keeps the rules of the house that no other tool checks (CONTRIBUTING.md)."""
