"""Every page of the site says all of its words, each in its place and in both languages, and each link leads where it is meant to
(issue 3; R-RGT-5, R-WEB-1 to 3). What a page should say is written down here from the catalogue, and not taken from what shows it."""

import re
from hashlib import sha256
from pathlib import Path

import pytest
from django.test import Client

from offmon.core import clock as time
from offmon.core.authority.inventory import FIELDS, NEVER, RECORD, Field
from offmon.core.public.analytics_consent import LASTS_DAYS
from offmon.server.base import clock
from offmon.server.faces.website import directory, published
from offmon.words.catalogue import Language, texts, translate
from offmon.words.dates import day
from tests.integration.website.read import ADDRESSES, at, blocks, in_three, written
from tests.integration.website.test_site import PAGES, path
from tests.support.checked import contact_checked
from tests.support.partner import NAME, Partner
from tests.support.story import Story
from tests.support.taken import overwrite

FRAME = "site.frame"
OPENED = {name: path(f"<language:language>/{address}", Language.ENGLISH)[3:] for name, address in ADDRESSES.items()}
NAVIGATION = ("how", "safeguards", "collected", "person", "contact")
FOOTER = ("family", "victims", "experts", "complaints", "privacy", "cookies", "accessibility")
BELOW = {"directory": "contact", "write": "contact", "sent": "contact"}
"""Which place of the navigation a page belongs to, where it is not its own."""
STEPS = ("order", "term", "profile", "finding", "sent", "alert", "decision", "court")
WORDS_ALONE = ("home", "person", "family", "victims", "privacy", "accessibility", "complaints")
OTHER_HOURS = {"on_call_urgent": "desk 1", "on_call_high": "desk 2", "on_call_standard": "desk 3", "contact": "86 99"}


def test_every_page_is_read_here() -> None:
    assert {route.removeprefix("<language:language>/") for route in PAGES} == set(ADDRESSES.values()) - {
        "cookies/choose/"
    }


def shown(site: Client, name: str, language: Language) -> tuple[list[str], list[str], list[str]]:
    """What stands before the main part of that page, in it and after it."""
    answer = site.get(f"/{language}{OPENED[name]}")
    assert answer.status_code == 200, name
    return in_three(answer.content.decode())


def main(site: Client, name: str, language: Language) -> list[str]:
    return shown(site, name, language)[1]


def head(name: str, language: Language, lead: str = "lead") -> list[str]:
    return [f"h1 {written(language, f'site.{name}.title')}", f"p {written(language, f'site.{name}.{lead}')}"]


def body(name: str, language: Language) -> list[str]:
    """The sections of a page as the catalogue has them, by the order of the English."""
    said: list[str] = []
    for key in texts(Language.ENGLISH):
        if key.startswith(f"site.{name}.body.") and key.endswith(".heading"):
            said.append(f"h2 {written(language, key)}")
            text = texts(language)[f"{key.removesuffix('heading')}text"]
            said += [f"{'li' if listed else 'p'} {line}" for line, listed in blocks(language, text)]
    assert said, name
    return said


@pytest.mark.parametrize("language", Language)
def test_a_page_that_is_all_words_says_each_of_them(site: Client, language: Language) -> None:
    for name in WORDS_ALONE:
        assert main(site, name, language) == head(name, language) + body(name, language), name
        anchors = re.findall(r'<h2[^>]* id="([^"]+)"', site.get(at(name, language)).content.decode())
        assert anchors == [
            key.split(".")[3] for key in texts(language) if re.match(rf"site\.{name}\.body\..*heading$", key)
        ]
    picture, *steps = (f"site.how.{key}" for key in ("picture", *(f"step.{step}" for step in STEPS)))
    thread = [f"ol @{written(language, picture)}", *(f"li {written(language, step)}" for step in steps)]
    assert main(site, "how", language) == head("how", language) + thread + body("how", language)


def of_a_record(language: Language, field: Field) -> tuple[str, str, str]:
    """On which occasion it leaves, how it lies with the agency, and what it is."""
    when = "; ".join(translate(language, f"capability.{capability}.public") for capability in field.under)
    lies = written(language, "site.collected.lies", how=translate(language, f"site.collected.{field.lies}"))
    return f"h3 {when[0].upper()}{when[1:]}", f"p {lies}", f"li {translate(language, f'inventory.leaves.{field.said}')}"


