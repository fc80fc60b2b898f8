"""The one exit: what a finding must satisfy to leave, and to stay (design §1.3, gates 1-3; formats §5; R-LEG-5, R-LEG-6).

Rules
- `admit` needs no body; device and intake both run it. A grant of the profile must have this kind, this list and a term in force at event
  time. The event must lie inside the lease and at most 5 minutes in the future.
- `check_body` needs the body; device and vault run it. The grant must name every field that is not empty.
- What lies in a silence of the profile does not leave, and does not stay (R-LEG-15, R-LEG-27): `silenced`.
- The device asks more of a body before it leaves (`leaving`). One field without a grant refuses the whole; nothing is trimmed (R-DPA-8).
- A disclosure names exactly the terms of its grant in force at event time (raw device time plus offset).
- `admit_by_meaning` is how intake asks a *newer* profile, whose grant ids and list versions may differ. Some grant must cover kind, list,
  fields and time, inside that profile's own lease. Else an older, longer lease would outlive the one that cut it short. A list covers all
  its rules. Intake sees no body, so it checks all fields that the body might hold. A finding that no known version of the law grants does
  not stay (design §1.9).
- `admit_by_newest` asks the newest profile that had begun at event time, **of those signed when the batch was received**. A lease begins
  when the profile is asked for, and no device could obey a profile signed later. Intake and verifier ask the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final

from offmon.core import clock
from offmon.core.authority.profile import Grant, Profile
from offmon.core.authority.silence import ListedEntry, is_silenced
from offmon.core.errors import Refused
from offmon.core.formats.event import Body, Claim, Finding
from offmon.core.ids import Ms

MAX_FUTURE_MS: Final = 5 * clock.MINUTE_MS


class RefusalReason(StrEnum):
    """Why something may not leave, or may not stay. Closed, in the order in which it is asked; at intake each is a line in the receipt."""

    NO_GRANT = "no-grant"
    LIST_NOT_GRANTED = "list-not-granted"
    FUTURE = "future"
    OUT_OF_LEASE = "out-of-lease"
    OUT_OF_PERIOD = "out-of-period"
    WRONG_TERMS = "wrong-terms"
    SILENCED = "silenced"
    FIELD_NOT_GRANTED = "field-not-granted"


_SAID: Final = {
    RefusalReason.NO_GRANT: "No grant of the profile allows this to be collected.",
    RefusalReason.LIST_NOT_GRANTED: "The list that it was matched by is not one that the grant rests on.",
    RefusalReason.FUTURE: "It is said to have happened after it was received.",
    RefusalReason.OUT_OF_LEASE: "It happened outside the time for which the profile was signed.",
    RefusalReason.OUT_OF_PERIOD: "No term of the order was in force when it happened.",
    RefusalReason.WRONG_TERMS: "The terms that it names are not those that were in force when it happened.",
    RefusalReason.SILENCED: "It was permitted when it happened, or that time or place is excluded.",
    RefusalReason.FIELD_NOT_GRANTED: "It holds a field that its grant does not let leave the device.",
}


@dataclass(frozen=True, slots=True)
class No:
    """A refusal, with the reason and nothing of the finding."""

    reason: RefusalReason


def event_time(claim: Claim | Finding) -> Ms:
    """When it happened, as well as is known: raw device time plus the offset that a signed time gave."""
    return Ms(max(0, claim.event_at + claim.clock_offset_ms))


def admit(profile: Profile, claim: Claim, at: Ms) -> Grant | No:
    """The grant that the claim names, if it truly grants it; `at` is now, on the device, or the time of receipt."""
    grant = next((g for g in profile.grants if g.id == claim.grant), None)
    if grant is None or claim.kind != grant.kind:
        return No(RefusalReason.NO_GRANT)
    if claim.list not in grant.lists:
        return No(RefusalReason.LIST_NOT_GRANTED)
    when = event_time(claim)
    if when > at + MAX_FUTURE_MS:
        return No(RefusalReason.FUTURE)
    if when not in profile.lease:
        return No(RefusalReason.OUT_OF_LEASE)
    live = grant.terms_at(when)
    if not live:
        return No(RefusalReason.OUT_OF_PERIOD)
    if claim.terms != live:
        return No(RefusalReason.WRONG_TERMS)
    return No(RefusalReason.SILENCED) if _silences(profile, claim) else grant


def admit_by_meaning(profile: Profile, claim: Claim, named: Grant) -> Grant | No:
    """The grant of a newer profile that covers the claim's kind, list (any version), time, and the fields of the grant that it `named`."""
    kin = [g for g in profile.grants if claim.kind == g.kind]
    if not kin:
        return No(RefusalReason.NO_GRANT)
    kin = [g for g in kin if any(ref.id == claim.list.id for ref in g.lists)]
    if not kin:
        return No(RefusalReason.LIST_NOT_GRANTED)
    when = event_time(claim)
    if when not in profile.lease:
        return No(RefusalReason.OUT_OF_LEASE)
    kin = [g for g in kin if g.terms_at(when)]
    if not kin:
        return No(RefusalReason.OUT_OF_PERIOD)
    if _silences(profile, claim):
        return No(RefusalReason.SILENCED)
    return next((g for g in kin if set(named.fields) <= set(g.fields)), No(RefusalReason.FIELD_NOT_GRANTED))


def admit_by_newest(signed: Iterable[Profile], claim: Claim, named: Grant) -> Grant | No:
    """`admit_by_meaning` on the newest of the profiles of the device, signed before receipt, whose lease had begun at event time."""
    begun = [profile for profile in signed if profile.lease.since <= event_time(claim)]
    newest = max(begun, key=lambda profile: profile.version, default=None)
    return No(RefusalReason.OUT_OF_LEASE) if newest is None else admit_by_meaning(newest, claim, named)


def check_body(grant: Grant, body: Body) -> No | None:
    """None if every field of the body that is not empty may leave under the grant."""
    present = {f.name for f in fields(body) if getattr(body, f.name) is not None}
    return None if present <= set(grant.fields) else No(RefusalReason.FIELD_NOT_GRANTED)


def check(verdict: Grant | No) -> Grant:
    """The grant, or Refused with the reason as its code."""
    if isinstance(verdict, No):
        raise Refused(verdict.reason.value, _SAID[verdict.reason])
    return verdict


def _silences(profile: Profile, claim: Claim) -> bool:
    return is_silenced(profile.silences, claim.terms, event_time(claim), ListedEntry(claim.list.id, claim.rule))
