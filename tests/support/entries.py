"""An audit entry of an act, of which a test says what matters to it."""

from typing import Any

from offmon.core.log.audit import AuditEntry, EntryActor, EntryOutcome, Touched, Verb


def an_entry(verb: Verb, actor: EntryActor, *touched: Touched, **given: Any) -> AuditEntry:
    """Allowed, and of the actor's own agency. `given` replaces that; what it does not give is empty."""
    empty = dict.fromkeys(("case", "session", "request", "reason", "recipient", "alert", "decision", "manifest"))
    honest = {"agency": actor.agency, "operation": verb.operation, "outcome": EntryOutcome.ALLOWED}
    return AuditEntry(verb=verb, actor=actor, touched=touched, **{**empty, **honest, **given})
