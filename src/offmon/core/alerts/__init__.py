"""From a group of findings to a decision and what follows from it."""
