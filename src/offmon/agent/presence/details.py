"""The device's own pages, as data: one for anybody at the keyboard, and behind the PIN what is monitored now (R-RGT-3; design §1.6).

Rules
- `first_page` and `pin_page` are neutral: no force, offence or order. Only `page_of` shows anything about a person.
- `page_of` is made of the signed profile, the agency's root key, the indicator's state and declared times. It cannot receive findings: no
  disclosure, no count, no time of sending.
- It shows only gaps whose reasons do not depend on a finding (`core/person/delay.py`). They are rounded and joined, without the number of
  things lost (`core/person/coverage.py`).
- Only the sign-in code for the person's page comes from elsewhere. Its pages show only the code and its outcome.
- It shows what the portal shows as monitored now, in the same words. That is: terms, what is and is never collected, profiles, coverage
  gaps, who to ask, how to object and complain. The notice itself is elsewhere, and the page says where (ADR 13).
- It uses the notice's own words, and speaks as the indicator does: in one language, or in both.
- Pure: the caller gives the time.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from offmon.agent import portal_code
from offmon.agent.pin import DetailsDoor, PinOutcome
from offmon.agent.presence.words import AgentState, IndicatorLanguage
from offmon.core import clock
from offmon.core.access.portal_access import LIFE_MS, WayIn
from offmon.core.authority.capability import Capability
from offmon.core.authority.inventory import POWERS
from offmon.core.authority.profile import Controller, Grant, PersonText, Profile
from offmon.core.formats.event import Gap
from offmon.core.ids import Digest, Ms
from offmon.core.person import coverage, delay
from offmon.core.person.coverage import Span
from offmon.core.person.deadlines import RequestKind
from offmon.words import catalogue
from offmon.words.agency_text import told_in
from offmon.words.catalogue import translate
from offmon.words.dates import day, last_day
from offmon.words.document import Block, Kind
from offmon.words.notice import in_texts, what_is_collected, what_may_be_asked, what_never_is

GAP_DAYS: Final = 30

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
    return tuple(one for one in coverage.spans_of(shown, offset_ms) if one.until > at - GAP_DAYS * clock.DAY_MS)


def tools(language: IndicatorLanguage) -> tuple[str, str, str]:
    """What the window's own three buttons are called."""
    return (_both(language, "device.larger"), _both(language, "device.smaller"), _both(language, "device.close"))


def first_page(language: IndicatorLanguage) -> DetailsPage:
    """For anyone at the keyboard."""
    says = ("device.first.not-yours", "device.first.ask", "device.first.yours")
    return DetailsPage(
        _both(language, "device.first.title"),
        _in_each(language, "device.first.title", lambda of: in_texts(of, *says)),
        buttons=(Button("mine", _both(language, "device.first.button")),),
    )


def pin_page(
    language: IndicatorLanguage, door: DetailsDoor, outcome: PinOutcome | None = None, wait_ms: int = 0
) -> DetailsPage:
    """What asks for the PIN, or for the paper and a new one. `outcome` is that of the last try."""
    asks = {DetailsDoor.PIN: ("device.pin.enter",), DetailsDoor.PAPER: ("device.pin.new", "device.pin.paper")}
    says = asks.get(door, ("device.pin.none",))
    fields = {DetailsDoor.PIN: ("pin",), DetailsDoor.PAPER: ("code", "pin", "again")}.get(door, ())
    buttons = {
        DetailsDoor.PIN: (("show", "show"), ("lost", "lost-button")),
        DetailsDoor.PAPER: (("choose", "choose"),),
    }.get(door, ())
    return DetailsPage(
        _both(language, "device.pin.title"),
        _in_each(language, "device.pin.title", lambda of: in_texts(of, *says)),
        error=_why_not(language, outcome, wait_ms),
        fields=tuple(InputField(name, _both(language, f"device.pin.{name}"), name != "code") for name in fields),
        buttons=tuple(Button(name, _both(language, f"device.pin.{key}")) for name, key in buttons),
    )


def refusal(language: IndicatorLanguage, door: DetailsDoor, key: str) -> DetailsPage:
    """The page that asks, with what kept it from being answered: `differs` or `fault`."""
    page = pin_page(language, door)
    return DetailsPage(page.title, page.blocks, _both(language, f"device.pin.{key}"), page.fields, page.buttons)


def page_of(
    profile: Profile | None, root: Digest, now: IndicatorNow, at: Ms, language: IndicatorLanguage
) -> DetailsPage:
    """What is monitored at `at`, for the person. `root` is the fingerprint of the agency's root key."""
    return DetailsPage(
        _both(language, "device.details.title"),
        _in_each(language, "device.details.title", lambda of: _details(profile, root, now, at, of)),
        buttons=(Button("way-in", _both(language, "device.way-in.open")),) if _offers_code(profile) else (),
    )


