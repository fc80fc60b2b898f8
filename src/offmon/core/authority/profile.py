"""The profile: what one device of one deployment may disclose, compiled from live terms (design §1.1-1.2; formats §4; R-LEG-5).

Rules
- **No live term, no grant.** `compile_grants` unites what the live terms of all instruments make necessary. Each grant names its terms with
  their periods. When a licence ends, only grants that rested on it alone end.
- Authority is of one case: an order about one person grounds nothing about another. The caller passes all orders of the case, chosen or
  not, because a newer one may end an older (SA20 s.349).
- Each grant names its lists by id, version and digest. Compiling refuses a list whose bases, offence types or validity do not match.
- A list of a sensitive class also needs strict necessity, a Schedule 8 condition and a policy document in force (R-DPA-3). The lease ends
  no later than that document.
- Each grant carries its purpose code and the closed list of body fields that may leave under it (R-DPA-8).
- A grant's id is a digest of its content, so equal grants of a renewed profile keep their ids.
- What a person agreed to stands alone: a grant rests on one agreed item, or on orders and licences. The profile names those items, so that
  the device itself stops a grant when the person withdraws (R-LEG-20).
- A profile is for one device, which obeys only a profile that names its own key. Its lease is at most 30 days.
- What follows a finding (`capability`) is chosen with what finds something, for each of its terms. It has a grant beside
  each grant that shares a term with it: of those terms, and of that one's lists.
- A grant of what sends nothing names no list and no field. So no claim can be of it, and gates 1 to 3 refuse whatever says that it is.
- A grant is of one capability, by its `kind`. A field is only added with a new document type. A reader refuses what it does not know.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Final

from offmon.core import clock
from offmon.core.authority.bases import Basis
from offmon.core.authority.capability import Capability, Purpose, rule_of
from offmon.core.authority.order import (
    DeviceKind,
    Instrument,
    Term,
    check_instrument,
    check_term,
    cut_by_newer,
    live_period,
)
from offmon.core.authority.silence import Silence
from offmon.core.clock import Period
from offmon.core.errors import Malformed, Refused
from offmon.core.formats import codec, dsse
from offmon.core.formats.canon import Tag, digest, encode
from offmon.core.ids import Count, Digest, Id, Ms, Origin, Slug, Versioned, VKey

MAX_LEASE_MS: Final = 30 * clock.DAY_MS
SCHEMA: Final = 5
NAMES_KIND: Final = 5
"""The first schema of which a profile says what kind of device it is for."""
_SINCE_5: Final = frozenset({"silences", "device_kind"})


class Schedule8(StrEnum):
    """DPA 2018 Sch 8 conditions that collection of a sensitive class may rest on."""

    STATUTORY = "1-statutory"
    JUSTICE = "2-justice"
    SAFEGUARDING = "4-safeguarding"


@dataclass(frozen=True, slots=True)
class HpkeKey:
    """A key that bodies or lists are enclosed to. Suite 1: X25519, HKDF-SHA256, AES-256-GCM (RFC 9180)."""

    suite: Count
    key: bytes


@dataclass(frozen=True, slots=True)
class TermPeriod:
    """A term that a grant rests on, and when that term is in force."""

    term: Id
    period: Period


@dataclass(frozen=True, slots=True)
class ListRef:
    """A list, exactly: `name` as `slug@version` and the digest of its signed document."""

    id: Id
    name: Versioned
    digest: Digest


@dataclass(frozen=True, slots=True)
class Grant:
    """Leave to disclose what one capability finds by some lists, while a term is in force; without lists, to keep and not disclose."""

    kind: Capability
    id: Id
    terms: tuple[TermPeriod, ...]
    purpose: Purpose
    fields: tuple[str, ...]
    lists: tuple[ListRef, ...]

    def terms_at(self, at: int) -> tuple[Id, ...]:
        """The terms of this grant that are in force at the instant, in the grant's order."""
        return tuple(t.term for t in self.terms if at in t.period)


@dataclass(frozen=True, slots=True)
class PersonText:
    """What the person is told about one term."""

    term: Id
    text: str
    period: Period


@dataclass(frozen=True, slots=True)
class Controller:
    """Who answers for the data of a term's instrument, and where to reach them (R-DPA-11)."""

    agency: Id
    name: str
    contact: str


