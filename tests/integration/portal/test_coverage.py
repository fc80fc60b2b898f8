"""Coverage gaps on the person's page: rounded, joined, and independent of any finding (design §1.6)."""

import html
import re
from dataclasses import replace
from pathlib import Path

import pytest

from offmon.agent.gap_counters import Losses
from offmon.agent.outbox import Outbox
from offmon.core import clock as time
from offmon.core.formats.event import Gap, GapLeaf, GapReason, NoteKind
from offmon.core.ids import Ms
from offmon.core.person import delay
from offmon.words.catalogue import Language, translate
from tests.integration.portal.person import DAYS, Person, later, portal, signed_in
from tests.integration.portal.test_pages import pages
from tests.support.fake_device import now
from tests.support.story import Story
from tests.support.twins import begins_anew
from tests.unit.agent.test_outbox import AGENCY, HELD, NOW, disclosure

FOUND_AGO_MS = 47 * time.MINUTE_MS


def declared(folder: Path, *, found: bool) -> list[Gap]:
    """What a device's own outbox declares when nothing is granted any more, where something waited in it and where nothing did."""
    outbox = Outbox(folder / f"{found}.sqlite", AGENCY.device, NOW, None, NOW)
    outbox.note(NoteKind.STARTED, NOW)
    if found:
        outbox.put(disclosure("a"), HELD)
    outbox.purge(Ms(NOW + FOUND_AGO_MS))
    gaps = list(outbox.gaps(Ms(0)))
    outbox.close()
    return gaps


def since(story: Story, at: int, until: int) -> None:
    """The gap that the device declared last was of that time."""
    leaf = story.device.leaves[-1]
    assert isinstance(leaf, GapLeaf)
    story.device.leaves[-1] = replace(leaf, gap=replace(leaf.gap, since=Ms(at), until=Ms(until)))


def lines(person: Person, reason: GapReason) -> list[str]:
    """The times on the page of one reason."""
    why = re.escape(translate(Language.ENGLISH, f"portal.gap.{reason}"))
    return re.findall(rf"<li>([^<]*): {why}\. [^<]*</li>", person.browser.get("/en/now/").content.decode())


def test_an_outbox_begins_anew_only_where_something_waited_and_says_from_when(tmp_path: Path) -> None:
    """Why that reason may not be told at once."""
    assert declared(tmp_path, found=False) == []
    [gap] = declared(tmp_path, found=True)
    assert (gap.reason, gap.until - gap.since) == (GapReason.NEW_EPOCH, FOUND_AGO_MS)
    assert delay.waits(gap.reason)


@pytest.mark.parametrize("reason", [reason for reason in GapReason if delay.waits(reason)])
def test_what_depends_on_a_finding_is_told_after_the_delay_and_not_a_byte_of_it_before(
    story: Story, reason: GapReason
) -> None:
    person = signed_in(story)
    with portal(story):
        before = pages(person)
    if reason is GapReason.NEW_EPOCH:
        begins_anew(story)
    else:
        story.device.gap(reason)
    since(story, now() - FOUND_AGO_MS, now())
    story.send()
    with portal(story):
        assert pages(person) == before
        with later(DAYS + 1):
            assert len(lines(person, reason)) == 1


@pytest.mark.parametrize("declared", [True, False])
def test_beside_the_times_stands_that_the_last_hour_s_may_be_missing(story: Story, *, declared: bool) -> None:
    """A device tells once an hour, so "no such time" is no word on the hour before it was last heard."""
    if declared:
        story.device.gap(GapReason.NOT_VISIBLE)
        since(story, now() - FOUND_AGO_MS, now())
        story.send()
    person = signed_in(story)
    with portal(story):
        for language in Language:
            page = html.unescape(person.browser.get(f"/{language}/now/").content.decode())
            assert (translate(language, "portal.now.no-gap") in page) is not declared
            assert translate(language, "portal.now.gaps-hour") in page


def test_a_time_that_was_declared_again_and_again_while_it_lasted_is_one_line(story: Story) -> None:
    """As on the device: two hours during which the window was hidden are declared every hour."""
    losses, began = Losses(), Ms(now() - 2 * time.HOUR_MS)
    losses.stand_idle(GapReason.NOT_VISIBLE, began)
    due = [loss for at in (1, 2) for loss in losses.due(Ms(began + at * time.HOUR_MS), tells=True)]
    assert len(due) == 2
    for loss in due:
        story.device.gap(loss.reason)
        since(story, loss.since, loss.until)
    story.send()
    person = signed_in(story)
    with portal(story):
        [line] = lines(person, GapReason.NOT_VISIBLE)
    assert all(int(minute) % 5 == 0 for minute in re.findall(r":(\d\d)", line))