def way_in_page(language: IndicatorLanguage, outcome: PinOutcome | None = None, wait_ms: int = 0) -> DetailsPage:
    """What asks for the PIN again, before a code is got. `outcome` is that of the last try."""
    return DetailsPage(
        _both(language, "device.way-in.title"),
        _in_each(language, "device.way-in.title", _before_a_code),
        error=_why_not(language, outcome, wait_ms),
        fields=(InputField("pin", _both(language, "device.pin.pin"), secret=True),),
        buttons=(Button("code", _both(language, "device.way-in.get")),),
    )


def asking_page(language: IndicatorLanguage) -> DetailsPage:
    """While the agency is asked."""
    return DetailsPage(
        _both(language, "device.way-in.title"),
        _in_each(language, "device.way-in.title", lambda of: in_texts(of, "device.way-in.asking")),
    )


def code_page(language: IndicatorLanguage, got: WayIn, became: portal_code.PortalCodeOutcome) -> DetailsPage:
    """The code, or why there is none."""
    if became is not portal_code.PortalCodeOutcome.KEPT:
        asks = _in_each(language, "device.way-in.title", lambda of: in_texts(of, f"device.way-in.{became}"))
        return DetailsPage(_both(language, "device.way-in.title"), asks, buttons=_try_again(language, became))
    return DetailsPage(
        _both(language, "device.way-in.title"), _in_each(language, "device.way-in.title", lambda of: _code(got, of))
    )


def _offers_code(profile: Profile | None) -> bool:
    """Where nothing was ever allowed, or it was ended, the agency would give none."""
    return profile is not None and bool(profile.grants)


def _try_again(language: IndicatorLanguage, became: portal_code.PortalCodeOutcome) -> tuple[Button, ...]:
    if became is portal_code.PortalCodeOutcome.TOO_MANY:
        return ()
    return (Button("way-in", _both(language, "device.way-in.retry")),)