@dataclass(frozen=True, slots=True)
class Profile(dsse.Document):
    """What one device may do.

    `previous`: the digest of the profile before it. `exclusions`: of the exclusion list that it must hold. `contacts`: of the person's own
    protected contacts that it must hold (`protected_contacts`); None where there are none. `welsh_texts`: of those terms that have one.
    `agreed`: the terms that the person agreed to, and can withdraw at the device. `silences`: where and when nothing is collected.
    `device_kind`: what kind of device it is; None: that was not recorded.
    """

    TYPE: ClassVar[str] = "offmon/profile@5"
    EARLIER: ClassVar[Mapping[str, frozenset[str]]] = {
        "offmon/profile@4": _SINCE_5,
        "offmon/profile@3": _SINCE_5 | {"agreed"},
        "offmon/profile@2": _SINCE_5 | {"agreed", "welsh_texts"},
        "offmon/profile@1": _SINCE_5 | {"agreed", "contacts", "welsh_texts"},
    }

    schema: Count
    agency: Id
    case: Id
    deployment: Id
    device: Id
    device_key: VKey
    list_key: HpkeKey
    evidence_key: HpkeKey
    version: Count
    previous: Digest | None
    lease: Period
    grants: tuple[Grant, ...]
    exclusions: Digest
    person_texts: tuple[PersonText, ...]
    controllers: tuple[Controller, ...]
    delay_days: Count
    log_origin: Origin
    ingest: str
    contacts: Digest | None = None
    welsh_texts: tuple[PersonText, ...] = ()
    agreed: tuple[Id, ...] = ()
    silences: tuple[Silence, ...] = ()
    device_kind: DeviceKind | None = None


@dataclass(frozen=True, slots=True)
class Sensitive:
    """Why a list of a sensitive class may be used (R-DPA-3). `apd` is the appropriate policy document and when it is in force."""

    strictly_necessary: str
    condition: Schedule8
    apd: Id
    apd_period: Period


@dataclass(frozen=True, slots=True)
class ListDeclaration:
    """What a list says of itself, from its signed document: what it may serve."""

    ref: ListRef
    capability: Capability
    bases: tuple[Basis, ...]
    offence_types: tuple[Slug, ...]
    sensitive: bool
    valid: Period

    def serves(self, instrument: Instrument) -> bool:
        """Whether it may be used under an order: of its basis, and one of its types of offence."""
        return instrument.basis in self.bases and bool({*instrument.offence_types} & {*self.offence_types})


@dataclass(frozen=True, slots=True)
class Choice:
    """What the officer chose and the authoriser saw: a capability, the terms it is to rest on, and the lists."""

    KIND: ClassVar[str] = "choice"

    capability: Capability
    terms: tuple[Id, ...]
    lists: tuple[Id, ...]
    sensitive: Sensitive | None


@dataclass(frozen=True, slots=True)
class Setting:
    """Choices that an authoriser may choose together (`settings`)."""

    choices: tuple[Choice, ...]


def compile_grants(
    instruments: Iterable[Instrument],
    terms: Iterable[Term],
    choices: Sequence[Choice],
    lists: Iterable[ListDeclaration],
    at: Ms,
) -> tuple[Grant, ...]:
    """The grants that are lawful at `at`. A choice none of whose terms is live gives no grant; an unlawful one is refused.

    Raises Refused: `context-alone`, `list-mismatch`, `sensitive-without-condition`, `term-does-not-need-it`, `unknown-list`,
    `unknown-term`, `other-case`, and those of `order`.
    """
    by_term = {t.id: t for t in terms}
    by_instrument = {i.id: i for i in cut_by_newer(list(instruments), by_term.values())}
    if len({i.case for i in by_instrument.values()}) > 1:
        raise Refused(
            "other-case", "The orders are for different people. Monitoring of a person needs their own orders."
        )
    by_list = {d.ref.id: d for d in lists}
    found: list[Grant] = []
    for choice in sorted(choices, key=lambda one: rule_of(one.capability).follows):
        _check_beside(choice, choices)
        grant = _grant(choice, by_instrument, by_term, by_list, at)
        found += [] if grant is None else [grant] if not rule_of(grant.kind).follows else _beside_each(grant, found)
    unique = {g.id: g for g in found}
    return tuple(unique[grant_id] for grant_id in sorted(unique))


