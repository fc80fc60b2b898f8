"""All that each page of the portal says, where there is as much to say as there can be, and where there is nothing.

`said.txt` is the outline of each page in the catalogue's keys, one for both languages. So a line, a list, a column or a label that a page
no longer has is seen, and a change of words is not: that is for the tests of the catalogue.
"""

import os
import re
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.test import Client

from offmon.core import clock as time
from offmon.core.authority.capability import Capability
from offmon.core.authority.inventory import NEVER
from offmon.core.authority.profile import Profile
from offmon.core.errors import Refused
from offmon.core.person.deadlines import RequestKind
from offmon.server.base.attempts import MustWait
from offmon.server.faces.portal import views
from offmon.words.catalogue import Language, texts, translate
from tests.integration.portal import world
from tests.integration.portal.person import PIN, Person, portal
from tests.integration.portal.reading import around, items, outline, plain
from tests.integration.portal.test_pages import signed_in
from tests.support.story import Story

EXPECTED = Path(__file__).with_name("said.txt")
ASK = tuple(f"ask/{kind}/" for kind in RequestKind)
SENT = "ask/?asked=2&sent"
INSIDE = ("now/", "never/", "notice/", "notice/large/", "notice/easy/", "told/", "ask/", SENT, *ASK)
EMPTY = ("now/", "notice/", "told/", "ask/")
CODE = {"name": "abcdefgh", "code": "ABCDE12345"}
REFUSED: dict[str, tuple[str, dict[str, str], Exception | None]] = {
    "nothing entered": ("", {}, None),
    "nothing entered the first time": ("first/", {}, None),
    "another PIN the second time": ("first/", {**CODE, "pin_new": PIN, "pin_again": "830195"}, None),
    "a weak PIN": ("first/", {**CODE, "pin_new": "111111", "pin_again": "111111"}, Refused("weak-pin", "")),
    "a wrong PIN": ("", {"name": "abcdefgh", "pin": PIN}, Refused("not-right", "")),
    "too many tries": ("", {"name": "abcdefgh", "pin": PIN}, MustWait(300_000)),
}
ELSEWHERE = {
    "portal.frame.unset": "only where an agency has recorded no hours: test_pages",
}


def read(answer: Any, language: Language) -> list[str]:
    return outline(answer.content.decode(), language)


def refused(path: str, given: dict[str, str], why: Exception | None, language: Language) -> list[str]:
    with patch.object(views, "do_sign_in", side_effect=why), patch.object(views, "do_begin", side_effect=why):
        return read(Client().post(f"/{language}/{path}", given), language)


def more(lines: list[str], at_first: list[str]) -> list[str]:
    """What a form says once it was refused, beside all that it said before but its title."""
    assert set(at_first[1:]) <= set(lines)
    return [line for line in lines if line not in at_first]


def drawn(person: Person, language: Language) -> str:
    """The outline of every page, below what it is."""
    doors = {path: Client().get(f"/{language}/{path}").content.decode() for path in ("", "first/")}
    before = {tuple(around(body, language)) for body in doors.values()}
    at_first = {path: outline(body, language) for path, body in doors.items()}
    found = {f"nobody known: {path or 'sign in'}": lines for path, lines in at_first.items()}
    too_late = outline(Client().get(f"/{language}/?late").content.decode(), language)
    found["nobody known: a form was sent too late"] = more(too_late, at_first[""])
    (found["nobody known: around every page"],) = ([*frame] for frame in before)
    for name, (path, given, why) in REFUSED.items():
        answer = refused(path, given, why, language)
        found[f"refused: {name}"] = answer if isinstance(why, MustWait) else more(answer, at_first[path])
    with world.filled():
        bodies = {path: person.browser.get(f"/{language}/{path}").content.decode() for path in INSIDE}
    frames = {tuple(around(body, language)) for body in bodies.values()}
    (found["around every page"],) = ([*frame] for frame in frames)
    said = {path: outline(body, language) for path, body in bodies.items()}
    said[SENT] = [line for line in said[SENT] if line not in said["ask/"]]
    found |= {f"much to say: {path}": lines for path, lines in said.items()}
    too_long = read(person.send(f"/{language}/{ASK[0]}", words="x" * 4001), language)
    found["refused: too many words"] = more(too_long, said[ASK[0]])
    with world.emptied():
        found |= {
            f"nothing to say: {path}": read(person.browser.get(f"/{language}/{path}"), language) for path in EMPTY
        }
    return "\n".join(f"# {name}\n" + "".join(f"{line}\n" for line in lines) for name, lines in found.items())


