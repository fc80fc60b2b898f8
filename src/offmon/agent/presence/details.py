"""The device's own pages, as data: one for anybody at the keyboard, and behind the PIN what is monitored now (R-RGT-3; design §1.6).

Rules
- `first_page` and `pin_page` are neutral: no force, offence or order. Only `page_of` shows anything about a person.
- `page_of` is made of the signed profile, the agency's root key, the indicator's state and declared times. It cannot receive findings: no
  disclosure, no count, no time of sending.
- It shows only gaps whose reasons do not depend on a finding (`core/person/delay.py`). They are rounded and joined, without the number of
  things lost (`core/person/coverage.py`).
- Only the sign-in code for the person's page comes from elsewhere. Its pages show only the code and its outcome.
- Its first screen says what, why, until when and whom to call, without scrolling on a screen 760 pixels high. Each `Section` of the rest
  opens on request: what is and is never collected, terms, coverage gaps, rights and complaints, and where the notice is (ADR 13).
- All that this device can show is at most 1,500 words a language. Where the notice says more, the page points at it.
- It uses the notice's own words, and speaks as the indicator does: in one language, or in both.
- Pure: the caller gives the time.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from offmon.agent import portal_code
from offmon.agent.kept_history import KEPT_DAYS, grants_of
from offmon.agent.pin import DetailsDoor, PinOutcome
from offmon.agent.presence.states import AgentState
from offmon.agent.presence.words import IndicatorLanguage
from offmon.core import clock
from offmon.core.access.pin import LEAST_DIGITS, MOST_DIGITS
from offmon.core.access.portal_access import LIFE_MS, WayIn
from offmon.core.authority.capability import Capability, rule_of
from offmon.core.authority.profile import Controller, Grant, PersonText, Profile
from offmon.core.formats.event import Gap
from offmon.core.ids import Digest, Id, Ms
from offmon.core.person import delay, spans
from offmon.core.person.deadlines import RequestKind
from offmon.core.person.spans import Span
from offmon.words import catalogue
from offmon.words.agency_text import told_in
from offmon.words.catalogue import translate
from offmon.words.dates import day, last_day
from offmon.words.document import Block, Kind
from offmon.words.notice import RIGHTS, in_texts, what_never_is
from offmon.words.silences import said_of

GAP_DAYS: Final = 30
_TERMS_AT_FIRST: Final = 3

type Blocks = Iterator[Block]


@dataclass(frozen=True, slots=True)
class InputField:
    """One thing to type. A `secret` is not shown while it is typed."""

    name: str
    label: str
    secret: bool


@dataclass(frozen=True, slots=True)
class Button:
    """One thing to do: `name` is what the window says of it."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class DetailsPage:
    """What the window shows: a text, perhaps fields under it, and buttons. `error` stands first."""

    title: str
    blocks: tuple[Block, ...]
    error: str = ""
    fields: tuple[InputField, ...] = ()
    buttons: tuple[Button, ...] = ()


class Section(StrEnum):
    """What of the details a page shows: the answers at once, or more about one of them."""

    FIRST = "first"
    COLLECTED = "collected"
    TERMS = "terms"
    GAPS = "gaps"
    RIGHTS = "rights"
    NOTICE = "notice"
    STOP = "stop"
    HISTORY = "history"


STOP_ALL: Final = "stop-all"


def stop_of(number: int) -> str:
    """The name of the button that stops the item of that number, from 1."""
    return f"stop-{number}"


@dataclass(frozen=True, slots=True)
class IndicatorNow:
    """What the indicator says, since when, and which times were declared; corrected times."""

    state: AgentState
    since: Ms
    spans: tuple[Span, ...]


def spans_of(gaps: Iterable[Gap], offset_ms: int, at: Ms) -> tuple[Span, ...]:
    """The times among declared gaps that may be shown at `at`, for they tell of no finding: of the last thirty days, newest first.

    Those that the person's own page shows at once (`core/person/delay`). Of the others the page says the same whether there are any.
    """
    shown = (gap for gap in gaps if not delay.waits(gap.reason))
    return tuple(one for one in spans.spans_of(shown, offset_ms) if one.until > at - GAP_DAYS * clock.DAY_MS)


def tools(language: IndicatorLanguage) -> tuple[str, str, str]:
    """What the window's own three buttons are called."""
    return (both(language, "device.larger"), both(language, "device.smaller"), both(language, "device.close"))


