"""Who deletes what the agent writes down declares more by it, and never less (issue 16, number 2)."""

import time
from collections.abc import Callable

import pytest

from offmon.agent.clock import now
from offmon.agent.progress import EVERY_MS
from offmon.core.formats.event import Gap, GapReason
from offmon.core.formats.problem import Problem, answer
from offmon.core.ids import Ms
from tests.integration.agent.devices import Device, _give, await_true

OFF_S = 8


def remove(person: Device, *names: str) -> None:
    for name in names:
        for part in person.home.glob(f"{name}*"):
            part.unlink()


def damage(person: Device) -> None:
    (person.home / "marks").write_bytes(b"{}")


def store_and_marks(person: Device) -> None:
    remove(person, "outbox.sqlite", "marks")


def all_but_what_was_enrolled(person: Device) -> None:
    remove(person, "outbox.sqlite", "marks", "receipt", "profile")


ATTACKS: list[Callable[[Device], None]] = [
    lambda person: remove(person, "marks", "receipt"),
    damage,
    store_and_marks,
    all_but_what_was_enrolled,
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_time_since_the_last_run_is_declared_without_marks(
    person: Device, attack: Callable[[Device], None]
) -> None:
    person.start()
    await_true(lambda: person.ingest.heartbeats > 1)
    person.kill()
    off = now()
    time.sleep(OFF_S)
    attack(person)
    back = now()
    person.start()
    await_true(lambda: covers(person.ingest.gaps(), off, back))
    assert person.running is not None
    assert person.running.poll() is None


def test_a_finding_deleted_with_the_store_and_the_marks_lies_in_a_declared_gap(person: Device) -> None:
    person.start()
    await_true(lambda: person.ingest.heartbeats > 1)
    person.stop()
    before = [(part, part.read_bytes()) for part in person.home.glob("outbox.sqlite*")]
    person.start()
    person.ingest.next_of_leaves.extend([answer(Problem.UNAVAILABLE)] * 1000)
    person.tell({"url": "https://listed.example/", "title": ""})
    shown = now()
    await_true(lambda: int(str(person.marks()["alive_at"])) > shown + EVERY_MS)
    person.kill()
    person.ingest.next_of_leaves.clear()
    remove(person, "outbox.sqlite", "marks")
    for part, data in before:
        part.write_bytes(data)
        _give(part)
    person.start()
    await_true(lambda: covers(person.gaps(GapReason.STORE_DAMAGED), shown, shown))
    assert person.disclosed() == []


def covers(gaps: list[Gap], since: Ms, until: Ms) -> bool:
    return any(gap.since <= since and until <= gap.until for gap in gaps)
