"""A guard that a promise's safeguards name cannot be taken away without that promise's own line turning red (issue 3; S67).

From the register's `drop` to the control that `guards.txt` gives the guard, and from there to the line: by what the promise itself says it
rests on, this never goes.
"""

import re
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from offmon.core.assurance import OF_PEOPLE, PROMISES, RED, Control, Promise, Seen, Standing, judge
from offmon.core.ids import Ms
from offmon.server.oversight import guards
from offmon.words.catalogue import Language, texts

REGISTER = tomllib.loads((Path(__file__).parents[4] / "docs" / "safeguards.toml").read_text("utf-8"))["safeguard"]
AT = Ms(1_800_000_000_000)
OF_THE_TESTS = "sample_note"  # a table that only tests make: each table of ours has the like of its guards
TAKES = {
    r"drop trigger (\w+) on (\w+)": r"trigger on {1}: state O, CREATE .*TRIGGER {0} ",
    r"alter table (\w+) drop constraint (?:if exists )?(\w+)": r"constraint {1} on {0}: ",
    r"alter table (\w+) (?:no force|disable) row level security": r"table {0}: kind r, row security t, ",
    r"alter policy (\w+) on (\w+) .*": r"policy {0} on {1}: ",
    r"drop index (\w+)": r"one of a kind in \w+: .* INDEX {0} ",
    r"grant .+ on (\w+) to (\w+)": r"rights of {1} to {0}: ",
}
"""What takes a guard away, and how the line of that guard begins."""


def drops(safeguard: dict[str, Any]) -> Iterator[str]:
    """Each statement by which the register takes a guard of the safeguard away, or of one of its twins."""
    for one in (safeguard, *safeguard.get("twin", ())):
        yield from (statement.strip() for statement in one.get("drop", "").split(";") if statement.strip())


def guarded_by(statement: str) -> set[Control]:
    """The controls that the guards belong to which the statement takes away."""
    found = [(line, re.fullmatch(takes, statement)) for takes, line in TAKES.items()]
    [(line, named)] = [(line, match) for line, match in found if match]
    begins = line.format(*(r"\w+" if name == OF_THE_TESTS else name for name in named.groups()))
    return {Control(one.partition(": ")[0]) for one in guards.expected() if re.match(rf"[a-z-]+: {begins}", one)}


def line(promise: Promise, *failing: Control) -> Standing:
    """How the promise's line stands where those controls fail, and every other holds."""
    stands = {one: Standing.FAILS if one in failing else Standing.HOLDS for one in Control}
    return judge(promise, {one: Seen(one, found, None, AT) for one, found in stands.items()}, AT).standing


def test_each_guard_that_the_register_takes_away_is_one_that_is_looked_at() -> None:
    assert [one for one in chain.from_iterable(map(drops, REGISTER)) if not guarded_by(one)] == []


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.slug)
def test_a_guard_of_a_promise_that_is_taken_away_turns_the_line_of_that_very_promise_red(promise: Promise) -> None:
    named = [safeguard for safeguard in REGISTER if safeguard["id"] in promise.safeguards]
    taken = {statement: guarded_by(statement) for safeguard in named for statement in drops(safeguard)}
    # One guard fails all that rest on it at once; what stands for the like on each table, each by itself.
    at_once = [([it] if OF_THE_TESTS in one else of, one) for one, of in taken.items() for it in of]
    assert [one for failing, one in at_once if line(promise, *failing) not in RED] == []


def test_a_promise_that_says_the_database_keeps_it_rests_on_what_guards_the_database() -> None:
    said = texts(Language.ENGLISH)
    spoken = {
        promise
        for promise in PROMISES
        for part in ("how", "behind")
        if re.search(r"\bdatabase\b", said[f"site.safeguards.promise.{promise.slug}.{part}"])
    }
    unguarded = [one.slug for one in spoken if all(line(one, control) not in RED for control in guards.GUARDED)]
    assert sorted(unguarded) == []
    assert spoken


def test_what_is_told_as_of_four_weeks_back_is_told_in_tens_too() -> None:
    """Whose figure is `before` a day so long ago counts people, or what hangs on them (S80; R-AI-17)."""
    questions = (Path(guards.__file__).parent / "questions").glob("*.sql")
    assert {Control(file.stem) for file in questions if "%(before)s" in file.read_text("utf-8")} == OF_PEOPLE