def first_page(language: IndicatorLanguage) -> DetailsPage:
    """For anyone at the keyboard."""
    says = ("device.first.not-yours", "device.first.ask", "device.first.yours")
    return DetailsPage(
        both(language, "device.first.title"),
        in_each(language, "device.first.title", lambda of: in_texts(of, *says)),
        buttons=(Button("mine", both(language, "device.first.button")),),
    )


def pin_page(
    language: IndicatorLanguage, door: DetailsDoor, outcome: PinOutcome | None = None, wait_ms: int = 0
) -> DetailsPage:
    """What asks for the PIN, or for the paper and a new one. `outcome` is that of the last try."""
    fields = {DetailsDoor.PIN: ("pin",), DetailsDoor.PAPER: ("code", "pin", "again")}.get(door, ())
    buttons = {
        DetailsDoor.PIN: (("show", "show"), ("lost", "lost-button")),
        DetailsDoor.PAPER: (("choose", "choose"),),
    }.get(door, ())
    return DetailsPage(
        both(language, "device.pin.title"),
        in_each(language, "device.pin.title", lambda of: _asks(door, of)),
        error=why_not(language, outcome, wait_ms),
        fields=tuple(InputField(name, both(language, f"device.pin.{name}"), name != "code") for name in fields),
        buttons=tuple(Button(name, both(language, f"device.pin.{key}")) for name, key in buttons),
    )


def _asks(door: DetailsDoor, of: catalogue.Language) -> Blocks:
    if door is DetailsDoor.PAPER:
        yield _text(translate(of, "device.pin.new", least=LEAST_DIGITS, most=MOST_DIGITS))
        yield _text(translate(of, "device.pin.paper"))
    else:
        yield _text(translate(of, "device.pin.enter" if door is DetailsDoor.PIN else "device.pin.none"))


def refusal(language: IndicatorLanguage, door: DetailsDoor, key: str) -> DetailsPage:
    """The page that asks, with what kept it from being answered: `differs` or `fault`."""
    page = pin_page(language, door)
    return DetailsPage(page.title, page.blocks, both(language, f"device.pin.{key}"), page.fields, page.buttons)


def page_of(
    profile: Profile | None,
    root: Digest,
    now: IndicatorNow,
    at: Ms,
    language: IndicatorLanguage,
    *,
    section: Section = Section.FIRST,
) -> DetailsPage:
    """What is monitored at `at`, for the person, or more about it. `root` is the fingerprint of the agency's root key."""
    writes: dict[Section, Callable[[catalogue.Language], Iterable[Block]]] = {
        Section.FIRST: lambda of: _first(profile, now, at, of),
        Section.COLLECTED: lambda of: _collected(profile, at, of),
        Section.TERMS: lambda of: _terms(profile, at, of),
        Section.GAPS: lambda of: _gaps(now.spans, of),
        Section.RIGHTS: lambda of: _rights(profile, of),
        Section.NOTICE: lambda of: _notice(profile, root, at, of),
        Section.STOP: lambda of: _stop(profile, of),
        Section.HISTORY: lambda of: [_text(translate(of, "device.history.about", days=KEPT_DAYS))],
    }
    title = f"device.more.{section}"
    buttons = [Button("more-first", both(language, "device.more.back"))]
    if section is Section.FIRST:
        others = [one for one in Section if one is not section and _is_there(one, profile)]
        buttons = [Button(f"more-{one}", both(language, f"device.more.{one}")) for one in others]
        buttons += [Button("way-in", both(language, "device.way-in.open"))] if _offers_code(profile) else []
    if section is Section.STOP:
        buttons = [*_stops(profile, language), *buttons]
    if section is Section.HISTORY:
        buttons = [Button("history", both(language, "device.history.open")), *buttons]
    return DetailsPage(both(language, title), in_each(language, title, writes[section]), buttons=tuple(buttons))


def _is_there(section: Section, profile: Profile | None) -> bool:
    """Whether there is something to say in it."""
    if section is Section.STOP:
        return profile is not None and bool(profile.agreed)
    if section is Section.HISTORY:
        return bool(grants_of(profile))
    return section is not Section.TERMS or profile is not None


def _agreed(profile: Profile | None) -> tuple[PersonText, ...]:
    """What the person agreed to and has not stopped, in the order of the profile."""
    return () if profile is None else tuple(one for one in profile.person_texts if one.term in profile.agreed)