def for_device(choices: Iterable[Choice], terms: Iterable[Term], kind: DeviceKind | None) -> tuple[Choice, ...]:
    """The choices without the terms that name kinds of device, and not this one: they grant it nothing (R-LEG-15)."""
    other = {term.id for term in terms if term.device_kinds and kind not in term.device_kinds}
    return tuple(replace(one, terms=tuple(term for term in one.terms if term not in other)) for one in choices)


def rests_on(grants: Iterable[Grant]) -> dict[Id, TermPeriod]:
    """The terms that grants rest on, by id, each with when it is in force."""
    return {one.term: one for grant in grants for one in grant.terms}


def person_texts_of(grants: Iterable[Grant], terms: Iterable[Term], *, welsh: bool = False) -> tuple[PersonText, ...]:
    """What the person is told of each of `terms` that the grants rest on, in their order. `welsh`: of those that have Welsh words."""
    resting = rests_on(grants)
    said = ((t.id, t.person_text_welsh if welsh else t.person_text) for t in terms if t.id in resting)
    return tuple(PersonText(term, text, resting[term].period) for term, text in said if text)


def agreed_of(grants: Iterable[Grant], instruments: Iterable[Instrument], terms: Iterable[Term]) -> tuple[Id, ...]:
    """The terms that the grants rest on and the person agreed to, sorted (R-LEG-20)."""
    resting, agreed = rests_on(grants), {i.id for i in instruments if i.agreement is not None}
    return tuple(sorted(t.id for t in terms if t.id in resting and t.instrument in agreed))


def without(profile: Profile, terms: frozenset[Id]) -> Profile:
    """The profile less those of these terms that the person agreed to, and what was granted by them: what is left once they withdrew."""
    gone = terms & frozenset(profile.agreed)
    if not gone:
        return profile
    return replace(
        profile,
        grants=tuple(grant for grant in profile.grants if not any(one.term in gone for one in grant.terms)),
        person_texts=tuple(one for one in profile.person_texts if one.term not in gone),
        welsh_texts=tuple(one for one in profile.welsh_texts if one.term not in gone),
        agreed=tuple(one for one in profile.agreed if one not in gone),
    )


def controllers_of(
    grants: Iterable[Grant], instruments: Iterable[Instrument], terms: Iterable[Term], leads: Sequence[Id] = ()
) -> tuple[Id, ...]:
    """The agencies that answer for the orders which the grants rest on, sorted (R-DPA-11).

    `leads`: who led the case, in turn. Whoever leads it now answers for the orders of who led it before.
    """
    resting = rests_on(grants)
    used = {t.instrument for t in terms if t.id in resting}
    return tuple(sorted({leads[-1] if i.controller in leads else i.controller for i in instruments if i.id in used}))


def _grant(
    choice: Choice,
    instruments: dict[Id, Instrument],
    terms: dict[Id, Term],
    lists: dict[Id, ListDeclaration],
    at: Ms,
) -> Grant | None:
    live: list[tuple[Instrument, TermPeriod]] = []
    for term_id in sorted(set(choice.terms)):
        try:
            term = terms[term_id]
            instrument = instruments[term.instrument]
        except KeyError:
            raise Refused(
                "unknown-term", "A chosen condition, or its order, is not recorded for this person."
            ) from None
        period = live_period(instrument, term)
        if period is None or at not in period:
            continue
        check_instrument(instrument)
        check_term(instrument, term)
        if choice.capability not in term.capabilities:
            raise Refused(
                "term-does-not-need-it",
                "A chosen condition does not make this collection necessary. Choose another or leave it out.",
            )
        live.append((instrument, TermPeriod(term_id, period)))
    _check_alone(choice, terms, instruments)
    rule = rule_of(choice.capability)
    if not live or (rule.detects and not choice.lists):
        return None
    refs = tuple(
        _check_list(lists, list_id, choice, [i for i, _ in live], at).ref for list_id in sorted(set(choice.lists))
    )
    draft = Grant(
        kind=choice.capability,
        id=Id("0" * 32),
        terms=tuple(t for _, t in live),
        purpose=rule.purpose,
        fields=rule.fields,
        lists=refs,
    )
    return _named(draft)


