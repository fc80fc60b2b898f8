"""A fleet is looked at in turn, and at once where something came: what each job looks at, on a real database."""

from datetime import date

import pytest

from offmon.core.authority.capability import Capability
from offmon.core.clock import DAY_MS
from offmon.core.ids import Id, Ms
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.deployments.queries.renewal import some_devices
from offmon.server.processes.worker import in_turn, jobs
from offmon.server.processes.worker.in_turn import InTurn
from tests.integration.oversight.looking import do
from tests.integration.signer.test_noticed import authorise
from tests.support.aged import heard
from tests.support.story import Story
from tests.support.worker import turn

ANOTHER = """
insert into deployments_device select (jsonb_populate_record(
    one, jsonb_build_object('id', gen_random_uuid(), 'code_id', gen_random_uuid(), 'device_key', 'another', 'account', repeat('7', 64))
)).* from deployments_device one
"""


def test_each_device_has_its_turn_and_those_of_which_the_log_says_something_come_at_once(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_turn, "AT_ONCE", 1)
    monkeypatch.setattr(in_turn, "COMMITTED_WITHIN_MS", 0)
    do(story.database, ANOTHER)
    with story.running(Process.WORKER), scope(story.worker):
        both, _ = some_devices((), None, 2)
    looks = InTurn(story.worker)

    def look() -> list[Id]:
        with story.running(Process.WORKER):
            return list(looks())

    assert [look() for _ in range(4)] == [[both[0]], [both[1]], [], [both[0]]]
    authorise(story, Capability.SITE)
    assert set(look()) == set(both)
    assert look() == []


def test_the_hours_of_a_case_are_looked_at_daily_and_when_the_log_or_a_time_to_fold_says_so(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = list[Id]()

    def record(case: Id, _actor: Actor) -> bool:
        looked.append(case)
        return False

    monkeypatch.setattr(jobs, "_record_hours", record)
    monkeypatch.setattr(jobs, "COMMITTED_WITHIN_MS", 0)
    story.sign(story.ask_profile())
    hours = jobs.RecordingHours(story.worker)

    def looks() -> int:
        with story.running(Process.WORKER):
            assert not hours()
        return len(looked)

    assert [looks(), looks()] == [1, 1], "once after a start"
    story.send()
    assert turn(story, "note days")
    assert [looks(), looks()] == [2, 2], "a device was heard on another day"
    monkeypatch.setattr(jobs, "last_recorded", lambda _at: date(2100, 1, 1))
    assert [looks(), looks()] == [3, 3], "a day is over"
    heard(story, Ms(clock.now() - 3 * DAY_MS + 1))
    assert looks() == 4, "48 hours are over since it was heard"


def test_what_could_not_be_recorded_is_looked_at_again(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = list[Id]()

    def record(case: Id, _actor: Actor) -> bool:
        tried.append(case)
        raise ValueError("a row that cannot be read")

    monkeypatch.setattr(jobs, "_record_hours", record)
    monkeypatch.setattr(jobs, "COMMITTED_WITHIN_MS", 0)
    story.sign(story.ask_profile())
    hours = jobs.RecordingHours(story.worker)
    with story.running(Process.WORKER):
        assert not hours()
        monkeypatch.setattr(jobs, "_record_hours", lambda _case, _actor: True)
        monkeypatch.setattr("offmon.server.processes.worker.job.time.monotonic", lambda: float("1e9"))
        assert hours(), "it is tried again once its time has come"
        assert not hours()
    assert tried == [story.case]
