"""A bundle says which hours nobody can speak for, and how many of the known devices monitoring covers (issue 20)."""

import html
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

from offmon.core.authority.order import DeviceKind
from offmon.core.clock import DAY_MS, HOUR_MS, local_day
from offmon.core.formats.event import GapLeaf, GapReason, NoteKind, NoteLeaf
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.log.hours import Spent, Whereabouts
from offmon.core.person.device_register import DeviceEntry, Known, Owner, WhyNot
from offmon.server.base.ids import new_id
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.base.vault import VaultClient
from offmon.server.deployments.queries import in_use
from offmon.server.deployments.queries.in_use import DeviceTime
from offmon.server.intake.devices import actions
from offmon.server.intake.devices.queries import hours
from offmon.server.people.actions import do_record_device
from offmon.verify.text import as_text
from tests.integration.evidence.test_export import export, verified
from tests.integration.evidence.test_not_covered import report
from tests.prove.markers import proves
from tests.support.aged import came, heard
from tests.support.fake_device import now
from tests.support.story import Story
from tests.support.worker import turn

TIMES = in_use.times_of
PHONE = DeviceEntry(
    DeviceKind.PHONE,
    "old phone",
    Owner.PERSON,
    "at home",
    Whereabouts.AT_HAND,
    Known.SEEN,
    why_not=WhyNot.NO_SOFTWARE,
)


@contextmanager
def enrolled_before(ms: int) -> Iterator[None]:
    """As if each device had been enrolled so long ago."""

    def earlier(case: Id) -> list[DeviceTime]:
        return [DeviceTime(one.id, Ms(one.since - ms), one.until) for one in TIMES(case)]

    with patch.object(hours, "times_of", earlier), patch.object(actions, "times_of", earlier):
        yield


def test_a_bundle_says_which_hours_nobody_can_speak_for(story: Story, vault: VaultClient) -> None:
    """Enrolled ten days ago, hidden for an hour five days ago by a clock that is an hour behind, last heard four days ago."""
    device = story.device
    device.gap(GapReason.NOT_VISIBLE)
    gap = device.leaves[-1]
    assert isinstance(gap, GapLeaf)
    hidden = Ms(now() - 5 * DAY_MS)
    device.leaves[-1] = replace(gap, gap=replace(gap.gap, since=Ms(hidden - HOUR_MS), until=hidden))
    device.offset = HOUR_MS
    story.send()
    heard(story, Ms(now() - 4 * DAY_MS))
    with enrolled_before(10 * DAY_MS):
        assert turn(story, "record hours")
        assert not turn(story, "record hours")  # nothing is new
    data = export(story, vault)
    verdict = verified(story, data)
    [one] = verdict.hours
    assert one.device == device.device
    known = {Spent(part.spent): (part.since, part.until) for part in one.uncovered}
    assert known[Spent.USER_ACTION] == (hidden, hidden + HOUR_MS)
    assert known[Spent.UNKNOWN][0] % HOUR_MS == 0
    assert one.ms[Spent.USER_ACTION] == HOUR_MS
    for said in (as_text(verdict), html.unescape(report(data))):
        assert one.sentence in said
        assert "done on the device" in said
        assert "Monitoring covers 1 of 1 known device." in said


def test_what_a_device_told_later_changes_the_day_and_the_log_says_so(story: Story) -> None:
    heard(story, Ms(now() - 6 * DAY_MS))
    with enrolled_before(10 * DAY_MS):
        turn(story, "record hours")
        before = len(story.entries(Verb.HOURS_RECORDED))
        story.send()  # it is heard again, and so speaks for the days between
        assert turn(story, "record hours")
    again = story.entries(Verb.HOURS_RECORDED)[: -before or None]
    assert 3 <= len(again) <= before
    assert {one.touched[0].table for one in again} == {"hours"}


def test_a_gap_has_its_class_by_what_was_noted_before_the_day_that_is_asked_for(story: Story) -> None:
    """Shut down three days ago, which came then; started an hour ago."""
    device, stopped, started = story.device, Ms(now() - 3 * DAY_MS), Ms(now() - HOUR_MS)
    device.note(NoteKind.STOPPED, at=stopped)
    story.send()
    came(story, stopped)
    device.boot = new_id()
    device.gap(GapReason.AGENT_DOWN)
    gap, n = device.leaves[-1], device.note(at=started)
    note = device.leaves[n]
    assert isinstance(gap, GapLeaf)
    assert isinstance(note, NoteLeaf)
    device.leaves[-2] = replace(gap, gap=replace(gap.gap, since=stopped, until=started))
    device.leaves[-1] = replace(note, note=replace(note.note, count=30))
    story.send()
    day = local_day(Ms(now() - DAY_MS))
    with enrolled_before(10 * DAY_MS), story.running(Process.WORKER), scope(story.worker):
        [one] = hours.hours_of(story.case, (), day, day, now())[day]
    assert {part.spent for part in one.parts} == {Spent.OFF}


def test_a_bundle_says_how_many_of_the_known_devices_are_covered(story: Story, vault: VaultClient) -> None:
    with story.console(), story.with_keys():
        do_record_device(story.case, PHONE, [story.device.device], actor=story.officer)
    data = export(story, vault)
    said = verified(story, data).covered
    assert said is not None
    assert (said.monitored, said.known) == (1, 2)
    assert said.sentence in html.unescape(report(data))


@proves("S206", actions.fold, disabled=lambda devices, until: False)
def test_after_48_hours_no_table_says_when_within_the_hour_a_device_was_heard(story: Story) -> None:
    """Of every table that a role of ours reads: the hour is there, and the very instant is in none."""
    exact = Ms(now() - now() % HOUR_MS - 3 * DAY_MS + 1_234_567)
    heard(story, exact)
    recent = Ms(now() - DAY_MS - now() % HOUR_MS + 1_234_567)
    with enrolled_before(10 * DAY_MS):
        assert turn(story, "record hours")
    assert exact not in everything(story)
    assert exact - exact % HOUR_MS in everything(story)
    heard(story, recent)
    with enrolled_before(10 * DAY_MS):
        turn(story, "record hours")
    assert recent in everything(story)  # that is less than 48 hours ago


def everything(story: Story) -> set[int]:
    """Each whole number of each table."""
    with story.database.connect_as_owner() as owner:
        tables = owner.execute(
            "select table_name, column_name from information_schema.columns"
            " where table_schema = 'public' and data_type = 'bigint'"
        ).fetchall()
        owner.execute("set row_security = off")
        found = set[int]()
        for table, column in tables:
            owner.execute(f'alter table "{table}" no force row level security'.encode())
            found |= {row[0] for row in owner.execute(f'select "{column}" from "{table}"'.encode())}  # noqa: S608
        owner.rollback()
        return found
