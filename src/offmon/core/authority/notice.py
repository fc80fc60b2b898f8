"""The notice: what the person must be told before anything is collected, as data (R-RGT-1; DPA 2018 s.44).

Rules
- Every notice has every head of `NoticeSection`: R-RGT-1's fifteen, the hours in which staff look, the disclosure delay, and three more.
  `PAPER` gives what an expert needs to check the log from paper alone (formats §10). `CARD` has the words of the card that stays with the
  device, and `RECEIPT` a place to sign. `words.notice` writes each head.
- It is made only from rows and an instant, so the same rows give the same notice. Missing data refuses (`notice-incomplete`).
- Whoever reads it can call somebody: the lead agency's contact has a telephone number.
- It is about one authorisation: the data inventory's fields, for that authorisation's grants only.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from offmon.core.alerts.escalation import check_reachable
from offmon.core.authority.bases import Basis
from offmon.core.authority.capability import Capability, rule_of
from offmon.core.authority.order import Instrument, Term, live_period
from offmon.core.authority.profile import Choice, ListDeclaration
from offmon.core.authority.silence import Silence
from offmon.core.clock import Period
from offmon.core.errors import Refused, passes
from offmon.core.formats.event import Gravity
from offmon.core.ids import Count, Digest, Id, Ms, Versioned

SHORTEST_NUMBER: Final = 5


class NoticeSection(StrEnum):
    """What a notice tells of, in the order in which it does."""

    WHO = "who"
    CONTACT = "contact"
    WHY = "why"
    WHAT = "what"
    DEVICES = "devices"
    WHEN = "when"
    SEEN_BY = "seen-by"
    KEPT = "kept"
    HAPPENS = "happens"
    SOFTWARE = "software"
    RIGHTS = "rights"
    COMPLAINT = "complaint"
    COURT = "court"
    ADVICE = "advice"
    FAULT = "fault"
    HOURS = "hours"
    DELAY = "delay"
    PAPER = "paper"
    CARD = "card"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class NoticeController:
    """A controller: what it is called, where its data protection officer is reached, and its root key's fingerprint."""

    name: str
    contact: str
    root: Digest


@dataclass(frozen=True, slots=True)
class Watcher:
    """A witness of the log: its key's name and fingerprint, who runs it, and whether that is someone else than agency and supplier."""

    name: str
    fingerprint: Digest
    operator: str
    independent: bool


@dataclass(frozen=True, slots=True)
class ToldTerm:
    """A term in the words that are meant for the person, and when it is in force."""

    text: str
    period: Period
    welsh: str | None = None


@dataclass(frozen=True, slots=True)
class NoticeGround:
    """An order or licence, and those of its terms that the monitoring rests on."""

    basis: Basis
    made_by: str
    reference: str
    controller: Id
    terms: tuple[ToldTerm, ...]


