"""Authority: instruments, their terms, and what the law lets each basis do (requirements §0.1, §1; SA20; CJA 2003 s.250).

Rules
- Authority is a *set* of instruments, each with its own terms, periods and controller. Each term has its own row and dates; a whole order
  has no end date (R-LEG-3).
- What each basis allows is data (`bases`). Nothing else grounds anything.
- An order is neither served nor in force before it was made, and not made before the conviction that it follows (SA20 s.345). Otherwise a
  mistyped year could ground collection today, and end an older order (s.349). A travel term grounds no collection.
- A variation is an instrument of its own, which names the one that it varies (R-LEG-9). It ends that one as a newer order ends an older.
  Its terms keep the first day that they had, so a fixed period is counted from there (SA20 ss.347, 350).
- A licence grounds collection only with the officer's dated request to install. It runs to its expiry, so each of its terms has a last
  day (requirements §0.1). Its status comes from a feed and is no part of this: what is held back is suspended (`licence`).
- A voluntary agreement grounds only what the person agreed to, item by item, while the supervision that it serves runs (`agreement`). An
  item ends when the person withdraws it, and that is known from when somebody, or their device, told the agency.
- A term counts once a second officer confirmed it against the document (R-LEG-24) and its instrument was served, until the instrument ends.
- An end has *true from* and *known from* (design §1.9). The term's period is cut at *true from*.
- A newer order ends an older one where the basis says so (SA20 s.349) and the court did not order otherwise: once a term of the newer
  counts and is in force. An unconfirmed order ends nothing. Nor does an order already known by then never to have been in force.
- An older order stays ended, even if the newer is later said to have ended. One officer records an end, and it must not widen anything. If
  the newer was a mistake, the older is recorded and confirmed again.
- Nothing is collected for a time before service or, under a licence, before the officer's request.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import ClassVar, Final

from offmon.core import clock
from offmon.core.authority.agreement import Agreement, Withdrawal, check_agreement
from offmon.core.authority.bases import BASES, Basis, BasisRule, Route
from offmon.core.authority.capability import Capability
from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.formats.commitment import WithholdingGround
from offmon.core.ids import Count, Digest, Id, Ms, Slug
from offmon.core.log.kinds import TEXT, InBundle, RecordKind, at
from offmon.core.log.verbs import Verb


class Media(StrEnum):
    """What a file of a document may be."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"


class TermKind(StrEnum):
    """What a term does (SA20 s.343; s.347A for requirements)."""

    PROHIBITION = "prohibition"
    REQUIREMENT = "requirement"
    TRAVEL = "travel"


class Compared(StrEnum):
    """What a second officer compared a term with, word by word (R-LEG-26)."""

    ORIGINAL = "original"
    CERTIFIED = "certified"
    COURT_CONFIRMED = "court_confirmed"
    PRISON_CONFIRMED = "prison_confirmed"
    COPY = "copy"


class DeviceKind(StrEnum):
    """A kind of device that a condition may name (HMPPS policy v4.0, `deviceTypes`)."""

    COMPUTER = "computer"
    PHONE = "mobile_phone"
    TABLET = "tablet"
    GAMES_CONSOLE = "games_console"
    CAMERA = "digital_camera"
    OTHER = "other"


class Applicant(StrEnum):
    """Who asked the court to vary an order (SA20 s.350)."""

    PERSON = "person"
    CHIEF_OFFICER = "chief_officer"
    OTHER = "other"


ENDING: Final = ("ended_at", "end_known_at")  # all that changes in an instrument once it is recorded


@dataclass(frozen=True, slots=True)
class Instrument:
    """An order or licence, as recorded from its document. Times in ms UTC.

    `controller` is the agency that answers for it; `document` is the digest of the page image; `checked` says how it was checked.
    `requested_at` is the supervising officer's dated request to install (LICENCE). `ended_at` is when it stopped being in force and
    `end_known_at` when the agency learned so; both or neither. `route`: how the court came to make it, where there are several.
    `varies`: the instrument of which it is a later version, and `varied_for` who asked for that. `keeps_earlier`: the court ordered that
    earlier orders stay in force (SA20 s.349). `agreement`: how the person agreed; `witness` saw it, `adult` stood by.
    """

    KIND: ClassVar[str] = "instrument"
    RECORD: ClassVar = RecordKind(
        made={Verb.INSTRUMENT_RECORDED},
        changed={Verb.INSTRUMENT_ENDED},
        times=(at("end_known_at", Verb.INSTRUMENT_ENDED),),
        withholds={"made_by": TEXT, "reference": TEXT, "checked": TEXT, "witness": TEXT, "adult": TEXT},
    )

    id: Id
    case: Id
    basis: Basis
    controller: Id
    made_by: str
    reference: str
    made_on: str
    convicted_on: str | None
    served_at: Ms | None
    effective_from: Ms
    offence_types: tuple[Slug, ...]
    document: Digest
    checked: str
    requested_at: Ms | None
    recorded_by: Id
    ended_at: Ms | None
    end_known_at: Ms | None
    route: Route | None = None
    varies: Id | None = None
    varied_for: Applicant | None = None
    keeps_earlier: bool = False
    agreement: Agreement | None = None
    witness: str | None = None
    adult: str | None = None


