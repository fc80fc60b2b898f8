"""What is refused of a body, an exhibit or a bundle stands in the log as well (R-SEC-15).

Rules
- The act is undone first; the entry is a transaction of its own, of the case, with the code alone.
- The console's refusals are entries of whoever asked it. The vault's are its own: who asked it, it has from a row, and that may be nobody.
- What the vault finds that is no longer what was written or sent is an act of its own (`mismatch.found`): the agency's data protection
  officer sees each (`audit.queries.mismatches`). The vault is given ids alone, so that a document that it cannot read is one that is held.
- That the log, or what was said to be opened, is behind refuses nothing to anybody: whoever asked asks again in a moment.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.core.exceptions import ObjectDoesNotExist

from offmon.core.errors import Malformed, NotAuthentic, Refused
from offmon.core.ids import Id
from offmon.core.log.audit import VAULT, Outcome, Verb
from offmon.server.audit.actions import append
from offmon.server.base.actor import Actor
from offmon.server.base.scope import action

BEHIND: Final = frozenset({"not-witnessed-yet", "opened-too-little"})


@contextmanager
def refusals_noted(case: Id, *, actor: Actor) -> Iterator[None]:
    """What the block refuses becomes an entry of that case, by that actor; then it is raised."""
    try:
        yield
    except (Malformed, NotAuthentic, Refused) as refusal:
        if not isinstance(refusal, Refused) and actor.id == VAULT:
            _do_note(case, refusal.code, Verb.MISMATCH_FOUND, actor=actor)
        elif not isinstance(refusal, Malformed) and refusal.code not in BEHIND:
            _do_note(case, refusal.code, actor=actor)
        raise
    except ObjectDoesNotExist:  # whoever asked is not of staff, or has left
        _do_note(case, "unknown-id", actor=actor)
        raise


@action
def _do_note(case: Id, code: str, verb: Verb = Verb.ACCESS_DENIED, *, actor: Actor) -> None:
    append(actor, verb, case=case, outcome=Outcome.DENIED, reason=code)
