"""The operator's commands, with real files and a real database."""
