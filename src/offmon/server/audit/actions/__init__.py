"""Every write to the log: entries (`entries`), their places and checkpoints (`sequence`)."""

from offmon.server.audit.actions.entries import append

__all__ = ["append"]