@dataclass(frozen=True, slots=True)
class OrderDocument:
    """The document of an instrument: its files, by kind and SHA-256. `damaged_at`: since when one is not what was recorded."""

    KIND: ClassVar[str] = "document"
    RECORD: ClassVar = RecordKind(
        made={Verb.INSTRUMENT_RECORDED}, changed={Verb.DOCUMENT_CHECKED}, bundle=InBundle.HELD
    )

    id: Id
    instrument: Id
    kinds: tuple[Media, ...]
    digests: tuple[Digest, ...]
    damaged_at: Ms | None


@dataclass(frozen=True, slots=True)
class Term:
    """One prohibition or requirement of an instrument, with its own period; `until` None: until further order.

    `verbatim_text` is restricted (orders name victims): None for a reader who is not shown it. The person is shown `person_text`;
    in Welsh `person_text_welsh`, where there is one. `capabilities` is what a lawyerly reading of the term makes necessary.
    `compared_with`: what the second officer held it against; None where it is not confirmed, or was before that was asked.
    `device_kinds`: the kinds of device that it names; empty where it names none, and so covers each (R-LEG-15).
    """

    KIND: ClassVar[str] = "term"
    RECORD: ClassVar = RecordKind(
        made={Verb.TERM_RECORDED},
        changed={Verb.TERM_CONFIRMED},
        times=(at("confirmed_at", Verb.TERM_CONFIRMED),),
        withholds={"verbatim_text": TEXT},  # an order's own words name victims
        closed={"verbatim_text": WithholdingGround.RESTRICTED},
    )

    id: Id
    instrument: Id
    effect: TermKind
    verbatim_text: str | None
    person_text: str
    source_page: Count
    capabilities: tuple[Capability, ...]
    since: Ms
    until: Ms | None
    recorded_by: Id
    confirmed_by: Id | None
    confirmed_at: Ms | None
    person_text_welsh: str | None = None
    compared_with: Compared | None = None
    device_kinds: tuple[DeviceKind, ...] = ()


def check_instrument(instrument: Instrument) -> None:
    """Raises Refused where the instrument cannot ground anything, whatever its terms say (R-LEG-1, R-LEG-7)."""
    rule = BASES[instrument.basis]
    if instrument.served_at is None:
        raise Refused("not-served", "The order has not been served. Record when and how it was served.")
    _check_agree(instrument, instrument.served_at)
    _check_made(instrument, rule)
    _check_conviction(instrument, rule)
    if rule.needs_request and instrument.requested_at is None:
        raise Refused(
            "no-request", "A licence allows monitoring only as requested. Record the date of the officer's request."
        )
    if rule.by_agreement:
        check_agreement(instrument.agreement, instrument.witness, instrument.adult)
    elif instrument.agreement is not None:
        raise Refused("no-agreement-here", "A court or authority made it, so nobody agreed. Select another type.")
    if not instrument.offence_types:
        raise Refused("no-offence-type", "Record the type of offence. It decides which lists you can use.")
    if (instrument.ended_at is None) != (instrument.end_known_at is None):
        raise Refused("half-ended", "An end has both a time and a time at which it became known.")


def _check_made(instrument: Instrument, rule: BasisRule) -> None:
    """Raises Refused where no court could make such an order on that day."""
    made = _day(instrument.made_on)
    if rule.made_from is not None and made < rule.made_from:
        first = _written(rule.made_from)
        raise Refused("made-too-early", f"No court could make such an order before {first}. Compare date and type.")
    if rule.made_until is not None and made > rule.made_until:
        last = _written(rule.made_until)
        raise Refused("made-too-late", f"No court could make such an order after {last}. Compare date and type.")


