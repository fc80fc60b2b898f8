"""Who opens the log, and what they search for in it (`core/log/reading.py`; DPA 2018 s.62(4), R-DPA-18)."""

from offmon.core.access.roles import Permission
from offmon.core.errors import Refused
from offmon.core.log.audit import Verb
from offmon.core.log.reading import ReadingPurpose, check_question
from offmon.server.audit.actions.entries import append
from offmon.server.audit.models import LogReading
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import action


@action
def do_open_log(purpose: ReadingPurpose, question: str, *, actor: Actor) -> None:
    """Open the log to the actor's session for an hour. Raises Refused (`no-question`, `no-session`).

    The entry gives both, for the next who reads the log.
    """
    actor.check(Permission.AUDIT_READ)
    check_question(question)
    if actor.session is None:
        raise Refused("no-session", "Sign in to read the log.")
    row = LogReading(
        agency=actor.agency,
        read_by=actor.id,
        session=actor.session,
        purpose=purpose,
        question=question.strip(),
        begun_at=clock.now(),
    )
    row.save(force_insert=True)
    append(actor, Verb.LOG_OPENED, case=None, touched=(row,), reason=f"{purpose.value}: {row.question}")