def of_the_device(language: Language, field: Field) -> tuple[str, str]:
    when = translate(language, f"inventory.about.{field.part}")
    return f"h3 {when[0].upper()}{when[1:]}", f"li {translate(language, f'inventory.leaves.{field.said}')}"


@pytest.mark.parametrize("language", Language)
def test_what_is_collected_stands_under_its_occasion_with_how_it_lies(site: Client, language: Language) -> None:
    page = main(site, "collected", language)
    leaves, device = (f"h2 {written(language, f'site.collected.{key}')}" for key in ("leaves", "device"))
    never = [f"li {translate(language, f'inventory.never.{place}')}" for place, _ in enumerate(NEVER)]
    top = [f"h2 {written(language, 'site.collected.never')}", *never, *body("collected", language), leaves]
    assert page[: page.index(leaves) + 1] == head("collected", language) + top
    told: list[tuple[str, str, str]] = []
    over = ["", ""]
    for line in page[page.index(leaves) + 1 : page.index(device)]:
        over = [line, ""] if line.startswith("h3 ") else [over[0], line] if line.startswith("p ") else over
        told += [(over[0], over[1], line)] if line.startswith("li ") else []
    record = [field for field in FIELDS if field.part in RECORD]
    assert sorted(told) == sorted({of_a_record(language, field) for field in record})
    of_it = page[page.index(device) + 1 :]
    clear = written(language, "site.collected.lies", how=translate(language, "site.collected.clear"))
    assert of_it[:2] == [f"p {translate(language, 'inventory.journal')}", f"p {clear}"]
    heads = [place for place, line in enumerate(of_it) if line.startswith("h3 ")]
    sent = [(of_it[max(h for h in heads if h < place)], line) for place, line in enumerate(of_it) if line[:3] == "li "]
    rest = [field for field in FIELDS if field.part is not None and field.part not in RECORD]
    assert sorted(sent) == sorted({of_the_device(language, field) for field in rest})


@pytest.mark.parametrize("language", Language)
def test_an_expert_is_offered_each_file_in_its_order_with_what_it_is(
    site: Client, tmp_path: Path, language: Language
) -> None:
    folder = tmp_path / "published"
    for name in {*published.ABOUT, "another.md"} - {published.TRUST}:
        (folder / name).write_text(f"inert {name}", "utf-8")
    said = head("experts", language) + body("experts", language) + [f"h2 {written(language, 'site.experts.files')}"]
    offered = [
        f"li [{name}](/files/{name}) {written(language, f'site.experts.{about}')}"
        f" SHA-256 {sha256((folder / name).read_bytes()).hexdigest()}"
        for name, about in {**published.ABOUT, "another.md": "other"}.items()
    ]
    assert main(site, "experts", language) == said + offered
    for file in folder.iterdir():
        file.unlink()
    assert main(site, "experts", language) == [*said, f"p {written(language, 'site.experts.no-files')}"]


@pytest.mark.parametrize("language", Language)
def test_the_directory_has_every_agency_with_the_day_on_which_it_was_checked(
    site: Client, story: Story, language: Language
) -> None:
    overwrite(story, "agencies_agency", Partner(story).agency, {"contact": "86 99"})
    contact_checked(story)
    checked, area = day(language, clock.now()), "site.contact.directory"
    everywhere = day(language, time.start_of_day(directory.CHECKED_ON))
    entries = (
        (translate(language, f"{area}.fire"), "999", everywhere),
        (translate(language, f"{area}.police"), "101", everywhere),
        ("An invented force", "86 000", checked),
        (NAME, "86 99", translate(language, f"{area}.unchecked")),
    )
    said = [
        *head("contact.directory", language),
        *(f"p {written(language, f'{area}.{key}')}" for key in ("emergency", "non-emergency")),
    ]
    said.append(f"h2 {written(language, f'{area}.caption')}")
    for name, contact, on in entries:
        said += [f"h3 {name}", f"dt {written(language, f'{area}.contact')}", f"dd {contact}"]
        said += [f"dt {written(language, f'{area}.checked')}", f"dd {on}"]
    assert main(site, "directory", language) == said


