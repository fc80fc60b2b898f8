"""Whether devices may collect only what was authorised, told to the person, and documented, by the signer's own rules.

Rules
- Each grant is among the choices of the profile's own authorisation (`beyond`). Fewer grants do not fail: a term may have ended. An hour
  after a newer authorisation, the grants of a device's newest profile are also among its choices.
- Choices and grants are among those that the newest notice served by the lease's start describes (`untold`; S33). Its printed document says
  which. A notice that is no document of the deployment describes none.
- A list that declares itself of a sensitive class needs a choice that says why. It also needs a policy document, agreed to by two
  people and in force for the whole lease (`undocumented`; S7, S127). Only whether there is a reason is read, and no word of it.
- An empty profile never fails. `authority` checks separately what the orders give, so each control fails for its own reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from offmon.core.authority.capability import FOLLOWING
from offmon.core.authority.noticed import covers
from offmon.core.authority.profile import Choice, Grant, check_documented, check_sensitive
from offmon.core.clock import Period
from offmon.core.errors import OffmonError, Refused
from offmon.core.formats import codec


@dataclass(frozen=True, slots=True)
class _Granted:
    grants: tuple[Grant, ...]


def beyond(resting: Iterable[Mapping[str, Any]]) -> int:
    """How many profiles grant what nobody authorised, or nobody any more. `resting`: as `questions/four-answers.sql` answers."""
    return sum(not covers(_choices(one["choices"]), _granted(one["grants"])) for one in resting)


def untold(resting: Iterable[Mapping[str, Any]]) -> int:
    """How many profiles rest on more than the person was told of. `resting`: as `questions/notice-first.sql` answers."""
    return sum(
        not covers(_choices(one["told"]), (*_choices(one["choices"]), *_granted(one["grants"]))) for one in resting
    )


def undocumented(resting: Iterable[Mapping[str, Any]]) -> int:
    """How many grants use a sensitive list as was not documented. `resting`: as `questions/lists.sql` answers."""
    return sum(not _documented(one) for one in resting)


def _documented(found: Mapping[str, Any]) -> bool:
    lease, granted = codec.from_doc(Period, found["lease"]), _granted([found["grant"]])
    chosen = [one for one in _choices(found["choices"]) if covers([one], granted) and _says_why(one, lease)]
    return any(one.sensitive is not None and one.sensitive.apd in found["policies"] for one in chosen)


def _says_why(choice: Choice, lease: Period) -> bool:
    try:
        check_sensitive(choice, lease.since)
        check_documented([choice], lease)
    except Refused:
        return False
    return True


def _choices(docs: Sequence[Any] | None) -> tuple[Choice, ...]:
    """What was chosen: nothing where that is not there, or cannot be read."""
    try:
        return tuple(codec.from_doc(Choice, one) for one in docs or ())
    except OffmonError:
        return ()


def _granted(docs: Sequence[Any]) -> tuple[Choice, ...]:
    """The choices that grants would be of. What cannot be read, no device obeys, and `authority` wants it.

    What follows findings is chosen without a list; its grant names those of the findings.
    """
    try:
        grants = codec.from_doc(_Granted, {"grants": list(docs)}).grants
    except OffmonError:
        return ()
    return tuple(
        Choice(
            one.kind,
            tuple(term.term for term in one.terms),
            () if one.kind in FOLLOWING else tuple(ref.id for ref in one.lists),
            None,
        )
        for one in grants
    )