def _named(draft: Grant) -> Grant:
    """With the id that its content gives it."""
    unnamed = replace(draft, id=Id("0" * 32))
    return replace(draft, id=Id(digest(Tag.DOCUMENT, encode(codec.to_doc(unnamed))).hex()[:32]))


def _beside_each(draft: Grant, found: Iterable[Grant]) -> list[Grant]:
    """A grant of what follows findings, beside each grant that finds something for a term of it."""
    shared = ((one, tuple(t for t in draft.terms if t in one.terms)) for one in found if one.lists)
    return [_named(replace(draft, terms=terms, lists=one.lists)) for one, terms in shared if terms]


def _check_beside(choice: Choice, choices: Iterable[Choice]) -> None:
    """Raises Refused where what follows findings is chosen for a term for which nothing is that finds something."""
    finding = {term for one in choices if rule_of(one.capability).detects for term in one.terms}
    if rule_of(choice.capability).follows and not {*choice.terms} <= finding:
        raise Refused(
            "context-alone",
            "Sites around a finding need a finding. For the same condition, choose listed sites or phrases too.",
        )


def _check_alone(choice: Choice, terms: Mapping[Id, Term], instruments: Mapping[Id, Instrument]) -> None:
    """Raises Refused where a choice rests on an agreed item and on something else: the person could not withdraw it by itself."""
    agreed = [one for one in set(choice.terms) if instruments[terms[one].instrument].agreement is not None]
    if agreed and len(set(choice.terms)) > 1:
        raise Refused(
            "agreed-alone",
            "Something that the person agreed to stands by itself. Choose that one condition here, and the others apart from it.",
        )


def _check_list(
    lists: dict[Id, ListDeclaration], list_id: Id, choice: Choice, instruments: Sequence[Instrument], at: Ms
) -> ListDeclaration:
    declared = lists.get(list_id)
    if declared is None or declared.capability is not choice.capability or at not in declared.valid:
        raise Refused("unknown-list", "A chosen list is not live, or is for another type of collection.")
    for instrument in instruments:
        if not declared.serves(instrument):
            raise Refused(
                "list-mismatch", "A chosen list is not valid for this type of order or offence. Choose another list."
            )
    if declared.sensitive:
        check_sensitive(choice, at)
    return declared


def check_sensitive(choice: Choice, at: Ms) -> None:
    """Raises Refused unless a list of a sensitive class may be used for the choice at `at` (R-DPA-3)."""
    why = choice.sensitive
    if why is None or not why.strictly_necessary.strip() or at not in why.apd_period:
        raise Refused(
            "sensitive-without-condition",
            "This list concerns sensitive data. It needs strict necessity, a Schedule 8 condition and a policy document in force.",
        )


def documented_until(choices: Iterable[Choice], since: Ms) -> Ms | None:
    """When the first of the policy documents ends that are in force at `since`; None where none has an end (R-DPA-3).

    What is not in force then shortens nothing: that is for `compile_grants` to refuse.
    """
    periods = [choice.sensitive.apd_period for choice in choices if choice.sensitive is not None]
    return min((one.until for one in periods if since in one and one.until is not None), default=None)


def check_documented(choices: Iterable[Choice], lease: Period) -> None:
    """Raises Refused where the lease would outlast a policy document that a choice rests on: collecting stops with it (R-DPA-3)."""
    until = documented_until(choices, lease.since)
    if until is not None and (lease.until is None or lease.until > until):
        raise Refused("policy-ends-first", "The lease would outlast a policy document. Request a shorter one.")


def check_reads(schema: Count) -> None:
    """Raises Malformed for a device that reads no profile as new as the signer issues (formats §4)."""
    if schema < SCHEMA:
        raise Malformed("old-schema", "This device cannot read new profiles. Update its software, then enrol it again.")


def check_lease(profile: Profile) -> None:
    """Raises Refused unless the lease is closed and at most 30 days long (design §1.2)."""
    until = profile.lease.until
    if until is None or until - profile.lease.since > MAX_LEASE_MS:
        raise Refused("lease-too-long", "The lease of a profile is at most 30 days. Request a shorter one.")