def asked(language: Language, error: str = "") -> list[str]:
    """The question whether it is about a person."""
    area = "site.contact"
    return [
        "form post",
        f"legend {written(language, f'{area}.question')}",
        f"div {written(language, f'{area}.question-hint')}",
        *wrong(language, error),
        "radio about_a_person=yes",
        f"label {written(language, f'{area}.yes')}",
        "radio about_a_person=no",
        f"label {written(language, f'{area}.no')}",
        f"button {written(language, f'{FRAME}.continue')}",
    ]


def wrong(language: Language, error: str) -> list[str]:
    return [f"p {translate(language, 'frame.error')}: {written(language, error)}"] if error else []


def box(language: Language, message: str = "", reply: str = "", typed: str = "", to: str = "") -> list[str]:
    """The box to write in, with what is wrong in it, and what was typed."""
    area = "site.contact.write"
    return [
        f"div {written(language, f'{FRAME}.warning')} {written(language, f'{area}.warning')}",
        "form post",
        f"label {written(language, f'{area}.message')}",
        f"div {written(language, f'{area}.message-hint')}",
        *wrong(language, message),
        "text message",
        *([f"textarea {typed}"] if typed else []),
        f"label {written(language, f'{area}.reply')}",
        f"div {written(language, f'{area}.reply-hint')}",
        *wrong(language, reply),
        f"email reply{f'={to}' if to else ''}",
        f"button {written(language, f'{FRAME}.send')}",
    ]


def problems(language: Language, **errors: str) -> list[str]:
    return [
        f"h2 {translate(language, 'frame.problem')}",
        *(f"li [{written(language, key)}](#id_{name})" for name, key in errors.items()),
    ]


@pytest.mark.parametrize("language", Language)
def test_who_asks_or_writes_is_told_all_that_they_need_and_what_is_wrong(site: Client, language: Language) -> None:
    ask, write = (f"/{language}{OPENED[name]}" for name in ("contact", "write"))
    title = f"h1 {written(language, 'site.contact.write.title')}"
    assert main(site, "contact", language) == head("contact", language) + asked(language)
    assert main(site, "write", language) == [title, *box(language)]

    def sent(to: str, **given: str) -> list[str]:
        return in_three(site.post(to, given).content.decode())[1]

    choose = "site.contact.choose"
    again = problems(language, about_a_person=choose) + head("contact", language) + asked(language, choose)
    assert sent(ask) == sent(ask, about_a_person="perhaps") == again
    missing, long, reply = (f"site.contact.write.{key}" for key in ("message-missing", "message-long", "reply-wrong"))
    empty = problems(language, message=missing, reply=reply)
    assert sent(write, message="", reply="no one") == [*empty, title, *box(language, missing, reply, to="no one")]
    typed = " ".join(["Why?"] * 401)
    said = box(language, long, typed=typed, to="a@b.invalid")
    assert sent(write, message=typed, reply="a@b.invalid") == [*problems(language, message=long), title, *said]
    instead = f"p [{written(language, 'site.contact.directory.title')}]({at('directory', language)})"
    for why, message in (("refused", "2086/0000000I"), ("refused-person", "Alex Mustermann is on licence here.")):
        refused = [f"h2 {translate(language, 'frame.problem')}", f"li {written(language, f'site.contact.write.{why}')}"]
        assert sent(write, message=message) == [*refused, title, instead, *box(language)]
    assert main(site, "sent", language) == [
        *head("contact.sent", language, "text"),
        f"p {written(language, 'site.contact.sent.person')}{instead[1:]}",
        f"p [{translate(language, 'frame.refused.start')}]({at('home', language)})",
    ]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("choice", ["", "accepted", "refused"])
def test_the_page_about_cookies_says_what_was_chosen_and_what_there_is(
    site: Client, choice: str, language: Language
) -> None:
    if choice:
        site.post(at("choose", language), {"choice": choice})
    area, kept = "site.cookies", {True: " checked", False: ""}
    chosen = [f"p {written(language, f'{FRAME}.banner.{choice}')}"] if choice else []
    assert main(site, "cookies", language) == [
        *head("cookies", language),
        *chosen,
        f"form post {at('choose', language)}",
        f"legend {written(language, f'{area}.question')}",
        f"radio choice=accepted{kept[choice == 'accepted']}",
        f"label {written(language, f'{area}.yes')}",
        f"radio choice=refused{kept[choice != 'accepted']}",
        f"label {written(language, f'{area}.no')}",
        f"button {written(language, f'{FRAME}.choose')}",
        *body("cookies", language),
        f"div @{written(language, f'{area}.table-caption')}",
        f"caption {written(language, f'{area}.table-caption')}",
        *(f"th {written(language, f'{area}.{column}')}" for column in ("name", "purpose", "lasts")),
        "th offmon_choice",
        f"td {written(language, f'{area}.purpose-choice')}",
        f"td {written(language, f'{area}.days', days=LASTS_DAYS)}",
    ]