def _check_conviction(instrument: Instrument, rule: BasisRule) -> None:
    """Raises Refused where its route is not said or none of its basis, or another Act covers its conviction (R-LEG-7, R-LEG-8)."""
    route = route_of(instrument)
    if rule.routes and route not in rule.routes:
        raise Refused("no-route", "Record how the court came to make the order.")
    if route is Route.FINDING and instrument.convicted_on is not None:
        raise Refused("finding-no-conviction", "A finding is no conviction. Leave the date of the conviction empty.")
    if route is not Route.CONVICTION:
        return
    if instrument.convicted_on is None:
        raise Refused("no-conviction-date", "This order follows a conviction. Record the date of the conviction.")
    convicted = _day(instrument.convicted_on)
    if rule.convicted_from is not None and convicted < rule.convicted_from:
        first = _written(rule.convicted_from)
        raise Refused("wrong-code", f"The conviction is from before {first}, so the order is under {rule.other_law}.")
    if rule.convicted_until is not None and convicted > rule.convicted_until:
        last = _written(rule.convicted_until)
        raise Refused("wrong-code", f"The conviction is from after {last}, so the order is under {rule.other_law}.")


def route_of(instrument: Instrument) -> Route | None:
    """How the court came to make it; None of what no court makes, and where nobody said."""
    routes = BASES[instrument.basis].routes
    return routes[0] if len(routes) == 1 else instrument.route


def rests_on_conviction(instrument: Instrument) -> bool:
    """Whether it does, or the person was convicted of nothing by it (R-LEG-8; DPA 2018 s.38(3))."""
    return not BASES[instrument.basis].by_agreement and route_of(instrument) in (None, Route.CONVICTION)


def check_variation(instrument: Instrument, others: Iterable[Instrument]) -> None:
    """Raises Refused unless what it varies is an earlier order of the case, of its basis, that no other in force varies (R-LEG-9)."""
    if (instrument.varies is None) != (instrument.varied_for is None):
        raise Refused("half-varied", "Say which order it varies, and who asked the court for that.")
    known = {one.id: one for one in others if one.id != instrument.id}
    if instrument.varies is None:
        return
    varied = known.get(instrument.varies)
    if varied is None or varied.basis is not instrument.basis or varied.made_on > instrument.made_on:
        raise Refused("varies-no-such", "It can vary only an earlier order of this person, of the same type.")
    if any(one.varies == varied.id and one.ended_at is None for one in known.values()):
        raise Refused("varied-already", "Another document varies that order already. Say that it varies that document.")


def _check_agree(instrument: Instrument, served_at: Ms) -> None:
    """Raises Refused where its dates contradict each other: an order is made on conviction (SA20 s.345), a licence after one."""
    made = _day(instrument.made_on)
    if instrument.convicted_on is not None and made < _day(instrument.convicted_on):
        raise Refused(
            "made-before-conviction",
            "It cannot have been made before the conviction. Compare the dates with the document.",
        )
    if clock.local_day(served_at) < made:
        raise Refused(
            "served-before-made", "It cannot have been served before it was made. Compare the dates with the document."
        )
    if clock.local_day(instrument.effective_from) < made:
        raise Refused(
            "in-force-before-made",
            "It cannot have been in force before it was made. Compare the dates with the document.",
        )


def check_past(instrument: Instrument, at: Ms) -> None:
    """Raises Refused where something that a record states as done lies after `at`, when it is recorded; it may come into force later."""
    today = clock.local_day(at)
    if today < _day(instrument.made_on) or (
        instrument.convicted_on is not None and today < _day(instrument.convicted_on)
    ):
        raise Refused("not-made-yet", "The order and the conviction cannot be in the future. Correct the dates.")
    if (instrument.served_at or Ms(0)) > at or (instrument.requested_at or Ms(0)) > at:
        raise Refused(
            "not-done-yet", "The service and the request for monitoring cannot be in the future. Correct the dates."
        )