@dataclass(frozen=True, slots=True)
class ToldDevice:
    """A device that was enrolled when the notice was made."""

    id: Id
    enrolled_at: Ms


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What an authorisation comes to: on what it rests, what is collected, by which lists, and whether one can show sensitive data."""

    grounds: tuple[NoticeGround, ...]
    collects: tuple[Capability, ...]
    lists: tuple[Versioned, ...]
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """What one notice says. `controllers` has the lead agency first; `checkpoint` is the three lines of one, or nothing.

    `silences`: what is permitted or left out when it is made (R-LEG-15, R-LEG-27).
    """

    person: str
    reference: str
    authorisation: Id
    made_at: Ms
    controllers: tuple[NoticeController, ...]
    told: NoticeFacts
    devices: tuple[ToldDevice, ...]
    delay_days: Count
    office_hours: str
    on_call: Mapping[Gravity, str]
    duty_inspector: str
    checkpoint: str
    witnesses: tuple[Watcher, ...]
    silences: tuple[Silence, ...]


def told_of(
    choices: Sequence[Choice],
    instruments: Iterable[Instrument],
    terms: Iterable[Term],
    lists: Iterable[ListDeclaration],
    at: Ms,
) -> NoticeFacts:
    """What the choices come to for the person, less what is over. Raises Refused (`notice-incomplete`) for what is not recorded."""
    orders, known = {order.id: order for order in instruments}, {term.id: term for term in terms}
    named = {declared.ref.id: declared.ref.name for declared in lists}
    told: dict[Id, dict[Id, ToldTerm]] = {}
    collects, using, sensitive = set[Capability](), set[Versioned](), False
    for choice in choices:
        for term in (_term(known, orders, term_id) for term_id in choice.terms):
            period = live_period(orders[term.instrument], term)
            if period is None or (period.until is not None and period.until <= at):
                continue
            told.setdefault(term.instrument, {})[term.id] = ToldTerm(term.person_text, period, term.person_text_welsh)
            collects.add(choice.capability)
            using |= {_name(named, one) for one in choice.lists}
            sensitive |= choice.sensitive is not None
    grounds = (
        NoticeGround(order.basis, order.made_by, order.reference, order.controller, _in_order(told[order.id]))
        for order in sorted(orders.values(), key=lambda one: (one.made_on, one.id))
        if order.id in told
    )
    kinds = tuple(one for one in Capability if one in collects)
    return NoticeFacts(tuple(grounds), kinds, tuple(sorted(using)), sensitive)


def _term(known: Mapping[Id, Term], orders: Mapping[Id, Instrument], term_id: Id) -> Term:
    term = known.get(term_id)
    if term is None or term.instrument not in orders or term.confirmed_by is None:
        raise _incomplete("a term that was chosen is not recorded, or no second officer confirmed it")
    return term


def _name(named: Mapping[Id, Versioned], list_id: Id) -> Versioned:
    if list_id not in named:
        raise _incomplete("a list that was chosen is no longer in use")
    return named[list_id]


def _in_order(terms: Mapping[Id, ToldTerm]) -> tuple[ToldTerm, ...]:
    return tuple(terms[term_id] for term_id in sorted(terms))


def check_complete(content: Content) -> None:
    """Raises Refused (`notice-incomplete`), naming what is missing, unless every head has something to say."""
    missing = [what for what, there in _pieces(content) if not there]
    if missing:
        raise _incomplete(", ".join(missing))


def _pieces(content: Content) -> Iterable[tuple[str, bool]]:
    yield "the person's name and reference", _said(content.person, content.reference)
    yield "who is responsible, and how to reach them", bool(content.controllers)
    for party in content.controllers:
        yield f"how to reach {party.name or 'an agency'}", _said(party.name, party.contact)
    for lead in content.controllers[:1]:
        digits = sum(one.isdecimal() for one in lead.contact)
        yield f"a telephone number in the contact of {lead.name}, to be set by the operator", digits >= SHORTEST_NUMBER
    yield "a confirmed term that is in force", bool(content.told.grounds)
    texts = [term.text for ground in content.told.grounds for term in ground.terms]
    yield "a term's words for the person", _said(*texts)
    yield "what is collected, and by which list", _says_what(content.told)
    yield "after how many days the person is told", content.delay_days > 0
    yield (
        "who is called out of hours, and which hours are watched",
        passes(check_reachable, content.office_hours, content.on_call, content.duty_inspector),
    )
    yield "a checkpoint of the log that a witness has seen", bool(content.checkpoint)
    yield "who runs a witness of the log", bool(content.witnesses) and _said(*(w.operator for w in content.witnesses))


def _says_what(told: NoticeFacts) -> bool:
    return bool(told.collects) and bool(told.lists or not any(rule_of(one).sends for one in told.collects))


def _said(*texts: str) -> bool:
    return all(text.strip() for text in texts)


def _incomplete(what: str) -> Refused:
    return Refused(
        "notice-incomplete", f"You cannot create the notice yet. Missing: {what}. Record it, then create the notice."
    )
