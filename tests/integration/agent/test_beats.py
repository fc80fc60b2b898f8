"""The device's side of a short heartbeat: when it goes, what it takes, and when all is said again (`agent/delivery.py`)."""

import time
from collections.abc import Callable

import pytest

from offmon.agent.clock import now
from offmon.core.formats.event import HEARTBEAT_MS, NoteKind
from offmon.core.formats.problem import Problem, ProblemBody, answer
from offmon.core.formats.trust import KeyRole
from offmon.core.person.coverage import NOTICED_MS
from offmon.core.person.stopped import EXPECTED_MS
from tests.integration.agent.devices import await_true
from tests.integration.agent.test_delivery import Sender, sender
from tests.support.fake_agency import new_id, new_key

__all__ = ["sender"]


def begin(sender: Sender) -> None:
    """It said that it started, and was heard."""
    sender.outbox.note(NoteKind.STARTED, now())
    sender.run()
    until(sender, lambda: sender.ingest.short_heartbeats > 1)


def until(sender: Sender, holds: Callable[[], bool]) -> None:
    def stepped() -> bool:
        time.sleep(min(sender.delivery.step(), 50) / 1000)
        return holds()

    await_true(stepped)


def test_once_it_was_heard_its_heartbeats_are_short_and_on_one_connection(sender: Sender) -> None:
    begin(sender)
    whole, kept = sender.ingest.heartbeats - sender.ingest.short_heartbeats, sender.delivery._client._kept._idle
    before = sender.belief.held
    until(sender, lambda: sender.ingest.short_heartbeats > 5)
    assert sender.ingest.heartbeats - sender.ingest.short_heartbeats == whole
    assert sender.delivery._client._kept._idle is kept is not None
    assert sender.belief.held is before


def test_a_finding_goes_at_once_and_the_next_heartbeat_is_as_short_as_ever(sender: Sender) -> None:
    begin(sender)
    whole = sender.ingest.heartbeats - sender.ingest.short_heartbeats
    sender.put("a")
    sender.run()
    assert sender.names() == ["a"]
    short = sender.ingest.short_heartbeats
    until(sender, lambda: sender.ingest.short_heartbeats > short + 2)
    assert sender.ingest.heartbeats - sender.ingest.short_heartbeats == whole


def test_another_profile_is_heard_of_by_the_next_heartbeat(sender: Sender) -> None:
    begin(sender)
    sender.delivery._next_poll += 3_600_000
    held = sender.belief.held
    sender.ingest.agency.issue()
    until(sender, lambda: sender.belief.held is not held)
    short = sender.ingest.short_heartbeats
    until(sender, lambda: sender.ingest.short_heartbeats > short)


@pytest.mark.parametrize(
    "told",
    [
        ProblemBody(204, b""),
        ProblemBody(200, b""),
        ProblemBody(200, bytes(72)),
        ProblemBody(200, b"<html>"),
        answer(Problem.NOT_FOUND),
        answer(Problem.UNAVAILABLE),
        None,
    ],
    ids=["other-state", "empty", "unsigned", "page", "not-known-there", "unavailable", "lost"],
)
def test_where_the_answer_is_no_receipt_it_says_all_and_then_is_short_again(
    sender: Sender, told: ProblemBody | None
) -> None:
    begin(sender)
    whole, short = sender.ingest.heartbeats - sender.ingest.short_heartbeats, sender.ingest.short_heartbeats
    sender.ingest.next_answers.append(told)
    until(sender, lambda: sender.ingest.heartbeats - sender.ingest.short_heartbeats > whole)
    until(sender, lambda: sender.ingest.short_heartbeats > short + 2)
    assert not sender.ingest.next_answers


def test_a_time_that_the_agency_did_not_sign_is_not_taken(sender: Sender) -> None:
    begin(sender)
    offset = sender.belief.time.offset_ms
    own = sender.ingest.agency.keys[KeyRole.RECEIPT]
    sender.ingest.agency.keys[KeyRole.RECEIPT] = new_key("a-stranger")
    sender.ingest.skew_ms = 60_000
    short = sender.ingest.short_heartbeats
    until(sender, lambda: sender.ingest.short_heartbeats > short)
    assert sender.belief.time.offset_ms == offset
    sender.ingest.agency.keys[KeyRole.RECEIPT], sender.ingest.skew_ms = own, 0


def test_an_agency_that_knows_another_run_is_told_all(sender: Sender) -> None:
    begin(sender)
    sender.ingest.boot = new_id()
    whole = sender.ingest.heartbeats - sender.ingest.short_heartbeats
    until(sender, lambda: sender.ingest.heartbeats - sender.ingest.short_heartbeats > whole)


def test_what_rests_on_how_often_a_device_is_heard_follows_from_one_line() -> None:
    assert EXPECTED_MS == HEARTBEAT_MS < NOTICED_MS