def agreed_items(profile: Profile | None) -> tuple[Id, ...]:
    """The items that can be stopped, in the order of their numbers."""
    return tuple(one.term for one in _agreed(profile))


def _stop(profile: Profile | None, of: catalogue.Language) -> Blocks:
    """What the person agreed to, each by its number; stopping it takes one press, offline too (R-LEG-20)."""
    agreed = _agreed(profile)
    if profile is None or not agreed:
        yield _text(translate(of, "device.stop.none"))
        return
    yield _text(translate(of, "device.stop.about"))
    for number, term in enumerate(agreed, 1):
        [(text, _)] = told_in(profile, term, of)
        yield _item(translate(of, "device.stop.item", number=number, text=text))


def _stops(profile: Profile | None, language: IndicatorLanguage) -> list[Button]:
    numbers = range(1, len(_agreed(profile)) + 1)
    each = [Button(stop_of(number), both(language, "device.stop.number", number=number)) for number in numbers]
    return [*each, Button(STOP_ALL, both(language, "device.stop.all"))] if len(each) > 1 else each


def way_in_page(language: IndicatorLanguage, outcome: PinOutcome | None = None, wait_ms: int = 0) -> DetailsPage:
    """What asks for the PIN again, before a code is got. `outcome` is that of the last try."""
    return DetailsPage(
        both(language, "device.way-in.title"),
        in_each(language, "device.way-in.title", _before_a_code),
        error=why_not(language, outcome, wait_ms),
        fields=(InputField("pin", both(language, "device.pin.pin"), secret=True),),
        buttons=(Button("code", both(language, "device.way-in.get")),),
    )


def asking_page(language: IndicatorLanguage) -> DetailsPage:
    """While the agency is asked."""
    return DetailsPage(
        both(language, "device.way-in.title"),
        in_each(language, "device.way-in.title", lambda of: in_texts(of, "device.way-in.asking")),
    )


def code_page(language: IndicatorLanguage, got: WayIn, became: portal_code.PortalCodeOutcome) -> DetailsPage:
    """The code, or why there is none."""
    if became is not portal_code.PortalCodeOutcome.KEPT:
        asks = in_each(language, "device.way-in.title", lambda of: in_texts(of, f"device.way-in.{became}"))
        return DetailsPage(both(language, "device.way-in.title"), asks, buttons=_try_again(language, became))
    return DetailsPage(
        both(language, "device.way-in.title"), in_each(language, "device.way-in.title", lambda of: _code(got, of))
    )


def _offers_code(profile: Profile | None) -> bool:
    """Where nothing was ever allowed, or it was ended, the agency would give none."""
    return profile is not None and bool(profile.grants)


def _try_again(language: IndicatorLanguage, became: portal_code.PortalCodeOutcome) -> tuple[Button, ...]:
    if became is portal_code.PortalCodeOutcome.TOO_MANY:
        return ()
    return (Button("way-in", both(language, "device.way-in.retry")),)


