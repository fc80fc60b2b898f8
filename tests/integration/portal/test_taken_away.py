"""The page taken away as a file: it matches what the device held, leads to the log as the device knew it, and hides without a trace."""

from dataclasses import replace
from datetime import date

import pytest

from offmon.core import clock as time
from offmon.core import told
from offmon.core.audit import Verb
from offmon.core.event import DisclosureLeaf
from offmon.core.ids import Ms
from offmon.core.journal import leaf_commit
from offmon.core.tlog.checkpoint import Checkpoint
from offmon.core.told import Fault, Found, Judged, Known
from offmon.core.trust import KeyRole
from offmon.server.agencies.queries import team_names
from offmon.server.audit import queries as log
from offmon.server.audit.actions.looks import do_seal_looks
from offmon.server.base import clock
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.triage import queries as triage
from tests.integration.portal.person import Person, portal
from tests.support.story import ORIGIN, Story

AGO_MS = 20 * time.DAY_MS
OLD = {"intake_batch": "received_at", "audit_entry": "at", "audit_checkpoint": "cosigned_at"}


def make_old(story: Story) -> date:
    """What was sent and looked at was so twenty days ago, as time would have it; the day."""
    with story.database.connect_as_owner() as owner:
        for table, column in OLD.items():
            owner.execute(f"alter table {table} no force row level security, disable trigger user".encode())
            owner.execute(f"update {table} set {column} = {column} - %s".encode(), [AGO_MS])  # noqa: S608
            owner.execute(f"alter table {table} force row level security, enable trigger user".encode())
    return time.local_day(Ms(clock.now() - AGO_MS))


def heard(story: Story, at: Ms) -> None:
    """The device was last heard of then."""
    with story.database.connect_as_owner() as owner:
        owner.execute("alter table intake_liveness no force row level security")
        owner.execute("update intake_liveness set heard_at = %s", [at])
        owner.execute("alter table intake_liveness force row level security")


def sealed(story: Story) -> None:
    """Someone looked twenty days ago; the days since are sealed and witnessed; and the device was heard of after that."""
    with story.console(), story.with_keys():
        triage.alert(story.alerts[0], actor=story.officer)
    day = make_old(story)
    with story.running(Process.WORKER):
        with scope(story.worker):
            teams = team_names()
        do_seal_looks(day, teams, actor=story.worker)
    story.publish()
    heard(story, Ms(clock.now() + time.HOUR_MS))


@pytest.fixture
def own(story: Story) -> Person:
    """The person, signed in, with something to take away."""
    sealed(story)
    person = Person(story)
    way_in = person.is_given_a_way_in()
    with portal(story):
        assert person.begins(way_in).status_code == 302
    return person


def taken(person: Person) -> bytes:
    with portal(person.story):
        answer = person.browser.get("/en/told/file/")
    assert answer.status_code == 200, answer.content.decode()[-800:]
    return answer.content


def known(story: Story) -> Known:
    """What the story's device knows."""
    with story.running(Process.WORKER), scope(story.worker):
        note = log.given_at(story.agency, Ms(clock.now() + time.HOUR_MS))
    assert note is not None
    given = Checkpoint.parse(note.text)
    return Known(
        agency=story.agency,
        case=story.case,
        device=story.device.device,
        origin=ORIGIN,
        keys=(story.keys[KeyRole.LOG].public,),
        commits=frozenset(leaf_commit(leaf) for leaf in story.device.leaves),
        checkpoints={given.size: given.root},
    )


def test_each_line_matches_what_the_device_held_and_what_it_was_given(own: Person, story: Story) -> None:
    file = told.read(taken(own))
    device = known(story)
    held = {leaf_commit(leaf) for leaf in story.device.leaves if isinstance(leaf, DisclosureLeaf)}
    assert {line.commit for line in file.sent} == held
    assert told.judge(file, device) == Judged(3, 0, sum(len(day.looks) for day in file.days), ())
    assert Verb.ALERT_REVIEW in {line.look.what for day in file.days for line in day.looks}
    fewer = replace(device, commits=device.commits - {file.sent[1].commit})
    assert told.judge(file, fewer).found == (Found(Fault.SENT, 2),)
    assert told.judge(file, replace(device, checkpoints={})).found == (Found(Fault.UNSEEN, None),)
    forked = {size: bytes(32) for size in device.checkpoints}
    assert told.judge(file, replace(device, checkpoints=forked)).found == (Found(Fault.LOG, None),)
