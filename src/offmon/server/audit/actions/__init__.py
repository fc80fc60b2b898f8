"""Every write to the log: entries (`entries`), sealed days (`looks`), places and checkpoints (`sequence`)."""

from offmon.server.audit.actions.entries import append, append_each

__all__ = ["append", "append_each"]
