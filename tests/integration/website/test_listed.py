"""What the site lists, each line in its own place and in both languages: the inventory, whom to ask, the thread (R-DPA-8, R-WEB-2)."""

import re
from html import unescape

import pytest
from django.test import Client

from offmon.core.authority.inventory import FIELDS, RECORD
from offmon.words.catalogue import Language, texts, translate
from tests.support.story import Story

STEPS = ("order", "term", "profile", "finding", "sent", "alert", "decision", "court")


def shown(site: Client, path: str) -> str:
    answer = site.get(path)
    assert answer.status_code == 200
    return unescape(answer.content.decode()).partition("<main")[2].partition("</main>")[0]


def items(markup: str) -> list[str]:
    """What its lists say, an entry each."""
    return [words(item) for item in re.findall(r"<li[^>]*>(.*?)</li>", markup, re.S)]


def words(markup: str) -> str:
    return re.sub(r"<[^>]*>", "", markup).strip()


def under(page: str, heading: str) -> str:
    """What stands below that heading of the page, up to the next of its size."""
    return page[page.index(f'id="{heading}"') :].partition("<h2")[0]


def keys(area: str) -> list[str]:
    return [key for key in texts(Language.ENGLISH) if key.startswith(area)]


@pytest.mark.parametrize("language", Language)
def test_all_that_leaves_a_device_and_never_does_stands_under_its_heading(site: Client, language: Language) -> None:
    page = shown(site, f"/{language}/what-is-collected/")
    assert items(under(page, "never")) == [translate(language, key) for key in sorted(keys("inventory.never."))]
    lines = {f"inventory.leaves.{field.said}": field.part in RECORD for field in FIELDS if field.said}
    assert set(lines) == set(keys("inventory.leaves.")), "there is a line that would stand nowhere"
    for heading, of_a_record in (("leaves", True), ("device", False)):
        told = {translate(language, key) for key, one in lines.items() if one is of_a_record}
        assert set(items(under(page, heading))) == told
    device = under(page, "device")
    assert [about for about in keys("inventory.about.") if translate(language, about)[1:] not in device] == []
    assert translate(language, "inventory.journal") in device


@pytest.mark.parametrize("language", Language)
def test_the_directory_says_of_each_whom_to_ask_by_which_number(site: Client, story: Story, language: Language) -> None:
    page = shown(site, f"/{language}/contact/directory/")
    asked = {words(name): rest for name, rest in re.findall(r"<h3[^>]*>(.*?)</h3>(.*?)</dl>", page, re.S)}
    contact = translate(language, "site.contact.directory.contact")
    told = {
        name: [
            words(value)
            for key, value in re.findall(r"<dt[^>]*>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", rest, re.S)
            if words(key) == contact
        ]
        for name, rest in asked.items()
    }
    with story.database.connect_as_owner() as owner:
        agencies = owner.execute("select name, contact from agencies_agency").fetchall()
    everywhere = {
        translate(language, f"site.contact.directory.{who}"): [to] for who, to in (("fire", "999"), ("police", "101"))
    }
    assert told == everywhere | {name: [to] for name, to in agencies}
    assert all(to for _, to in agencies)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("refused", [False, True], ids=["empty", "refused"])
def test_whoever_is_offered_the_box_is_warned_to_write_about_nobody(
    site: Client, language: Language, refused: bool
) -> None:
    at = f"/{language}/contact/write/?about=no"
    page = site.post(at, {"message": ""}).content.decode() if refused else site.get(at).content.decode()
    before, box, _ = unescape(page).partition("<textarea")
    assert box
    assert translate(language, "site.contact.write.warning") in before


@pytest.mark.parametrize("language", Language)
def test_the_thread_is_drawn_whole_and_in_its_order(site: Client, language: Language) -> None:
    assert {f"site.how.step.{step}" for step in STEPS} == set(keys("site.how.step."))
    drawn = re.findall(r'<ol class="frame-thread".*?</ol>', shown(site, f"/{language}/how-it-works/"), re.S)
    assert [items(one) for one in drawn] == [[translate(language, f"site.how.step.{step}") for step in STEPS]]
