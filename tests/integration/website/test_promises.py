"""The page of promises says of each all that it is to say, in both languages; from the first page one comes to every page; and no text of
the catalogue's site is one that no page shows (issue 3; R-WEB-3, R-RGT-5)."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from unittest.mock import patch

import pytest
from django.test import Client

from offmon.core.clock import DAY_MS
from offmon.core.ids import Count, Ms
from offmon.core.public.assurance import (
    FRESH_MS,
    OF_PEOPLE,
    PROMISES,
    UNTOLD,
    Control,
    HeldPaper,
    Promise,
    Seen,
    Standing,
)
from offmon.server.base import clock
from offmon.server.base.policies import Process
from offmon.server.faces.website import published
from offmon.server.oversight.actions import do_note
from offmon.words.catalogue import Language, texts, translate
from offmon.words.dates import day, moment
from tests.integration.website.read import at, blocks, in_three, written
from tests.integration.website.test_site import PAGES, path
from tests.server import as_process
from tests.support.story import Story
from tests.support.taken import overwrite

AREA = "site.safeguards"
HEADINGS = {
    "purpose": "what",
    "who-uses-it": "who",
    "overt": "overt",
    "assessed": "data",
    "targeted": "narrow",
    "anchored": "oversight",
    "ask-us": "questions",
}
"""Before which promise each heading stands."""
COLOURS = {"holds": "green", "not-held": "grey", "nothing-yet": "blue", "fails": "red", "stale": "orange"}
STANDS = {
    Control.WITNESSED: Standing.FAILS,
    Control.AGENT_RELEASE: Standing.NOTHING_YET,
    Control.PAPER_DATA_PROTECTION: Standing.NOT_HELD,
    Control.LEASES: Standing.STALE,
    Control.PRIVACY_PAGE: Standing.STALE,
}
"""How the controls stand here; the others hold. Of two that are stale one was looked at too long ago, and the other never was."""
NEVER = Control.PRIVACY_PAGE


def looks(now: Ms) -> dict[Control, Seen]:
    """A look at each control, each with a time and a figure of its own."""
    found: dict[Control, Seen] = {}
    for place, one in enumerate(control for control in Control if control is not NEVER):
        back = FRESH_MS + 1 if STANDS.get(one) is Standing.STALE else 1_000 * place
        stands = STANDS.get(one, Standing.HOLDS)
        is_paper, is_held = one.startswith("paper-"), stands is Standing.HOLDS
        paper = HeldPaper(f"An invented body {place}", Ms(now + place * DAY_MS)) if is_paper and is_held else None
        figure = None if is_paper else Count(10 * place + 20)
        found[one] = Seen(one, Standing.HOLDS if stands is Standing.STALE else stands, figure, Ms(now - back), paper)
    return found


def note(story: Story, found: Iterable[Seen]) -> None:
    with as_process(story.database, Process.ASSURANCE):
        do_note(list(found))


def stands(promise: Promise) -> Standing:
    """As the worst of what it rests on."""
    return min((STANDS.get(one, Standing.HOLDS) for one in promise.controls), key=list(Standing).index)


def seen(language: Language, promise: Promise, found: Mapping[Control, Seen]) -> str:
    """How the promise stands, when that was checked, and what was looked at."""
    rests = [found[one] for one in promise.controls if one in found]
    is_whole = len(rests) == len(promise.controls)
    checked = moment(language, min(one.at for one in rests)) if is_whole else ""
    said = [written(language, f"{AREA}.time", time=checked) if is_whole else written(language, f"{AREA}.never")]
    for one in rests:
        key = f"{AREA}.control.{one.control}"
        if one.control in UNTOLD:
            said.append(written(language, key))
        elif one.figure is not None:
            said.append(written(language, key, figure=f"{one.figure}{'+' if one.control in OF_PEOPLE else ''}"))
    papers = [one.paper for one in rests if one.paper is not None]
    said += [written(language, f"{AREA}.paper", issuer=one.issuer, until=day(language, one.until)) for one in papers]
    standing = stands(promise)
    return f"p ({COLOURS[standing]}) {written(language, f'{AREA}.standing.{standing}')} {'; '.join(said)}"


def told(language: Language, promise: Promise, found: Mapping[Control, Seen]) -> list[str]:
    """A promise's part of the page."""
    key = f"{AREA}.promise.{promise.slug}"
    text = written(language, f"{key}.text")
    group = HEADINGS.get(promise.slug)
    names = ", ".join(f"`{control}`" for control in promise.controls)
    ids, tests = " ".join(promise.safeguards), " ".join(promise.tests)
    parts = {part: f"{written(language, f'{AREA}.{part}')}:" for part in ("how", "behind", "shown", "rests", "check")}
    return [
        *([f"h2 {written(language, f'{AREA}.group.{group}')}"] if group else []),
        f"h3 {text}",
        seen(language, promise, found),
        f"summary {written(language, f'{AREA}.more')}: {text}",
        *(f"p {parts[part]} {written(language, f'{key}.{part}')}" for part in ("how", "behind", "shown")),
        f"p {parts['rests']} {names}. {written(language, f'{AREA}.rests-note')}",
        f"p {parts['check']} {written(language, f'{key}.check')}",
        f"p {written(language, f'{AREA}.register', ids=ids) if ids else written(language, f'{AREA}.tested', tests=tests)}",
    ]