def check_term(instrument: Instrument, term: Term) -> None:
    """Raises Refused where the term's own dates or text break the rule of its basis (R-LEG-3, R-LEG-4)."""
    rule = BASES[instrument.basis]
    if term.instrument != instrument.id:
        raise Refused("other-instrument", "The condition belongs to another order.")
    if not term.person_text.strip() or (term.verbatim_text is not None and not term.verbatim_text.strip()):
        raise Refused("no-text", "A condition needs the words of the document, and plain words for the person.")
    if rule.needs_end and term.until is None:
        raise Refused(
            "no-last-day", "It lasts until a day that the document gives. Enter the last day of this condition."
        )
    _check_agreed_time(instrument, term, rule)
    if term.effect is TermKind.TRAVEL:
        if term.capabilities:
            raise Refused("travel-collects-nothing", "A foreign travel prohibition makes no collection necessary.")
        if rule.travel_max_years is not None and _is_longer(term, rule.travel_max_years):
            raise Refused(
                "travel-too-long",
                f"A foreign travel prohibition lasts at most {rule.travel_max_years} years. Correct the dates.",
            )
    elif rule.most_years is not None and _is_longer(term, rule.most_years):
        raise Refused("term-too-long", f"Such an order lasts at most {rule.most_years} years. Correct the dates.")
    elif (
        rule.fixed_min_years is not None
        and term.until is not None
        and term.until < _years(term.since, rule.fixed_min_years)
    ):
        raise Refused(
            "term-too-short", f"A fixed period lasts at least {rule.fixed_min_years} years. Correct the dates."
        )


def _check_agreed_time(instrument: Instrument, term: Term, rule: BasisRule) -> None:
    """Raises Refused where an agreement would last longer than it may from the day it was made, or than the registration that it serves."""
    last = [] if rule.most_days is None else [_day(instrument.made_on) + timedelta(days=rule.most_days)]
    if instrument.agreement is not None and instrument.agreement.registered_until is not None:
        last.append(_day(instrument.agreement.registered_until) + timedelta(days=1))
    if last and (term.until is None or term.until > clock.start_of_day(min(last))):
        raise Refused(
            "agreed-too-long",
            "An agreement lasts 12 weeks at most, and no longer than the registration it serves. Enter an earlier last day.",
        )


def _is_longer(term: Term, years: int) -> bool:
    return term.until is None or term.until > _years(term.since, years)


def cut_withdrawn(terms: Iterable[Term], withdrawals: Iterable[Withdrawal], known_at: Ms) -> tuple[Term, ...]:
    """The terms, each ended where the person withdrew it, as the agency knew it then."""
    ends = {one.term: one.withdrawn_at for one in withdrawals if one.known_at <= known_at}
    return tuple(
        replace(one, until=ends[one.id] if one.until is None else min(one.until, ends[one.id]))
        if one.id in ends
        else one
        for one in terms
    )


def as_known_at(instrument: Instrument, at: Ms) -> Instrument:
    """The instrument as the agency knew it then: an end that became known later is not yet there (design §1.9)."""
    known = instrument.end_known_at is not None and instrument.end_known_at <= at
    return instrument if known else replace(instrument, ended_at=None, end_known_at=None)


def as_confirmed_at(term: Term, at: Ms) -> Term:
    """The term as the agency had it then: one that was confirmed later is not yet (design §1.9)."""
    late = term.confirmed_at is not None and term.confirmed_at > at
    return replace(term, confirmed_by=None, confirmed_at=None, compared_with=None) if late else term


def live_period(instrument: Instrument, term: Term) -> Period | None:
    """When the term is in force, or None: never confirmed, or ended before it began. Raises nothing.

    The period is the term's own, cut by the instrument's start (in force, served, and requested where it must be) and by its end
    (design §1.2). That it was served and requested at all is `check_instrument`'s to say, aloud.
    """
    if term.confirmed_by is None or term.confirmed_at is None or term.confirmed_by == term.recorded_by:
        return None
    requested_at = instrument.requested_at if BASES[instrument.basis].needs_request else None
    since = max(instrument.effective_from, instrument.served_at or Ms(0), requested_at or Ms(0))
    if instrument.ended_at is not None and instrument.ended_at <= since:
        return None
    if term.until is not None and term.until <= term.since:
        return None
    return Period(term.since, term.until).overlap(Period(since, instrument.ended_at))


def needs_consent(order: Instrument, at: Ms, others: Iterable[Instrument] = ()) -> bool:
    """Whether a court discharges the order then by consent alone (SA20 s.350(7)). A variation is as old as what it varies, of `others`."""
    years = BASES[order.basis].consent_years
    known = {one.id: one for one in others}
    while order.varies in known:
        order = known.pop(order.varies)
    return years is not None and at < _years(clock.start_of_day(_day(order.made_on)), years)


