"""Each of the device's pages block by block, in each way of speaking: nothing is left out, cut, or said in another's place (R-RGT-3)."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from string import Formatter
from typing import Any

import pytest

from offmon.agent import portal_code
from offmon.agent.pin import Door, Outcome
from offmon.agent.presence.details import (
    Button,
    Field,
    Now,
    Page,
    asking_page,
    code_page,
    first_page,
    page_of,
    pin_page,
    refusal,
    tools,
    way_in_page,
)
from offmon.agent.presence.words import Language, State
from offmon.core import clock
from offmon.core.authority.capability import Capability
from offmon.core.authority.inventory import POWERS
from offmon.core.authority.profile import Controller, Profile
from offmon.core.clock import Period
from offmon.core.ids import Ms
from offmon.core.person.coverage import Span
from offmon.words import catalogue
from offmon.words.catalogue import texts, translate
from offmon.words.dates import day, last_day
from offmon.words.document import Block, Kind
from tests.unit.agent.presence.test_details import AT, AT_ONCE, DAY, GOT, PROFILE, ROOT, SECOND_TERM, TERM
from tests.unit.words.spelled import Spelled

SINCE = Ms(AT - clock.HOUR_MS)
SPANS = (
    Span(Ms(AT - clock.HOUR_MS), AT, AT_ONCE[0]),
    *(Span(Ms(AT - 3 * DAY), Ms(AT - 2 * DAY), why) for why in AT_ONCE),
)
NOTHING = replace(PROFILE, grants=(), person_texts=(), controllers=())  # as it is signed (`compile_nothing`)
OVER = replace(PROFILE, lease=Period(Ms(AT - 2 * DAY), Ms(AT - DAY)))
ENDLESS = replace(PROFILE, lease=Period(Ms(AT - 2 * DAY), None), controllers=())  # none may be: it counts as over
SITES_ALONE = replace(PROFILE, grants=PROFILE.grants[:1])


def spoken(language: Language) -> Sequence[catalogue.Language]:
    return {
        Language.ENGLISH: (catalogue.Language.ENGLISH,),
        Language.WELSH: (catalogue.Language.WELSH,),
        Language.BOTH: (catalogue.Language.ENGLISH, catalogue.Language.WELSH),
    }[language]


def label(language: Language, key: str, **given: str | int) -> str:
    """In one language, or a line each; a word that both have stands once."""
    return "\n".join(dict.fromkeys(translate(of, key, **given) for of in spoken(language)))


def page(
    language: Language,
    title: str,
    blocks: Callable[[Spelled], Iterator[Block]],
    *,
    error: str = "",
    fields: Sequence[tuple[str, bool]] = (),
    buttons: Sequence[tuple[str, str]] = (),
) -> Page:
    """A page spelled out: its blocks in each language, under the title in it."""
    each = [block for of in spoken(language) for block in (*Spelled(of).title(title), *blocks(Spelled(of)))]
    return Page(
        label(language, title),
        tuple(each),
        error,
        tuple(Field(name, label(language, f"device.pin.{name}"), secret) for name, secret in fields),
        tuple(Button(name, label(language, key)) for name, key in buttons),
    )


def list_of(of: Spelled, kind: str) -> str:
    """Each list of that kind: of sites there are two."""
    names = [(f"{kind}-list", "1"), *([("sites-too", "2")] if kind == Capability.SITE else [])]
    return ", ".join(translate(of.of, "device.terms.list", name=name, version=version) for name, version in names)


def powers(of: Spelled, notice: str) -> Iterator[Block]:
    yield from of.head("portal.now.powers")
    yield from of.text("portal.now.powers-about")
    yield from of.item(*(f"portal.power.{power}" for power in POWERS))
    yield from of.head("portal.notice.title")
    yield from of.text(f"device.notice.{notice}", "device.notice.root")
    yield from of.code(ROOT)


def times(of: Spelled, spans: Sequence[Span]) -> Iterator[Block]:
    yield from of.head("device.gaps.head")
    yield from of.text("device.gaps.intro" if spans else "device.gaps.none", days=30)
    yield from of.text("device.gaps.rule")
    for span in spans:
        given = {
            "day": day(of.of, span.since),
            "since": clock.local_minute(span.since),
            "until": clock.local_minute(span.until),
            "why": translate(of.of, f"device.why.{span.why}"),
        }
        if span is SPANS[0]:
            yield from of.item("device.gaps.span", **given)
        else:
            yield from of.item("device.gaps.spans", last=day(of.of, span.until), **given)
    if spans:
        yield from of.text("notice.happens.gap")


def asking(of: Spelled) -> Iterator[Block]:
    yield from of.head("notice.head.rights")
    yield from of.text("notice.rights.intro")
    yield from of.item(*(f"notice.rights.{one}" for one in ("access", "rectify", "erase", "automated")))
    yield from of.text("device.rights.more")
    for kind in ("objection", "review"):
        title, about = (translate(of.of, f"portal.ask.{kind}.{part}") for part in ("title", "about"))
        yield Block(Kind.ITEM, f"{title}: {about}")
    yield from of.text("device.rights.whom")
    yield from of.head("notice.head.complaint")
    yield from of.text("device.complaint.agency")
    yield from of.text("notice.complaint.ico", "device.complaint.form", "portal.ask.lead")


def reach(of: Spelled, named: Sequence[Controller]) -> Iterator[Block]:
    yield from of.head("notice.head.contact")
    yield from of.text(*(("device.reach.intro", "notice.contact.intro") if named else ("device.reach.none",)))
    for one in named:
        yield from of.item("notice.contact.party", name=one.name, contact=one.contact)
    if named:
        yield from of.text("portal.now.who-more")
    yield from asking(of)
    yield from of.head("notice.head.delay")
    yield from of.text("device.details.sent")
    yield from of.text("notice.delay.rule", days=14, looks=15)
    yield from of.head("notice.head.advice")
    yield from of.text("notice.advice.solicitor", "notice.advice.excluded")
    yield from fault(of, named)


def fault(of: Spelled, named: Sequence[Controller]) -> Iterator[Block]:
    yield from of.head("notice.head.fault")
    yield from of.text("notice.fault.tell")
    if named:
        yield from of.text("notice.fault.contact", contact=named[0].contact)
    yield from of.text("notice.hours.emergency")


def terms(of: Spelled, held: Profile) -> Iterator[Block]:
    """Each term, and under it each kind that is collected for it: for the first both, for the second sites alone."""
    kinds = [grant.kind for grant in held.grants]
    yield from of.head("device.terms.head")
    yield from of.text("notice.why.intro")
    yield from of.sub("notice.why.term", text=TERM)
    since, until = day(of.of, Ms(AT - DAY)), last_day(of.of, Ms(AT + 90 * DAY))
    yield from of.text("device.terms.fixed", since=since, until=until)
    for kind in kinds:
        yield from of.item(f"capability.{kind}.term", lists=list_of(of, kind))
    yield from of.sub("notice.why.term", text=SECOND_TERM)
    yield from of.text("device.terms.open", since=day(of.of, Ms(AT - 2 * DAY)))
    for kind in kinds[:1]:
        yield from of.item(f"capability.{kind}.term", lists=list_of(of, kind))


def permission(of: Spelled, held: Profile) -> Iterator[Block]:
    until = held.lease.until
    yield from of.text("device.now.version", version=1)
    if held in (OVER, ENDLESS):
        ran_out = held.lease.since if until is None else until
        yield from of.text("device.now.over", day=day(of.of, ran_out), time=clock.local_minute(ran_out))
        return
    assert until is not None
    yield from of.text("device.now.runs", day=day(of.of, until), time=clock.local_minute(until))
    if held is NOTHING:
        yield from of.text("device.now.ended")


def now(of: Spelled, state: State) -> Iterator[Block]:
    yield from of.head("device.now.head")
    on, at = day(of.of, SINCE), clock.local_minute(SINCE)
    yield from of.text("device.now.state", state=translate(of.of, f"indicator.state.{state}"), day=on, time=at)


def details(of: Spelled, held: Profile | None, state: State, spans: Sequence[Span]) -> Iterator[Block]:
    yield from now(of, state)
    if held is None:
        yield from of.text("device.now.none")
        yield from of.head("notice.head.what")
        yield from of.never()
        yield from powers(of, "before")
        yield from times(of, spans)
        yield from asking(of)
        yield from fault(of, ())
    else:
        yield from permission(of, held)
        if held is not NOTHING:
            yield from terms(of, held)
        yield from of.head("notice.head.what")
        if held is PROFILE:
            names = (list_of(of, kind) for kind in (Capability.PHRASE, Capability.SITE))
            yield from of.collected(", ".join(names), Capability.SITE, Capability.PHRASE)
            yield from of.text("notice.devices.rule")
        else:
            yield from of.never()
        yield from powers(of, "where")
        yield from times(of, spans)
        yield from reach(of, held.controllers)
    yield from of.head("device.details.about")
    yield from of.text("device.details.made", day=day(of.of, AT), time=clock.local_minute(AT))
    yield from of.text("device.details.closes")
    if held is not None and held.grants:
        yield from of.text("device.way-in.offer")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("spans", [(), SPANS])
@pytest.mark.parametrize("held", [PROFILE, NOTHING, OVER, ENDLESS, None])
def test_the_page_behind_the_pin_is_whole(held: Profile | None, spans: tuple[Span, ...], language: Language) -> None:
    state = State.COLLECTING if held is PROFILE else State.LEASE_OVER
    made = page_of(held, ROOT, Now(state, SINCE, spans), AT, language)
    buttons = [("way-in", "device.way-in.open")] if held is not None and held.grants else []
    assert made == page(language, "device.details.title", lambda of: details(of, held, state, spans), buttons=buttons)


def test_of_sites_alone_the_page_says_nothing_of_words() -> None:
    made = page_of(SITES_ALONE, ROOT, Now(State.COLLECTING, SINCE, ()), AT, Language.ENGLISH)
    said, words = [block.text for block in made.blocks], texts(catalogue.Language.ENGLISH)
    assert words["capability.site.notice"] in said
    assert words["capability.phrase.notice"] not in said
    assert not [text for text in said if text.startswith("For this: words")]


@pytest.mark.parametrize("language", Language)
def test_what_anybody_may_read_is_whole(language: Language) -> None:
    says = ("device.first.not-yours", "device.first.ask", "device.first.yours")
    assert first_page(language) == page(
        language, "device.first.title", lambda of: of.text(*says), buttons=[("mine", "device.first.button")]
    )
    assert tools(language) == tuple(label(language, f"device.{one}") for one in ("larger", "smaller", "close"))


ASKS = {
    Door.PIN: (
        ("device.pin.enter",),
        [("pin", True)],
        [("show", "device.pin.show"), ("lost", "device.pin.lost-button")],
    ),
    Door.PAPER: (
        ("device.pin.new", "device.pin.paper"),
        [("code", False), ("pin", True), ("again", True)],
        [("choose", "device.pin.choose")],
    ),
    Door.NOTHING: (("device.pin.none",), [], []),
}
"""What each door says, what is typed there and whether it is hidden, and what can be pressed."""


def errors(language: Language) -> list[tuple[Outcome | None, int, str]]:
    """What became of a try, how long to wait, and what is said of it."""
    return [
        (None, 0, ""),
        (Outcome.OPEN, 0, ""),
        (Outcome.WRONG, 0, label(language, "device.pin.wrong")),
        (Outcome.FORM, 0, label(language, "device.pin.form")),
        (Outcome.WAIT, 0, label(language, "device.pin.wait", minutes=1)),
        (Outcome.WRONG, clock.MINUTE_MS + 1, label(language, "device.pin.wait", minutes=2)),
        (None, clock.MINUTE_MS, label(language, "device.pin.wait", minutes=1)),
    ]


@pytest.mark.parametrize("language", Language)
def test_what_asks_for_the_pin_is_whole(language: Language) -> None:
    for door, (says, fields, buttons) in ASKS.items():

        def asks(error: str, says: Sequence[str] = says, fields: Any = fields, buttons: Any = buttons) -> Page:
            return page(
                language, "device.pin.title", lambda of: of.text(*says), error=error, fields=fields, buttons=buttons
            )

        for outcome, wait_ms, error in errors(language):
            assert pin_page(language, door, outcome, wait_ms) == asks(error)
        for key in ("differs", "fault"):
            assert refusal(language, door, key) == asks(label(language, f"device.pin.{key}"))


def before_a_code(of: Spelled) -> Iterator[Block]:
    yield from of.text("device.way-in.about")
    yield from of.text("device.way-in.once", minutes=15)
    yield from of.text("device.way-in.again")


def the_code(of: Spelled) -> Iterator[Block]:
    yield from of.text("device.way-in.use", minutes=15)
    yield from of.head("device.way-in.name", name=GOT.name)
    yield from of.head("device.way-in.code", code=GOT.code)
    yield from of.text("device.way-in.where", "device.way-in.shown", "device.way-in.others")


def why_none(became: portal_code.Outcome, of: Spelled) -> Iterator[Block]:
    return of.text(f"device.way-in.{became}")


@pytest.mark.parametrize("language", Language)
def test_what_gives_a_code_is_whole(language: Language) -> None:
    title, get, again = "device.way-in.title", [("code", "device.way-in.get")], [("way-in", "device.way-in.retry")]
    for outcome, wait_ms, error in errors(language):
        made = way_in_page(language, outcome, wait_ms)
        assert made == page(language, title, before_a_code, error=error, fields=[("pin", True)], buttons=get)
    assert asking_page(language) == page(language, title, lambda of: of.text("device.way-in.asking"))
    assert code_page(language, GOT, portal_code.Outcome.KEPT) == page(language, title, the_code)
    for became, buttons in ((portal_code.Outcome.TOO_MANY, []), (portal_code.Outcome.NOT_NOW, again)):
        made = code_page(language, GOT, became)
        assert made == page(language, title, partial(why_none, became), buttons=buttons)


def everything(language: Language) -> Iterator[str]:
    """All that the pages say, in every state that the tests above spell out, and of a term that is not in force."""
    later = replace(PROFILE, person_texts=(replace(PROFILE.person_texts[0], period=Period(Ms(AT + DAY), None)),))
    pages = [first_page(language), asking_page(language), way_in_page(language)]
    pages += [
        page_of(held, ROOT, Now(State.COLLECTING, SINCE, spans), AT, language)
        for held in (PROFILE, NOTHING, OVER, ENDLESS, later, None)
        for spans in ((), SPANS)
    ]
    pages += [pin_page(language, door, outcome) for door in Door for outcome in (None, *Outcome)]
    pages += [refusal(language, Door.PAPER, key) for key in ("differs", "fault")]
    pages += [code_page(language, GOT, became) for became in portal_code.Outcome]
    yield from tools(language)
    for one in pages:
        yield from (one.title, one.error, *(block.text for block in one.blocks))
        yield from (*(field.label for field in one.fields), *(button.label for button in one.buttons))


@pytest.mark.parametrize("language", catalogue.Language)
def test_each_text_of_the_device_s_pages_is_said_on_one(language: catalogue.Language) -> None:
    said = "\n".join(everything(Language(language)))
    unsaid = set[str]()
    for key, text in texts(language).items():
        fixed = [re.escape(part) for part, *_ in Formatter().parse(text)]
        if key.startswith("device.") and not re.search(".+".join(fixed), said):
            unsaid.add(key)
    assert unsaid == set()
