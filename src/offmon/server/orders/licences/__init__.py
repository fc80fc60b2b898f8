"""Licences as the licence system calls them, and the status that its feed gives them (docs/specs/licence-feed.md)."""
