"""Refusals about a body, an exhibit or a bundle are logged too (R-SEC-15).

Rules
- The act is undone first. The entry is a transaction of its own, in the case, with the code alone.
- The console's refusals are entries of the person who asked. The vault's are its own: the row that names a person may name nobody.
- If data is no longer what was written or sent, the vault logs `mismatch.found`, and the agency's data protection officer sees it
  (`audit.queries.mismatches`). So for an unreadable document: callers pass only ids, so it is one that we hold.
- What the worker has the vault try again is noted once a cause, so that a request that cannot be met fills no log.
- A `BEHIND` code is no refusal and makes no entry: the person tries again in a moment.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.core.exceptions import ObjectDoesNotExist

from offmon.core.errors import Malformed, NotAuthentic, Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import VAULT, EntryOutcome, Verb
from offmon.server.audit import queries as log
from offmon.server.audit.actions import append
from offmon.server.base.actor import Actor
from offmon.server.base.scope import action

BEHIND: Final = frozenset({"not-witnessed-yet", "opened-too-little", "being-built"})


@contextmanager
def refusals_noted(case: Id, *, actor: Actor, once_since: Ms | None = None) -> Iterator[None]:
    """What the block refuses becomes an entry of that case, by that actor; then it is raised.

    `once_since`: from when on one entry of each cause is enough, for what is tried again by itself.
    """
    try:
        yield
    except (Malformed, NotAuthentic, Refused) as refusal:
        if not isinstance(refusal, Refused) and actor.id == VAULT:
            _note(case, refusal.code, Verb.MISMATCH_FOUND, once_since, actor)
        elif not isinstance(refusal, Malformed) and refusal.code not in BEHIND:
            _note(case, refusal.code, Verb.ACCESS_DENIED, once_since, actor)
        raise
    except ObjectDoesNotExist:  # whoever asked is not of staff, or has left
        _note(case, "unknown-id", Verb.ACCESS_DENIED, once_since, actor)
        raise


def _note(case: Id, code: str, verb: Verb, once_since: Ms | None, actor: Actor) -> None:
    said = [] if once_since is None else log.recorded(actor, case, verb, once_since, by=actor.id)
    if all(entry.reason != code for entry in said):
        _do_note(case, code, verb, actor=actor)


@action
def _do_note(case: Id, code: str, verb: Verb, *, actor: Actor) -> None:
    append(actor, verb, case=case, outcome=EntryOutcome.DENIED, reason=code)
