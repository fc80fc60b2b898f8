"""Whether each profile that a device may obey grants what the orders of its case give, by the signer's own rule.

Rules
- A device may obey any signed profile whose lease runs; an offline device may hold an older one. A row that contradicts its document
  (whose, which version) fails. So does a profile that rests on a row which this release does not understand. The signature is not checked:
  assurance holds no trust file, and who controls the row controls the stored keys.
- A term counts as confirmed if two members of staff are behind it, in roles that may, with the case open to both. Ids alone do not count.
- The grants are compiled again from the orders and terms known when the lease began, and must be the same.
- Each grant now in force in a device's newest profile needs a term in force. A recorded end counts, and so does a newer order with a
  confirmed term, which by law ends an older (SA20 s.349). Within an hour of either becoming known there must be a narrower profile or,
  where none may be signed, one that grants nothing. Such a profile never fails. Gate 2 refuses what an older profile still lets a device
  send.
- It reads ids, kinds and times of orders, and none of their words. `lists` checks whether a list may serve the order, and `four-answers`
  whether another person authorised the choice. So each of the three fails for its own reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from offmon.core import clock as time
from offmon.core.authority.agreement import Agreement, Door, Withdrawal
from offmon.core.authority.bases import Basis, Route
from offmon.core.authority.capability import FOLLOWING, Capability
from offmon.core.authority.order import Instrument, Term, TermKind, as_confirmed_at, as_known_at, cut_withdrawn
from offmon.core.authority.profile import Choice, Grant, ListDeclaration, Profile, compile_grants
from offmon.core.authority.profile_ending import has_ended
from offmon.core.clock import Period
from offmon.core.errors import OffmonError
from offmon.core.formats import codec, dsse
from offmon.core.ids import Count, Digest, Id, Ms, Slug
from offmon.server.base.fields import member

NARROWED_WITHIN_MS: Final = time.HOUR_MS
_UNREAD: Final = "-"  # stands where a record has words, which are not asked for


def judge(resting: Iterable[Mapping[str, Any]], at: Ms) -> tuple[int, int]:
    """How many grants were looked at, and how many want what they rest on. `resting`: as `questions/authority.sql` answers."""
    answers = [_judge(one, at) for one in resting]
    return sum(looked for looked, _ in answers), sum(wanting for _, wanting in answers)


def _judge(found: Mapping[str, Any], at: Ms) -> tuple[int, int]:
    try:
        profile = dsse.peek(Profile, found["document"].encode())
        case = _id(found["case"])
        instruments = {one.id: one for one in (_instrument(row, case) for row in found["instruments"])}
        terms = tuple(map(_term, found["terms"]))
        withdrawn = tuple(map(_withdrawal, found["withdrawals"]))
    except OffmonError:
        return 1, 1
    if not found["fits"] or profile.case != case or not _compiled(profile, instruments, terms, withdrawn):
        return len(profile.grants), max(1, len(profile.grants))
    if not found["newest"]:
        return len(profile.grants), 0
    # By what was known an hour ago, and by what is now: a newer order whose end is known before it counts takes nothing.
    # It began by what was known then: of one that began since, what was known before says nothing.
    views = (max(profile.lease.since, Ms(at - NARROWED_WITHIN_MS)), at)
    orders = [(instruments.values(), cut_withdrawn(terms, withdrawn, known), at, known) for known in views]
    ended = (all(has_ended(grant, *one) for one in orders) for grant in profile.grants)
    return len(profile.grants), sum(ended)


def _compiled(
    profile: Profile, instruments: Mapping[Id, Instrument], terms: Sequence[Term], withdrawn: Sequence[Withdrawal]
) -> bool:
    at = profile.lease.since
    known = [as_known_at(instrument, at) for instrument in instruments.values()]
    confirmed = [as_confirmed_at(term, at) for term in cut_withdrawn(terms, withdrawn, at)]
    found = [grant for grant in profile.grants if grant.kind not in FOLLOWING]
    choices = [_choice(grant, tuple(ref.id for ref in grant.lists)) for grant in found]
    beside = [grant for grant in profile.grants if grant.kind in FOLLOWING]  # each chosen without a list
    offences = tuple({kind for instrument in known for kind in instrument.offence_types})
    lists = [
        ListDeclaration(ref, grant.kind, tuple(Basis), offences, sensitive=False, valid=Period(at, None))
        for grant in found
        for ref in grant.lists
    ]
    in_order = list(profile.grants) == sorted(profile.grants, key=lambda grant: grant.id)
    try:
        return (
            in_order
            and compile_grants(known, confirmed, choices, lists, at) == tuple(found)
            and all(one in compile_grants(known, confirmed, [*choices, _choice(one)], lists, at) for one in beside)
        )
    except OffmonError:
        return False


def _choice(grant: Grant, lists: tuple[Id, ...] = ()) -> Choice:
    return Choice(grant.kind, tuple(one.term for one in grant.terms), lists, None)


def _instrument(row: Mapping[str, Any], case: Id) -> Instrument:
    return Instrument(
        id=_id(row["id"]),
        case=case,
        basis=member(Basis, row["basis"]),
        controller=case,
        made_by=_UNREAD,
        reference=_UNREAD,
        made_on=row["made_on"],
        convicted_on=row["convicted_on"],
        served_at=row["served_at"],
        effective_from=row["effective_from"],
        offence_types=tuple(map(Slug, row["offence_types"])),
        document=Digest("0" * 64),
        checked=_UNREAD,
        requested_at=row["requested_at"],
        recorded_by=case,
        ended_at=row["ended_at"],
        end_known_at=row["end_known_at"],
        route=None if row["route"] is None else member(Route, row["route"]),
        varies=None if row["varies"] is None else _id(row["varies"]),
        keeps_earlier=row["keeps_earlier"],
        agreement=None if row["agreement"] is None else codec.from_doc(Agreement, row["agreement"]),
        witness=_UNREAD,
        adult=_UNREAD,
    )


def _withdrawal(row: Mapping[str, Any]) -> Withdrawal:
    return Withdrawal(
        id=_id(row["id"]),
        term=_id(row["term"]),
        withdrawn_at=row["withdrawn_at"],
        known_at=row["known_at"],
        door=member(Door, row["door"]),
    )


def _term(row: Mapping[str, Any]) -> Term:
    confirmed = row["of_staff"] and row["confirmed_by"] is not None
    return Term(
        id=_id(row["id"]),
        instrument=_id(row["instrument"]),
        effect=member(TermKind, row["effect"]),
        verbatim_text=None,
        person_text=_UNREAD,
        source_page=Count(1),
        capabilities=tuple(member(Capability, one) for one in row["capabilities"]),
        since=row["since"],
        until=row["until"],
        recorded_by=_id(row["recorded_by"]),
        confirmed_by=_id(row["confirmed_by"]) if confirmed else None,
        confirmed_at=row["confirmed_at"] if confirmed else None,
    )


def _id(text: str) -> Id:
    return Id(UUID(text).hex)