def _before_a_code(of: catalogue.Language) -> Blocks:
    yield _text(translate(of, "device.way-in.about"))
    yield _text(translate(of, "device.way-in.once", minutes=LIFE_MS // clock.MINUTE_MS))
    yield _text(translate(of, "device.way-in.again"))


def _code(got: WayIn, of: catalogue.Language) -> Blocks:
    yield _text(translate(of, "device.way-in.use", minutes=LIFE_MS // clock.MINUTE_MS))
    yield _head(translate(of, "device.way-in.name", name=got.name))
    yield _head(translate(of, "device.way-in.code", code=got.code))
    yield from in_texts(of, "device.way-in.where", "device.way-in.shown", "device.way-in.others")


def why_not(language: IndicatorLanguage, outcome: PinOutcome | None, wait_ms: int) -> str:
    """Why a try at the PIN shows nothing; empty where there was none."""
    if wait_ms or outcome is PinOutcome.WAIT:
        return both(language, "device.pin.wait", minutes=max(-(-wait_ms // clock.MINUTE_MS), 1))
    if outcome is PinOutcome.FORM:
        return both(language, "device.pin.form", least=LEAST_DIGITS, most=MOST_DIGITS)
    return "" if outcome in {None, PinOutcome.OPEN} else both(language, f"device.pin.{outcome}")


def _first(profile: Profile | None, now: IndicatorNow, at: Ms, of: catalogue.Language) -> Blocks:
    """What, why, until when, and whom to call."""
    state = translate(of, f"indicator.state.{now.state}")
    since, time = day(of, now.since), clock.local_minute(now.since)
    yield _text(translate(of, "device.now.state", state=state, day=since, time=time))
    if profile is None:
        yield _text(translate(of, "device.now.none"))
    else:
        yield from _what(profile, at, of)
        yield from _why(profile, at, of)
    yield _subhead(translate(of, "device.now.call"))
    if profile is None or not profile.controllers:
        yield _text(translate(of, "device.now.nobody"))
    else:
        yield from _whom(profile.controllers, of)
    yield _text(translate(of, "notice.hours.emergency"))


def _what(profile: Profile, at: Ms, of: catalogue.Language) -> Blocks:
    yield _subhead(translate(of, "device.now.what"))
    live = _kinds_of(_live(profile, at))
    if not live:
        yield _text(translate(of, "device.now.nothing"))
        return
    yield from (_item(translate(of, f"capability.{kind}.page")) for kind in live)
    if any(rule_of(kind).sends for kind in live):
        yield _text(translate(of, "device.now.record"))


def _why(profile: Profile, at: Ms, of: catalogue.Language) -> Blocks:
    yield _subhead(translate(of, "device.more.terms"))
    for term in profile.person_texts[:_TERMS_AT_FIRST]:
        [(text, _)] = told_in(profile, term, of)
        until = term.period.until
        if until is None:
            yield _item(translate(of, "device.terms.first-open", text=text))
        else:
            yield _item(translate(of, "device.terms.first", text=text, until=last_day(of, until)))
    if more := len(profile.person_texts[_TERMS_AT_FIRST:]):
        yield _item(translate(of, "device.terms.others", number=more))
    yield _text(_lease(profile, at, of))


def _lease(profile: Profile, at: Ms, of: catalogue.Language) -> str:
    until = profile.lease.until
    if until is None or at >= until:
        ran_out = profile.lease.since if until is None else until
        key = "device.now.over"
    else:
        ran_out, key = until, "device.now.runs"
    said = translate(of, key, version=profile.version, day=day(of, ran_out), time=clock.local_minute(ran_out))
    return said if key == "device.now.over" or _live(profile, at) else f"{said} {translate(of, 'device.now.ended')}"


def _whom(controllers: Sequence[Controller], of: catalogue.Language) -> Blocks:
    for one in controllers:
        yield _item(translate(of, "notice.contact.party", name=one.name, contact=one.contact))


def _terms(profile: Profile | None, at: Ms, of: catalogue.Language) -> Blocks:
    if profile is None or not profile.person_texts:  # it grants nothing, and so rests on nothing
        yield _text(translate(of, "device.now.nothing"))
        return
    yield _text(translate(of, "device.terms.intro"))
    for term in profile.person_texts:
        [(text, _)] = told_in(profile, term, of)
        yield _subhead(translate(of, "notice.why.term", text=text))
        yield _text(_period(term, of))
        if at not in term.period:
            yield _text(translate(of, "device.terms.not-now"))
        for grant in profile.grants:
            if any(one.term == term.term for one in grant.terms):
                by = f" ({', '.join(_lists([grant], of))})" if grant.lists else ""
                yield _item(f"{translate(of, f'capability.{grant.kind}.page')}{by}")
    silences = [one for one in profile.silences if one.period.until is None or at < one.period.until]
    if silences:
        yield _subhead(translate(of, "notice.when.silences"))
        yield from (_item(said_of(one, of).line(of)) for one in silences)


def _period(term: PersonText, of: catalogue.Language) -> str:
    since, until = day(of, term.period.since), term.period.until
    if until is None:
        return translate(of, "device.terms.open", since=since)
    return translate(of, "device.terms.fixed", since=since, until=last_day(of, until))


def _collected(profile: Profile | None, at: Ms, of: catalogue.Language) -> Blocks:
    live = () if profile is None else _live(profile, at)
    if live:
        yield _text(translate(of, "device.collected.looks"))
        yield from (_item(translate(of, f"capability.{kind}.page")) for kind in _kinds_of(live))
        if names := ", ".join(_lists(live, of)):
            yield _text(translate(of, "device.collected.lists", names=names))
            yield _text(translate(of, "device.collected.record"))
    yield from what_never_is(of)
    yield _text(translate(of, "device.collected.cover"))


def _kinds_of(grants: Iterable[Grant]) -> list[Capability]:
    """Each once, in the order of the declaration."""
    kinds = {grant.kind for grant in grants}
    return [one for one in Capability if one in kinds]


def _notice(profile: Profile | None, root: Digest, at: Ms, of: catalogue.Language) -> Blocks:
    """Where the notice is, which this device does not hold (ADR 13), and what the page is made of.

    A profile is signed only once a notice was served. A device without one cannot know whether it was, and says what is true either way.
    The root key stands there whole, as on the notice: the enrolment code carried half of it (formats §2).
    """
    yield from in_texts(of, f"device.notice.{'before' if profile is None else 'where'}", "device.notice.root")
    yield Block(Kind.CODE, root)
    yield _text(translate(of, "device.details.made", day=day(of, at), time=clock.local_minute(at)))


def _gaps(spans: Sequence[Span], of: catalogue.Language) -> Blocks:
    yield _text(translate(of, "device.gaps.intro" if spans else "device.gaps.none", days=GAP_DAYS))
    yield _text(translate(of, "device.gaps.rule"))
    for span in spans:
        why, since, until = (
            translate(of, f"portal.gap.{span.why}"),
            clock.local_minute(span.since),
            clock.local_minute(span.until),
        )
        first, last = day(of, span.since), day(of, span.until)
        if first == last:
            yield _item(translate(of, "device.gaps.span", day=first, since=since, until=until, why=why))
        else:
            yield _item(translate(of, "device.gaps.spans", day=first, since=since, last=last, until=until, why=why))
    if spans:
        yield _text(translate(of, "notice.happens.gap"))


def _rights(profile: Profile | None, of: catalogue.Language) -> Blocks:
    """How to ask, object and complain, in the words of notice and portal. Whom: whoever the notice names, which may be more."""
    yield _text(translate(of, "notice.rights.intro"))
    yield from (_item(translate(of, f"notice.rights.{right}")) for right in RIGHTS)
    yield _text(translate(of, "device.rights.more"))
    for kind in (RequestKind.OBJECTION, RequestKind.REVIEW):  # the notice has the other two in words of its own
        yield _item(f"{translate(of, f'portal.ask.{kind}.title')}: {translate(of, f'portal.ask.{kind}.about')}")
    yield from in_texts(of, "device.rights.whom", "device.rights.form", "portal.ask.lead", "notice.complaint.ico")
    if profile is not None:
        days, looks = profile.delay_days, delay.looks_after_days(profile.delay_days)
        yield _text(translate(of, "device.rights.told", days=days, looks=looks))
    yield _text(translate(of, "device.rights.advice"))
    yield _subhead(translate(of, "notice.head.fault"))
    yield _text(translate(of, "notice.fault.tell"))


def _live(profile: Profile, at: Ms) -> tuple[Grant, ...]:
    """What may be collected at `at`. A permission without an end, which none may be, is no permission."""
    if profile.lease.until is None or at not in profile.lease:
        return ()
    return tuple(grant for grant in profile.grants if grant.terms_at(at))


def _lists(grants: Iterable[Grant], of: catalogue.Language) -> list[str]:
    """Each list by its name, once."""
    names = sorted({ref.name for grant in grants for ref in grant.lists})
    parts = (name.rpartition("@") for name in names)
    return [translate(of, "device.terms.list", name=name, version=version) for name, _, version in parts]


def _spoken(language: IndicatorLanguage) -> tuple[catalogue.Language, ...]:
    if language is IndicatorLanguage.BOTH:
        return (catalogue.Language.ENGLISH, catalogue.Language.WELSH)
    return (catalogue.Language(language.value),)


def in_each(
    language: IndicatorLanguage, title: str, write: Callable[[catalogue.Language], Iterable[Block]]
) -> tuple[Block, ...]:
    """The whole in one language, or in one after the other, each under its own title."""
    return tuple(
        block for of in _spoken(language) for block in (Block.of(Kind.TITLE, translate(of, title)), *write(of))
    )


def both(language: IndicatorLanguage, key: str, **given: str | int) -> str:
    """A text in each language that is spoken, a line each."""
    said = dict.fromkeys(translate(of, key, **given) for of in _spoken(language))  # a word that both have stands once
    return "\n".join(said)


def _head(text: str) -> Block:
    return Block.of(Kind.HEADING, text)


def _subhead(text: str) -> Block:
    return Block.of(Kind.SUBHEADING, text)


def _text(text: str) -> Block:
    return Block.of(Kind.TEXT, text)


def _item(text: str) -> Block:
    return Block.of(Kind.ITEM, text)