def ended_by(
    order: Instrument, instruments: Iterable[Instrument], terms: Iterable[Term]
) -> tuple[Ms, Instrument] | None:
    """The newer order that ends this one by law, and from when; None where none does. Days of making are compared as documents write them.

    Of the same day neither ends the other: one is the other, recorded anew. A variation ends what it varies, whatever the day.
    """
    newer = {one.id: one for one in instruments if one.served_at is not None and _ends(one, order)}
    agreed = min(
        (t.confirmed_at for t in terms if t.instrument == order.id and t.confirmed_at is not None), default=None
    )
    begins = ((_counts_from(newer[t.instrument], t, agreed), t.instrument) for t in terms if t.instrument in newer)
    begun = sorted((since, by) for since, by in begins if since is not None)
    return (begun[0][0], newer[begun[0][1]]) if begun else None


def _ends(newer: Instrument, order: Instrument) -> bool:
    if newer.agreement is not None:
        return False  # what was agreed before runs to its own last day, or until it is withdrawn
    if newer.varies == order.id:
        return True
    rule, interim = BASES[newer.basis], BASES[order.basis].interim
    kept = newer.keeps_earlier and not interim
    return order.basis in rule.ends and newer.made_on > order.made_on and not kept


def _counts_from(newer: Instrument, term: Term, agreed: Ms | None) -> Ms | None:
    """From when a newer order's term ends an older order, of which a term was first confirmed at `agreed`; None where it does not.

    By an end that leaves the term no time at all it never counted. But if it had begun to count, for an older order that was confirmed
    too, before that end was known, it stays so.
    """
    period, known_at = live_period(newer, term), newer.end_known_at
    if period is None and known_at is not None and agreed is not None and agreed <= known_at:
        period = live_period(replace(newer, ended_at=None, end_known_at=None), term)
        if period is None or max(period.since, term.confirmed_at or period.since) > known_at:
            return None
    return None if period is None else period.since


def cut_by_newer(instruments: Collection[Instrument], terms: Collection[Term]) -> tuple[Instrument, ...]:
    """The orders of one person, each ended where a newer one ends it, whether or not anybody has recorded that.

    An agreement ends with what it serves too, or with what took the place of that: the last confirmed term of those, or their end.
    """
    newer = {one.id: ended_by(one, instruments, terms) for one in instruments}
    cut = {one.id: _cut(one, newer[one.id]) for one in instruments}
    return tuple(one if one.agreement is None else _cut_by_served(one, cut, newer, terms) for one in cut.values())


type TakenOver = Mapping[Id, tuple[Ms, Instrument] | None]
"""Of each order the newer one that ends it by law, and from when (`ended_by`)."""


def served_by(order: Instrument, newer: TakenOver) -> tuple[Id, ...]:
    """The order or licence that an agreement serves, and those that took its place, one after the other."""
    chain = list[Id]()
    serves = None if order.agreement is None else order.agreement.serves
    while serves is not None and serves not in chain:
        chain.append(serves)
        follows = newer.get(serves)
        serves = None if follows is None else follows[1].id
    return tuple(chain)


def _cut_by_served(
    order: Instrument, cut: Mapping[Id, Instrument], newer: TakenOver, terms: Collection[Term]
) -> Instrument:
    chain = {*served_by(order, newer)}
    periods = [live_period(cut[one.instrument], one) for one in terms if one.instrument in chain & cut.keys()]
    lasts = [one.until for one in periods if one is not None]
    if not chain or None in lasts:
        return order
    until = max((one for one in lasts if one is not None), default=order.effective_from)
    later = order.ended_at is not None and order.ended_at <= until
    return order if later else replace(order, ended_at=until, end_known_at=until)


def _cut(order: Instrument, newer: tuple[Ms, Instrument] | None) -> Instrument:
    if newer is None or (order.ended_at is not None and order.ended_at <= newer[0]):
        return order
    return replace(order, ended_at=newer[0], end_known_at=newer[0])


def _day(text: str) -> date:
    """A day as documents write it, `2020-12-01` and no other way."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise Refused("bad-date", "A date of the order is not a day of the calendar, written like 2020-12-01.")
    return day


def _written(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _years(since: Ms, years: int) -> Ms:
    """The end of a period of whole years "beginning with" the day of `since`, Europe/London (29 February counts as 1 March)."""
    first = clock.local_day(since)
    try:
        last = first.replace(year=first.year + years)
    except ValueError:
        last = date(first.year + years, 3, 1)
    return clock.start_of_day(last)