@pytest.mark.parametrize("language", Language)
def test_each_promise_says_how_it_stands_what_was_looked_at_with_its_figure_and_how_to_check_it(
    site: Client, story: Story, language: Language
) -> None:
    now = clock.now()
    found = looks(now)
    note(story, found.values())
    with patch.object(clock, "now", lambda: now):
        page = in_three(site.get(at("safeguards", language)).content.decode())[1]
        data = json.loads(site.get("/safeguards.json").content)
    kept = [promise for promise in PROMISES if stands(promise) is Standing.HOLDS]
    summary = written(language, f"{AREA}.summary", kept=len(kept), all=len(PROMISES), time=moment(language, now))
    top = [
        f"h1 {written(language, f'{AREA}.title')}",
        f"p {written(language, f'{AREA}.lead')}",
        f"p {summary} [{written(language, f'{AREA}.machine')}](/safeguards.json)",
        f"p {written(language, f'{AREA}.yourself', address='https://testserver')}",
        f"p {written(language, f'{AREA}.open')}",
    ]
    names = {promise.slug: written(language, f"{AREA}.promise.{promise.slug}.text") for promise in PROMISES}
    unkept = [f"li [{names[one.slug]}](#{one.slug})" for one in PROMISES if one not in kept]
    assert len(kept) > 0
    assert page == [*top, *unkept, *(line for promise in PROMISES for line in told(language, promise, found))]
    assert {stands(promise) for promise in PROMISES} == set(Standing)
    assert (data["type"], data["at"], set(data["looks"])) == ("offmon/assurance@1", now, set(found))
    for control, one in found.items():
        figure = None if one.figure is None or control in UNTOLD else f"{one.figure}{'+' * (control in OF_PEOPLE)}"
        paper = None if one.paper is None else {"issuer": one.paper.issuer, "until": one.paper.until}
        said = {"standing": one.standing, "at": one.at, "figure": figure, "paper": paper}
        assert data["looks"][control] == said


def test_where_every_promise_is_kept_none_is_listed_as_open(site: Client, story: Story) -> None:
    now = clock.now()
    note(story, [Seen(one, Standing.HOLDS, None, now) for one in Control])
    body = site.get("/en/safeguards/").content.decode()
    assert written(Language.ENGLISH, f"{AREA}.summary", kept=29, all=29, time="").partition(",")[0] in body
    assert translate(Language.ENGLISH, f"{AREA}.open") not in body


def leads(site: Client, address: str) -> list[str]:
    """Where the links of a page lead; each that leads to a place of the page has one there."""
    answer = site.get(address)
    assert answer.status_code == 200, address
    page = answer.content.decode()
    found = re.findall(r'<a\s[^>]*href="([^"]*)"', page)
    assert [place for place in found if place.startswith("#") and f'id="{place[1:]}"' not in page] == [], address
    return [place for place in found if place.startswith("/")]


@pytest.mark.parametrize("language", Language)
def test_from_the_first_page_one_comes_to_every_page_and_no_link_is_dead(site: Client, language: Language) -> None:
    """In one language, by links; to the box and past it by the answers that lead there."""
    assert site.get("/")["Location"] == at("home", Language.ENGLISH)
    reached, ahead = {f"/{language.other}/"}, [at("home", language)]
    while ahead:
        address = ahead.pop()
        reached.add(address)
        if address.startswith(f"/{language}/"):
            ahead += [place for place in leads(site, address) if place not in {*reached, *ahead}]
            if address == at("contact", language):
                ahead.append(site.post(address, {"about_a_person": "no"})["Location"])
                assert site.post(address, {"about_a_person": "yes"})["Location"] == at("directory", language)
            if address == f"{at('write', language)}?about=no":
                ahead.append(site.post(address, {"message": "Why?", "reply": ""})["Location"])
        elif not address.startswith(f"/{language.other}/"):
            assert site.get(address).status_code == 200, address
    assert {path(route, language) for route in PAGES} <= reached
    assert {"/safeguards.json", "/files/trust.json", f"/files/{published.VERIFIER}"} <= reached


def opened(site: Client, story: Story, folder: Path, language: Language) -> list[str]:
    """Every line of the site, on each page and in each state of it."""
    said: list[str] = []

    def read(markup: bytes) -> None:
        said.extend(line for part in in_three(markup.decode()) for line in part)

    def post(name: str, **given: str) -> None:
        read(site.post(at(name, language), given).content)

    for route in PAGES:
        read(site.get(path(route, language)).content)
    post("contact")
    post("write", message="", reply="nobody")
    for message in ("Why? " * 401, "2086/0000000I", "Alex Mustermann is on licence here."):
        post("write", message=message)
    for name in {*published.ABOUT, "another.md"}:
        (folder / name).write_bytes(b"inert")
    read(site.get(at("experts", language)).content)
    for file in folder.iterdir():
        file.unlink()
    read(site.get(at("experts", language)).content)
    note(story, looks(clock.now()).values())
    read(site.get(at("safeguards", language)).content)
    note(story, [Seen(NEVER, Standing.HOLDS, Count(2), clock.now())])
    read(site.get(at("safeguards", language)).content)
    overwrite(story, "agencies_agency", story.agency, {"office_hours": ""})
    for choice in ("accepted", "refused"):
        site.post(at("choose", language), {"choice": choice})
        read(site.get(at("home", language)).content)
        read(site.get(at("cookies", language)).content)
    return said


@pytest.mark.parametrize("language", Language)
def test_no_text_of_the_site_is_one_that_no_page_shows(
    site: Client, story: Story, tmp_path: Path, language: Language
) -> None:
    shown = "\n".join(opened(site, story, tmp_path / "published", language))
    unseen = [key for key in texts(language) if key.startswith("site.") and not stands_in(shown, language, key)]
    assert unseen == []


def stands_in(shown: str, language: Language, key: str) -> bool:
    """Whether each paragraph of the text and each line of its lists stands there, whatever was filled in."""
    said = blocks(language, texts(language)[key])
    fixed = (".+?".join(map(re.escape, re.split(r"\{\w+\}", line))) for line, _ in said)
    return all(re.search(pattern, shown, re.IGNORECASE) for pattern in fixed)
