"""Whether what devices may obey now is what was authorised, what the person was told of, and documented, by the rules that the signer runs.

Rules
- What is granted is among what the profile's own authorisation chose, piece by piece (`beyond`). Fewer is no want: a term may have ended.
  So it is, of a device's newest profile, among what was authorised last, an hour after that: what two people narrowed is narrower by then.
- What that authorisation chose, and what is granted, is among what the newest notice told of that was served by the start of the lease. Of
  what that told, its paper says: a notice that is no paper of the deployment's told of nothing (`untold`; S33).
- A list that says of itself that it is of a sensitive class is used by a choice that says why, and under a policy that was in force when
  the lease began and that the lease does not outlast (`undocumented`; S7).
- A profile that grants nothing wants nothing. What the orders give is asked beside these (`authority`): each row turns for what is its own.
- Of why a sensitive list is necessary no word is read: only whether there is one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from offmon.core.authority.notice import covers
from offmon.core.authority.order import Capability
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
    return any(covers([one], granted) and _says_why(one, lease) for one in _choices(found["choices"]))


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
    """The choices that grants would be of. What cannot be read, no device obeys, and `authority` wants it."""
    try:
        grants = codec.from_doc(_Granted, {"grants": list(docs)}).grants
    except OffmonError:
        return ()
    return tuple(
        Choice(Capability(one.KIND), tuple(term.term for term in one.terms), tuple(ref.id for ref in one.lists), None)
        for one in grants
    )
