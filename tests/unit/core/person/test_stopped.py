"""Which devices need someone to look after them: each sort, when it comes, and what ends it (issue 20)."""

from dataclasses import replace

import pytest

from offmon.core.clock import DAY_MS, HOUR_MS, MINUTE_MS
from offmon.core.errors import Refused
from offmon.core.ids import Digest, Ms
from offmon.core.person.gap_class import Down
from offmon.core.person.stopped import TIMINGS, DeviceKnown, TaskKind, check_found, silent_since, tasks_of

AT = Ms(1_800_000_000_000)
NEW, OLD = Digest("1" * 64), Digest("2" * 64)


def ago(ms: int) -> Ms:
    return Ms(AT - ms)


WELL = DeviceKnown(
    ago(30 * DAY_MS), ago(MINUTE_MS), lease_until=Ms(AT + 20 * DAY_MS), release=NEW, release_since=ago(30 * DAY_MS)
)
HIDDEN = (ago(2 * DAY_MS), ago(2 * DAY_MS - 4 * HOUR_MS))


def kinds(known: DeviceKnown, *down: Down) -> list[str]:
    return [one.kind.value for one in tasks_of(known, AT, down=down, newest=NEW)]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"heard_at": ago(DAY_MS)}, []),
        ({"heard_at": ago(DAY_MS + 1)}, ["silent"]),
        ({"heard_at": None}, ["silent"]),
        ({"heard_at": ago(3 * DAY_MS), "stopped_at": ago(3 * DAY_MS)}, []),  # it said that it was switched off
        ({"heard_at": ago(8 * DAY_MS), "stopped_at": ago(8 * DAY_MS)}, ["silent"]),
        ({"heard_at": ago(HOUR_MS), "removed_at": ago(HOUR_MS)}, ["removed"]),
        ({"heard_at": ago(9 * DAY_MS), "removed_at": ago(9 * DAY_MS)}, ["removed"]),  # silent for that reason
        ({"again_at": ago(HOUR_MS)}, ["re_enrolled"]),
        ({"succeeded": True, "heard_at": ago(9 * DAY_MS)}, []),
        ({"clock_off_since": ago(2 * HOUR_MS)}, ["clock_wrong"]),
        ({"clock_off_since": ago(MINUTE_MS)}, []),
        ({"browser_seen": False}, ["no_browser"]),
        ({"browser_seen": False, "enrolled_at": ago(DAY_MS)}, []),
        ({"hidden": (HIDDEN,)}, ["hidden"]),
        ({"hidden": ((HIDDEN[0], Ms(HIDDEN[1] - 1)),)}, []),
        ({"hidden": ((ago(9 * DAY_MS), ago(8 * DAY_MS)),)}, []),
        ({"release": OLD}, ["old_release"]),
        ({"release": OLD, "release_since": ago(27 * DAY_MS)}, []),
        ({"lease_until": Ms(AT + 4 * DAY_MS)}, ["profile_ends"]),
        ({"lease_until": ago(DAY_MS)}, ["profile_ends"]),
        ({"heard_at": ago(2 * DAY_MS), "release": OLD, "browser_seen": False}, ["silent", "no_browser", "old_release"]),
    ],
)
def test_each_sort(changed: dict[str, object], expected: list[str]) -> None:
    assert kinds(replace(WELL, **changed)) == expected  # type: ignore[arg-type]  # named by field


CAUSES: list[tuple[TaskKind, dict[str, object]]] = [
    (TaskKind.SILENT, {"heard_at": ago(2 * DAY_MS)}),
    (TaskKind.REMOVED, {"removed_at": ago(2 * DAY_MS)}),
    (TaskKind.RE_ENROLLED, {"again_at": ago(2 * DAY_MS)}),
    (TaskKind.CLOCK_WRONG, {"clock_off_since": ago(2 * DAY_MS)}),
    (TaskKind.NO_BROWSER, {"browser_seen": False, "enrolled_at": ago(3 * DAY_MS)}),
    (TaskKind.HIDDEN, {"hidden": (HIDDEN,)}),
    (TaskKind.OLD_RELEASE, {"release": OLD}),
    (TaskKind.PROFILE_ENDS, {"lease_until": Ms(AT + 2 * DAY_MS)}),
]


@pytest.mark.parametrize(("kind", "changed"), CAUSES)
def test_what_somebody_found_ends_this_occurrence_and_not_the_next(kind: TaskKind, changed: dict[str, object]) -> None:
    known = replace(WELL, **changed)  # type: ignore[arg-type]
    [task] = tasks_of(known, AT, newest=NEW)
    assert (task.kind, task.due_at) == (kind, task.since + TIMINGS[kind].after_ms + TIMINGS[kind].within_ms)
    assert tasks_of(replace(known, found={kind: ago(HOUR_MS)}), AT, newest=NEW) == ()
    assert kinds(replace(known, found={kind: ago(100 * DAY_MS)})) == [kind.value]
    with pytest.raises(Refused, match="task-over"):
        check_found(kind, tasks_of(WELL, AT, newest=NEW))
    check_found(kind, [task])


def test_every_sort_is_shown_above() -> None:
    assert {kind for kind, _ in CAUSES} == set(TaskKind) == TIMINGS.keys()


def test_time_in_which_our_service_was_down_makes_no_device_silent() -> None:
    known = replace(WELL, heard_at=ago(2 * DAY_MS))
    assert kinds(known, Down(ago(2 * DAY_MS), ago(DAY_MS))) == []
    assert kinds(known, Down(ago(2 * DAY_MS), ago(DAY_MS + HOUR_MS))) == ["silent"]
    assert silent_since(known, AT, [Down(ago(9 * DAY_MS), ago(2 * DAY_MS))]) == ago(
        2 * DAY_MS - HOUR_MS
    )  # of a time two days ago its hour counts