def _before_a_code(of: catalogue.Language) -> Blocks:
    yield _text(translate(of, "device.way-in.about"))
    yield _text(translate(of, "device.way-in.once", minutes=LIFE_MS // clock.MINUTE_MS))
    yield _text(translate(of, "device.way-in.again"))


def _code(got: WayIn, of: catalogue.Language) -> Blocks:
    yield _text(translate(of, "device.way-in.use", minutes=LIFE_MS // clock.MINUTE_MS))
    yield _head(translate(of, "device.way-in.name", name=got.name))
    yield _head(translate(of, "device.way-in.code", code=got.code))
    yield from in_texts(of, "device.way-in.where", "device.way-in.shown", "device.way-in.others")


def _why_not(language: IndicatorLanguage, outcome: PinOutcome | None, wait_ms: int) -> str:
    if wait_ms or outcome is PinOutcome.WAIT:
        return _both(language, "device.pin.wait", minutes=max(-(-wait_ms // clock.MINUTE_MS), 1))
    return "" if outcome in {None, PinOutcome.OPEN} else _both(language, f"device.pin.{outcome}")


def _details(profile: Profile | None, root: Digest, now: IndicatorNow, at: Ms, of: catalogue.Language) -> Blocks:
    yield from _today(profile, root, now, at, of)
    yield _head(translate(of, "device.details.about"))
    yield _text(translate(of, "device.details.made", day=day(of, at), time=clock.local_minute(at)))
    yield _text(translate(of, "device.details.closes"))
    if _offers_code(profile):
        yield _text(translate(of, "device.way-in.offer"))


def _today(profile: Profile | None, root: Digest, now: IndicatorNow, at: Ms, of: catalogue.Language) -> Blocks:
    yield _head(translate(of, "device.now.head"))
    state = translate(of, f"indicator.state.{now.state}")
    yield _text(
        translate(of, "device.now.state", state=state, day=day(of, now.since), time=clock.local_minute(now.since))
    )
    if profile is None:
        yield _text(translate(of, "device.now.none"))
        yield _head(translate(of, "notice.head.what"))
        yield from what_never_is(of)
        yield from _software(root, "before", of)
        yield from _gaps(now.spans, of)
        yield from _rights(of)
        yield from _fault(None, of)
        return
    yield from _permission(profile, at, of)
    yield from _terms(profile, at, of)
    yield _head(translate(of, "notice.head.what"))
    yield from _collected(profile, at, of)
    yield from _software(root, "where", of)
    yield from _gaps(now.spans, of)
    yield from _reach(profile, of)


def _permission(profile: Profile, at: Ms, of: catalogue.Language) -> Blocks:
    yield _text(translate(of, "device.now.version", version=profile.version))
    until = profile.lease.until
    if until is None or at >= until:
        ran_out = profile.lease.since if until is None else until
        yield _text(translate(of, "device.now.over", day=day(of, ran_out), time=clock.local_minute(ran_out)))
        return
    yield _text(translate(of, "device.now.runs", day=day(of, until), time=clock.local_minute(until)))
    if not _live(profile, at):
        yield _text(translate(of, "device.now.ended"))


def _terms(profile: Profile, at: Ms, of: catalogue.Language) -> Blocks:
    if not profile.person_texts:  # it grants nothing, and so rests on nothing
        return
    yield from _headed(of, "device.terms.head", "notice.why.intro")
    for term in profile.person_texts:
        [(text, _)] = told_in(profile, term, of)
        yield Block.of(Kind.SUBHEADING, translate(of, "notice.why.term", text=text))
        yield _text(_period(term, of))
        if at not in term.period:
            yield _text(translate(of, "device.terms.not-now"))
        for grant in profile.grants:
            if any(one.term == term.term for one in grant.terms):
                yield _item(translate(of, f"capability.{grant.kind}.term", lists=", ".join(_lists([grant], of))))


def _period(term: PersonText, of: catalogue.Language) -> str:
    since, until = day(of, term.period.since), term.period.until
    if until is None:
        return translate(of, "device.terms.open", since=since)
    return translate(of, "device.terms.fixed", since=since, until=last_day(of, until))


def _collected(profile: Profile, at: Ms, of: catalogue.Language) -> Blocks:
    live = _live(profile, at)
    if not live:
        yield from what_never_is(of)
        return
    kinds = [one for one in Capability if any(one is grant.kind for grant in live)]
    yield from what_is_collected(kinds, _lists(live, of), of)
    yield _text(translate(of, "notice.devices.rule"))


def _software(root: Digest, notice: str, of: catalogue.Language) -> Blocks:
    """What the software may do here, as the portal says it; and where the notice is, which this device does not hold (ADR 13).

    A profile is signed only once a notice was served. A device without one cannot know whether it was, and says what is true either way.
    The root key stands there whole, as on the notice: the enrolment code carried half of it (formats §2).
    """
    yield from _headed(of, "portal.now.powers", "portal.now.powers-about")
    yield from (_item(translate(of, f"portal.power.{power}")) for power in POWERS)
    yield from _headed(of, "portal.notice.title", f"device.notice.{notice}", "device.notice.root")
    yield Block(Kind.CODE, root)


def _gaps(spans: Sequence[Span], of: catalogue.Language) -> Blocks:
    yield _head(translate(of, "device.gaps.head"))
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


def _reach(profile: Profile, of: catalogue.Language) -> Blocks:
    yield _head(translate(of, "notice.head.contact"))
    if profile.controllers:
        yield from in_texts(of, "device.reach.intro", "notice.contact.intro")
        for one in profile.controllers:
            yield _item(translate(of, "notice.contact.party", name=one.name, contact=one.contact))
        # They answer for the orders that something rests on now: the notice names who leads, and who answered before, as well.
        yield _text(translate(of, "portal.now.who-more"))
    else:
        yield _text(translate(of, "device.reach.none"))
    yield from _rights(of)
    yield from _headed(of, "notice.head.delay", "device.details.sent")
    yield _text(
        translate(of, "notice.delay.rule", days=profile.delay_days, looks=delay.looks_after_days(profile.delay_days))
    )
    yield from _headed(of, "notice.head.advice", "notice.advice.solicitor", "notice.advice.excluded")
    yield from _fault(next((one for one in profile.controllers if one.agency == profile.agency), None), of)


def _rights(of: catalogue.Language) -> Blocks:
    """How to ask, object and complain, in the words of notice and portal. Whom: whoever the notice names, which may be more."""
    yield _head(translate(of, "notice.head.rights"))
    yield from what_may_be_asked(of)
    yield _text(translate(of, "device.rights.more"))
    for kind in (RequestKind.OBJECTION, RequestKind.REVIEW):  # the notice has the other two in words of its own
        yield _item(f"{translate(of, f'portal.ask.{kind}.title')}: {translate(of, f'portal.ask.{kind}.about')}")
    yield _text(translate(of, "device.rights.whom"))
    complain = ("device.complaint.agency", "notice.complaint.ico", "device.complaint.form", "portal.ask.lead")
    yield from _headed(of, "notice.head.complaint", *complain)


def _fault(lead: Controller | None, of: catalogue.Language) -> Blocks:
    yield from _headed(of, "notice.head.fault", "notice.fault.tell")
    if lead is not None:
        yield _text(translate(of, "notice.fault.contact", contact=lead.contact))
    yield _text(translate(of, "notice.hours.emergency"))


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


def _in_each(
    language: IndicatorLanguage, title: str, write: Callable[[catalogue.Language], Iterable[Block]]
) -> tuple[Block, ...]:
    """The whole in one language, or in one after the other, each under its own title."""
    return tuple(
        block for of in _spoken(language) for block in (Block.of(Kind.TITLE, translate(of, title)), *write(of))
    )


def _both(language: IndicatorLanguage, key: str, **given: str | int) -> str:
    said = dict.fromkeys(translate(of, key, **given) for of in _spoken(language))  # a word that both have stands once
    return "\n".join(said)


def _headed(of: catalogue.Language, head: str, *texts: str) -> Blocks:
    """A heading and what stands under it, by their keys."""
    yield _head(translate(of, head))
    yield from in_texts(of, *texts)


def _head(text: str) -> Block:
    return Block.of(Kind.HEADING, text)


def _text(text: str) -> Block:
    return Block.of(Kind.TEXT, text)


def _item(text: str) -> Block:
    return Block.of(Kind.ITEM, text)