def before(language: Language, name: str, *, asks: bool) -> list[str]:
    """What stands over the page: the question about counting, where one may go, and the other language."""
    banner = f"{FRAME}.banner"
    question = [
        f"div @{written(language, f'{banner}.title')}",
        f"h2 {written(language, f'{banner}.title')}",
        f"p {written(language, f'{banner}.text')}",
        f"form post {at('choose', language)}",
        f"hidden back=/{language}{OPENED[name]}",
        f"button choice=accepted {written(language, f'{banner}.accept')}",
        f"button choice=refused {written(language, f'{banner}.refuse')}",
        f"div [{written(language, f'{banner}.more')}]({at('cookies', language)})",
    ]
    here = BELOW.get(name, name)
    places = [(("here: " if one == here else "") + written(language, f"{FRAME}.nav.{one}"), one) for one in NAVIGATION]
    return [
        f"[{translate(language, 'frame.skip')}](#main-content)",
        *(question if asks and name != "cookies" else []),
        f"div [Offmon]({at('home', language)})",
        f"nav @{translate(language, 'frame.menu')}",
        *(f"li [{text}]({at(one, language)})" for text, one in places),
        f"nav @{translate(language, 'frame.languages')}",
        f"p [{translate(language, 'frame.other-language')}](/{language.other}{OPENED[name]})",
    ]


def after(language: Language, name: str, hours: list[str], choice: str) -> list[str]:
    """What stands at the foot: the hours, the witness, the way to choose otherwise, and where one may go."""
    counted = {"accepted": ("yes", "refused", "stop"), "refused": ("no", "accepted", "start")}
    said, other, does = counted.get(choice, ("", "", ""))
    otherwise = [
        f"form post {at('choose', language)}",
        f"hidden back=/{language}{OPENED[name]}",
        f"form {written(language, f'{FRAME}.counted.{said}')}" if said else "",
        f"button choice={other} {written(language, f'{FRAME}.counted.{does}')}" if does else "",
    ]
    independence = translate(language, "watched.not-independent")
    return [
        f"p {written(language, f'{FRAME}.emergency')}",
        *(f"p {line}" for line in hours),
        f"p {translate(language, 'watched.line', name='witness.invalid/instant', operator='A test', independence=independence)}",
        *(otherwise if choice and name != "cookies" else []),
        *(f"li [{written(language, f'{FRAME}.footer.{one}')}]({at(one, language)})" for one in FOOTER),
    ]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("choice", ["", "accepted", "refused"])
def test_around_every_page_stand_the_question_the_places_each_agencys_hours_and_the_witness(
    site: Client, story: Story, choice: str, language: Language
) -> None:
    other = Partner(story).agency
    overwrite(story, "agencies_agency", other, OTHER_HOURS)
    desks = {"urgent": "desk 1", "high": "desk 2", "standard": "desk 3"}
    hours = [
        written(
            language,
            f"{FRAME}.hours",
            agency="An invented force",
            hours="Monday to Friday, 9am to 5pm",
            urgent="the control room, 86 001",
            high="the duty desk, 86 002",
            standard="the next working day",
        ),
        written(language, f"{FRAME}.hours", agency=NAME, hours="every day, 8am to 6pm", **desks),
    ]
    if choice:
        site.post(at("choose", language), {"choice": choice})
    for name in ADDRESSES.keys() - {"choose"}:
        over, _, foot = shown(site, name, language)
        assert over == before(language, name, asks=not choice), name
        assert foot == after(language, name, hours, choice), name
    overwrite(story, "agencies_agency", other, {"office_hours": ""})
    unset = [hours[0], written(language, f"{FRAME}.unset", agency=NAME)]
    assert shown(site, "home", language)[2] == after(language, "home", unset, choice)
