"""The text of each page of the site, with an agency of its own words and one without, and the page of promises with each way to stand."""

import json
from pathlib import Path
from unittest.mock import patch

from django.test import Client
from syrupy.assertion import SnapshotAssertion

from offmon.core.clock import DAY_MS
from offmon.core.ids import Count, Ms
from offmon.core.public.assurance import FRESH_MS, OF_PEOPLE, UNTOLD, Control, ControlStanding, HeldPaper, Observation
from offmon.server.base import clock
from offmon.server.base.policies import Process
from offmon.server.faces.website import published
from offmon.server.oversight.actions import do_note
from offmon.words.catalogue import Language
from tests.integration.website.test_site import PAGES, path
from tests.server import as_process
from tests.support.checked import contact_checked
from tests.support.partner import Partner
from tests.support.snapshots import PageText, around, assert_welsh, fixed, read
from tests.support.story import Story
from tests.support.taken import overwrite

STANDS = {
    Control.WITNESSED: ControlStanding.FAILS,
    Control.AGENT_RELEASE: ControlStanding.NOTHING_YET,
    Control.PAPER_DATA_PROTECTION: ControlStanding.NOT_HELD,
    Control.LEASES: ControlStanding.STALE,
}
"""How the controls stand here; the others hold. That of the privacy page nobody ever looked at."""
SENT = {
    "contact-nothing-chosen": ("contact/", {}),
    "write-nothing": ("contact/write/", {"message": "", "reply": "no one"}),
    "write-long": ("contact/write/", {"message": "Why? " * 401}),
    "write-number": ("contact/write/", {"message": "2086/0000000I"}),
    "write-person": ("contact/write/", {"message": "Alex Mustermann is on licence here."}),
}


def looks(now: Ms) -> dict[Control, Observation]:
    """Each control as it was seen, at its own time, with its own figure."""
    found = {}
    for place, one in enumerate(Control):
        stands = STANDS.get(one, ControlStanding.HOLDS)
        stale, is_paper = stands is ControlStanding.STALE, one.startswith("paper-")
        held = is_paper and stands is ControlStanding.HOLDS
        paper = HeldPaper(f"An invented body {place}", Ms(now + place * DAY_MS)) if held else None
        at = Ms(now - (FRESH_MS + 1 if stale else 1_000 * place))
        figure = None if is_paper else Count(10 * place + 20)
        found[one] = Observation(one, ControlStanding.HOLDS if stale else stands, figure, at, paper)
    del found[Control.PRIVACY_PAGE]
    return found


def note(story: Story, found: dict[Control, Observation]) -> None:
    with as_process(story.database, Process.ASSURANCE):
        do_note(list(found.values()))


def shown(site: Client, language: Language) -> dict[str, str]:
    """Every page by its name."""

    def get(route: str) -> str:
        return site.get(path(route, language)).content.decode()

    found = {route.split(">/")[1].strip("/").replace("/", "-") or "home": get(route) for route in PAGES}
    found |= {name: site.post(f"/{language}/{to}", given).content.decode() for name, (to, given) in SENT.items()}
    for choice in ("accepted", "refused"):
        site.post(f"/{language}/cookies/choose/", {"choice": choice})
        found[f"cookies-{choice}"] = site.get(f"/{language}/cookies/").content.decode()
        found[f"home-{choice}"] = site.get(f"/{language}/").content.decode()
    del site.cookies["offmon_choice"]
    return found


def test_each_page_is_as_reviewed(site: Client, story: Story, tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    overwrite(story, "agencies_agency", Partner(story).agency, {"contact": "86 99", "office_hours": ""})
    contact_checked(story)
    for name in {*published.ABOUT, "another.md"} - {published.TRUST}:
        (tmp_path / "published" / name).write_text(f"inert {name}", "utf-8")
    note(story, looks(clock.now()))
    text = snapshot.use_extension(PageText)
    english, welsh = (shown(site, language) for language in Language)
    for name, page in english.items():
        if name.startswith("home-"):  # what is said around a page, once a choice was made
            assert fixed(around(page)) == text(name=f"around-{name}")
        else:
            assert fixed(read(page)) == text(name=name)
        assert_welsh(welsh[name], page)
    assert fixed(around(english["home"])) == text(name="around")


def test_the_data_of_the_promises_has_each_look_and_no_figure_of_what_people_do(site: Client, story: Story) -> None:
    now = clock.now()
    found = looks(now)
    note(story, found)
    with patch.object(clock, "now", lambda: now):
        data = json.loads(site.get("/safeguards.json").content)
    assert (data["type"], data["at"], set(data["looks"])) == ("offmon/assurance@1", now, set(found))
    for control, one in found.items():
        figure = None if one.figure is None or control in UNTOLD else f"{one.figure}{'+' * (control in OF_PEOPLE)}"
        paper = None if one.paper is None else {"issuer": one.paper.issuer, "until": one.paper.until}
        said = {"standing": one.standing, "at": one.at, "figure": figure, "paper": paper}
        assert data["looks"][control] == said