def test_each_page_says_all_that_it_is_to_say_in_both_languages(story: Story) -> None:
    person = signed_in(story)
    with portal(story):
        english, welsh = (drawn(person, language) for language in Language)
    if os.environ.get("OFFMON_WRITE_REFERENCE"):
        EXPECTED.write_text(english, "utf-8")
    expected = EXPECTED.read_text("utf-8")
    assert english == expected, "run this test with OFFMON_WRITE_REFERENCE=1, and read the difference"
    assert welsh == expected


def test_each_text_of_the_portal_is_said_on_a_page() -> None:
    """Of the catalogue's: what no page says is there by mistake, or a page lost it."""
    said = set(re.findall(r"portal\.[\w.-]+", EXPECTED.read_text("utf-8")))
    keys = {key for key in texts(Language.ENGLISH) if key.startswith("portal.")}
    assert keys - said == ELSEWHERE.keys()


def test_nothing_is_left_out_of_what_is_never_collected_or_may_be_asked(story: Story) -> None:
    person = signed_in(story)
    with portal(story):
        for language in Language:
            never, ask = (person.browser.get(f"/{language}/{page}/").content.decode() for page in ("never", "ask"))
            said = items(never.partition("<main")[2])
            assert said == [translate(language, f"inventory.never.{place}") for place in range(len(NEVER))]
            links = [
                f'href="/{language}/ask/{kind}/">{translate(language, f"portal.ask.{kind}.title")}</a>'
                for kind in RequestKind
            ]
            assert [link for link in links if link not in plain(ask)] == []


def kinds_by_term(profile: Profile, language: Language) -> list[tuple[str, list[str]]]:
    """Of each term in force what is collected under it, from the grants themselves."""
    by_term = [
        (said.text, [one.kind for one in profile.grants if said.term in one.terms_at(world.NOW)])
        for said in profile.person_texts
    ]
    named = [(term, sorted(kinds, key=list(Capability).index)) for term, kinds in by_term if kinds]
    return [
        (
            translate(language, "notice.why.term", text=term),
            [translate(language, f"capability.{kind}.page") for kind in kinds],
        )
        for term, kinds in named
    ]


def test_every_device_with_each_kind_under_its_term_and_every_agency_that_answers_is_named(story: Story) -> None:
    person = signed_in(story)
    with portal(story), world.filled() as held:
        for language in Language:
            page = plain(person.browser.get(f"/{language}/now/").content.decode())
            enrolled = [time.local_day(one.profile.enrolled_at).isoformat() for one in held]
            heads = [
                translate(language, "portal.now.device", number=place, day=day) for place, day in enumerate(enrolled, 1)
            ]
            assert [head for head in re.findall(r"<h2[^>]*>(.*?)</h2>", page) if re.search(r"\d", head)] == heads
            profile = held[0].profile.profile
            assert profile is not None
            insets = re.findall(r'<div class="govuk-inset-text">(.*?)</div>', page, re.S)
            shown = [(re.findall(r"<h3[^>]*>(.*?)</h3>", inset)[0], items(inset)) for inset in insets]
            assert shown == kinds_by_term(profile, language)
            assert re.findall(r"<dt[^>]*>(.*?)</dt><dd[^>]*>(.*?)</dd>", page) == [world.FORCE, world.PARTNER]


def test_the_page_says_that_the_notice_names_all_who_are_responsible(story: Story) -> None:
    """A permission names who answers for the orders that something rests on now; whoever else does, the notice alone (R-RGT-1)."""
    person = signed_in(story)
    with portal(story):
        for language in Language:
            paths = f"/{language}/now/", f"/{language}/notice/"
            said = f'{translate(language, "portal.now.who-more")} <a class="govuk-link" href="{paths[1]}">'
            assert said in plain(person.browser.get(paths[0]).content.decode())
            for world_of in (world.emptied, world.filled):  # no device; and some without a permission
                with world_of():
                    assert said in plain(person.browser.get(paths[0]).content.decode())
