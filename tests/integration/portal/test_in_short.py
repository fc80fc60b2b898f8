"""The person's first screen answers what, why, until when and whom to call; the rest opens (R-RGT-4)."""

import html
import re
from dataclasses import replace

import pytest

from offmon.core import clock
from offmon.core.authority.capability import Capability
from offmon.core.authority.permission import AskedHow
from offmon.core.authority.silence import ListedEntry, SilenceReason
from offmon.core.clock import Period
from offmon.core.ids import Ms, Slug
from offmon.core.person.device_register import Known
from offmon.server.faces.portal.monitored import Monitored, TermInForce, in_short
from offmon.server.orders.silences.actions import ExclusionEntry, PermissionEntry, do_exclude, do_permit
from offmon.server.people.actions import do_record_device
from offmon.words.agency_text import theirs
from offmon.words.catalogue import Language, translate
from tests.integration.evidence.test_hours import PHONE
from tests.integration.portal.person import Person, portal, signed_in
from tests.integration.portal.test_light import filled
from tests.support.fake_device import now
from tests.support.story import Story


@pytest.fixture
def own(story: Story) -> Person:
    """The person, signed in."""
    return signed_in(story)


def term(text: str, kind: Capability, until: int | None) -> TermInForce:
    return TermInForce(theirs(text), (kind,), None if until is None else Ms(until))


def device(*terms: TermInForce) -> Monitored:
    return Monitored(Ms(0), None, Ms(9), running=True, terms=terms)


SITE, PHRASE = Capability.SITE, Capability.PHRASE


def test_what_several_devices_collect_is_said_once_and_lasts_as_long_as_the_longest() -> None:
    short = in_short([device(term("A", PHRASE, 5)), device(term("A", PHRASE, 5), term("B", SITE, 7))])
    assert short is not None
    assert (short.kinds, short.terms, short.until) == ((SITE, PHRASE), (theirs("A"), theirs("B")), 7)


def test_with_one_condition_without_a_last_day_there_is_none() -> None:
    short = in_short([device(term("A", SITE, 5), term("B", SITE, None))])
    assert short is not None
    assert short.until is None


@pytest.mark.parametrize("shown", [[], [device()]])
def test_where_nothing_may_be_collected_there_is_nothing_to_say_in_short(shown: list[Monitored]) -> None:
    assert in_short(shown) is None


@pytest.mark.parametrize("language", Language)
def test_the_four_answers_come_before_all_that_opens(own: Person, language: Language) -> None:
    with portal(own.story):
        body = html.unescape(own.browser.get(f"/{language}/now/").content.decode())
    first, _, rest = body.partition("<details")
    asked = re.findall(r"<dt[^>]*>(.*?)</dt>", first)
    assert asked == [translate(language, f"portal.now.short.{one}") for one in ("what", "why", "until", "call")]
    for kind in (SITE, PHRASE):
        assert translate(language, f"capability.{kind}.page") in first
    assert "86 000" in first
    assert translate(language, "portal.now.gaps") in rest


def test_a_later_page_of_the_times_without_cover_is_open(own: Person) -> None:
    with portal(own.story), filled():
        first, second = (own.browser.get("/en/now/", {"gaps": n}).content.decode() for n in ("1", "2"))
    assert '<details class="govuk-details" id="gaps">' in first
    assert '<details class="govuk-details" id="gaps" open>' in second


@pytest.mark.parametrize("language", Language)
def test_the_person_reads_what_they_may_and_what_is_left_out(own: Person, language: Language) -> None:
    """R-LEG-15, R-LEG-27: from when to when, and who gave it; an officer's English words are marked as such."""
    story = own.story
    [site] = [grant for grant in story.profiles[-1].grants if grant.kind is SITE]
    period = Period(Ms(now() - clock.HOUR_MS), Ms(now() + clock.DAY_MS))
    listed = ListedEntry(site.lists[0].id, Slug("host"))
    term, giver = story.terms[SITE], story.officer.id
    with story.console():
        may = PermissionEntry(term, listed, period, giver, AskedHow.PHONE, "You may look.", "Cewch edrych.")
        do_permit(story.case, may, actor=story.officer)
        church = ExclusionEntry(SilenceReason.RELIGION, "church.invalid", None, clock.local_day(now()), "Your church.")
        do_exclude(story.case, church, actor=story.officer)
    story.sign(story.ask_profile())
    with portal(story):
        body = html.unescape(own.browser.get(f"/{language}/now/").content.decode())
    assert translate(language, "portal.now.silences") in body
    assert ("Cewch edrych." if language is Language.WELSH else "You may look.") in body
    assert "Officer Invented" in body
    assert "church.invalid" in body
    assert ('<span lang="en">Your church.</span>' in body) is (language is Language.WELSH)


@pytest.mark.parametrize("language", Language)
def test_the_person_reads_how_many_of_the_devices_that_we_know_of_are_covered(own: Person, language: Language) -> None:
    """What somebody else told of a device counts on no page of theirs."""

    def said(monitored: int, known: int) -> bool:
        with portal(own.story):
            page = html.unescape(own.browser.get(f"/{language}/now/").content.decode())
        return translate(language, "portal.now.covers", monitored=monitored, known=known) in page

    assert said(1, 1)
    for entry in (PHONE, replace(PHONE, called="another phone", known=Known.OTHER)):
        with own.story.console(), own.story.with_keys():
            do_record_device(own.story.case, entry, [own.story.device.device], actor=own.story.officer)
    assert said(1, 2)
