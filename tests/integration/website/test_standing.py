"""What the page says of how a promise stands: what was looked at, by which names, and where there is nothing to check yet (issue 3)."""

import re
from collections.abc import Mapping
from html import unescape

import pytest
from django.test import Client

from offmon.assure import app as assure
from offmon.core.authority.inventory import NEVER
from offmon.core.clock import MINUTE_MS
from offmon.core.ids import Count, Ms
from offmon.core.public.assurance import OF_PEOPLE, PROMISES, UNTOLD, Control, ControlStanding, Observation
from offmon.server.base import clock
from offmon.server.base.policies import Process
from offmon.server.oversight.actions import do_note
from offmon.server.oversight.control_checks import ask
from offmon.words.catalogue import Language, translate
from offmon.words.dates import moment
from tests.server import as_process
from tests.support.fake_device import RELEASE
from tests.support.story import Story


def note(story: Story, stands: Mapping[Control, ControlStanding], at: Mapping[Control, Ms] | None = None) -> None:
    """Every control holds but for these, and was looked at just now, or `at` these times."""
    now = clock.now()
    with as_process(story.database, Process.ASSURANCE):
        do_note(
            [
                Observation(
                    one,
                    stands.get(one, ControlStanding.HOLDS),
                    None if one in UNTOLD or one.startswith("paper-") else Count(3),
                    now if at is None else at[one],
                )
                for one in Control
            ]
        )


def lines(site: Client, language: Language) -> dict[str, str]:
    """Each promise's part of the page."""
    body = unescape(site.get(f"/{language}/safeguards/").content.decode())
    return {p.slug: body[body.index(f'id="{p.slug}"') :].partition("</section>")[0] for p in PROMISES}


@pytest.mark.parametrize("language", Language)
def test_where_there_is_nothing_to_look_at_yet_that_is_what_is_said(
    site: Client, story: Story, language: Language
) -> None:
    note(story, {Control.AUTHORITY: ControlStanding.NOTHING_YET})
    said = translate(language, "site.safeguards.standing.nothing-yet")
    resting = {promise.slug for promise in PROMISES if Control.AUTHORITY in promise.controls}
    assert {slug for slug, line in lines(site, language).items() if said in line} == resting


@pytest.mark.parametrize("language", Language)
def test_the_page_begins_with_what_is_never_held_and_with_what_cannot_be_shown(
    site: Client, story: Story, language: Language
) -> None:
    note(story, {Control.AUTHORITY: ControlStanding.NOTHING_YET, Control.WITNESSED: ControlStanding.FAILS})
    body = unescape(site.get(f"/{language}/safeguards/").content.decode())
    begins, _, promises = body.partition('id="promises"')
    never = [translate(language, f"inventory.never.{place}") for place in range(len(NEVER))]
    assert [thing for thing in never if f"<li>{thing}</li>" not in begins.partition('id="open"')[0]] == []
    broken = {promise.slug for promise in PROMISES if Control.WITNESSED in promise.controls}
    resting = {promise.slug for promise in PROMISES if Control.AUTHORITY in promise.controls} - broken
    heads = re.findall(r'<h3 class="govuk-heading-s">(.*?)</h3>(.*?)</ul>', begins, re.S)
    assert [(head, set(re.findall('href="#([a-z-]+)"', links))) for head, links in heads] == [
        (translate(language, f"site.safeguards.standing.{standing}"), found)
        for standing, found in (("fails", broken), ("nothing-yet", resting))
    ]
    assert all(f'id="{slug}"' in promises for slug in broken | resting)


def test_where_all_is_kept_there_is_no_such_list(site: Client, story: Story) -> None:
    note(story, {})
    assert 'id="open"' not in site.get("/en/safeguards/").content.decode()


@pytest.mark.parametrize("language", Language)
def test_nothing_is_called_kept_of_which_there_was_none_four_weeks_ago(
    site: Client, story: Story, language: Language
) -> None:
    """As the assurance process looks at a case that began today: what runs holds, and the figure of four weeks ago is 0."""
    note(story, {})
    with story.running(Process.ASSURANCE):
        asked = [ask(one, clock.now(), (RELEASE,)) for one in sorted(OF_PEOPLE)]
        do_note(asked)
    assert {(look.standing, look.figure) for look in asked} == {(ControlStanding.HOLDS, 0)}
    resting = {promise.slug for promise in PROMISES if OF_PEOPLE & set(promise.controls)}
    shown = lines(site, language)
    for standing, found in ((ControlStanding.NOTHING_YET, resting), (ControlStanding.HOLDS, set(shown) - resting)):
        said = translate(language, f"site.safeguards.standing.{standing}")
        assert {slug for slug, line in shown.items() if f"{said}\n" in line} == found
    none = translate(language, "site.safeguards.none")
    for promise in PROMISES:
        for control in OF_PEOPLE & set(promise.controls):
            assert translate(language, f"site.safeguards.control.{control}", figure=none) in shown[promise.slug]
    document = site.get("/safeguards.json").content
    looks = assure.read(document)
    assert {looks[one].standing for one in OF_PEOPLE} == {ControlStanding.NOTHING_YET}
    assert {assure.figures(document)[one] for one in OF_PEOPLE} == {"0"}


@pytest.mark.parametrize("language", Language)
def test_each_promise_says_when_it_was_checked_by_its_oldest_look_and_not_when_the_page_was_shown(
    site: Client, story: Story, language: Language
) -> None:
    now = clock.now()
    at = {one: Ms(now - back * (MINUTE_MS + 1_000)) for back, one in enumerate(Control, start=1)}
    note(story, {}, at)
    shown = lines(site, language)
    for promise in PROMISES:
        checked = moment(language, min(at[control] for control in promise.controls))
        assert checked != moment(language, now)
        assert translate(language, "site.safeguards.time", time=checked) in shown[promise.slug]


@pytest.mark.parametrize("language", Language)
def test_each_promise_names_what_it_rests_on_and_no_figure_of_what_people_do(
    site: Client, story: Story, language: Language
) -> None:
    note(story, {})
    shown = lines(site, language)
    for promise in PROMISES:
        named = re.findall(r'<code class="frame-code">([a-z-]+)</code>', shown[promise.slug])
        assert [one for one in named if one in list(Control)] == list(promise.controls)
        for control in UNTOLD & set(promise.controls):
            assert translate(language, f"site.safeguards.control.{control}") in shown[promise.slug]


@pytest.mark.parametrize("control", [Control.BACKSTOP, Control.WITNESSED, Control.AUTHORITY])
def test_a_control_that_fails_breaks_the_promises_that_name_it_and_no_other(
    site: Client, story: Story, control: Control
) -> None:
    note(story, {control: ControlStanding.FAILS})
    said = translate(Language.ENGLISH, "site.safeguards.standing.fails")
    naming = {promise.slug for promise in PROMISES if control in promise.controls}
    assert {slug for slug, line in lines(site, Language.ENGLISH).items() if f"{said}\n" in line} == naming
