"""A guard that a promise's safeguards name cannot be taken away without that promise's own line turning red (issue 3; S67).

From the register's `drop` to the control that the guard belongs to, and from there to the line: by what the promise itself says it
rests on, this never goes.
"""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from offmon.core.ids import Ms
from offmon.core.public.assurance import OF_PEOPLE, PROMISES, RED, Control, ControlStanding, Observation, Promise, judge
from offmon.server.oversight import guards
from offmon.words.catalogue import Language, texts
from tests.prove.register import Safeguard, safeguards

AT = Ms(1_800_000_000_000)
OF_THE_TESTS = "sample_note"  # a table that only tests make: each table of ours has the like of its guards
TAKES = {
    r"drop trigger (\w+) on (\w+)": r"trigger on {1}: state O, CREATE .*TRIGGER {0} ",
    r"alter table (\w+) drop constraint (?:if exists )?(\w+)": r"constraint {1} on {0}: ",
    r"alter table (\w+) (?:no force|disable) row level security": r"table {0}: kind r, row security t, ",
    r"alter policy (\w+) on (\w+) .*": r"policy {0} on {1}: ",
    r"drop index (\w+)": r"one of a kind in \w+: .* INDEX {0} ",
    r"grant .+ on (\w+) to (\w+)": r"rights of \w+ to {0}: ",  # whoever has one: who has none yet has no line
}
"""What takes a guard away, and how the line of that guard begins."""


def drops(safeguard: Safeguard) -> Iterator[str]:
    """Each statement by which a guard of the safeguard is taken away."""
    for one in safeguard.backstops:
        yield from (statement.strip() for statement in one.what.split(";"))


def guarded_by(statement: str) -> list[set[Control]]:
    """The controls that the guards belong to which the statement takes away: all of one guard fail at once.

    What stands for the like on each table, stands each by itself.
    """
    found = [(line, re.fullmatch(takes, statement)) for takes, line in TAKES.items()]
    [(line, named)] = [(line, match) for line, match in found if match]
    begins = line.format(*(r"\w+" if name == OF_THE_TESTS else name for name in named.groups()))
    controls: dict[str, set[Control]] = {}
    for control, _, guard in (one.partition(": ") for one in guards.expected()):
        if re.match(begins, guard):
            controls.setdefault(guard, set()).add(Control(control))
    each = list(controls.values())
    return each if each and OF_THE_TESTS in named.groups() else [set().union(*each)]


def line(promise: Promise, *failing: Control) -> ControlStanding:
    """How the promise's line stands where those controls fail, and every other holds."""
    stands = {one: ControlStanding.FAILS if one in failing else ControlStanding.HOLDS for one in Control}
    return judge(promise, {one: Observation(one, found, None, AT) for one, found in stands.items()}, AT).standing


def test_each_guard_that_the_register_takes_away_is_one_that_is_looked_at() -> None:
    assert [one for one in chain.from_iterable(map(drops, safeguards())) if not all(guarded_by(one))] == []


def test_what_a_guard_of_one_control_asks_of_may_be_empty_no_more_than_the_guard_may_go() -> None:
    """Where a column is empty a check passes, and nothing is one of a kind: that it is not belongs to the same control."""
    filled: dict[tuple[str, str], set[str]] = {}
    for one in guards.expected():
        if found := re.fullmatch(r"([a-z-]+): columns of (\w+) that are never empty: (.+)", one):
            control, table, columns = found.groups()
            filled.setdefault((control, table), set()).update(columns.split(", "))
    elsewhere = []
    for one in guards.expected():
        found = re.fullmatch(r"([a-z-]+): constraint (\w+) on (\w+): checked t, (?:CHECK|UNIQUE) (.+)", one)
        if found and found[1] not in {Control.BACKSTOP, Control.INSERT_ONLY}:
            control, name, table, asked = found.groups()
            asks_itself = set(re.findall(r"(\w+) IS NOT NULL", asked))
            columns = filled.get((Control.BACKSTOP, table), set()) & set(re.findall(r"\w+", asked)) - asks_itself
            elsewhere += [(name, column) for column in columns - filled.get((control, table), set())]
    assert elsewhere == []


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.slug)
def test_a_guard_of_a_promise_that_is_taken_away_turns_the_line_of_that_very_promise_red(promise: Promise) -> None:
    named = [safeguard for safeguard in safeguards() if safeguard.id in promise.safeguards]
    taken = {statement: guarded_by(statement) for safeguard in named for statement in drops(safeguard)}
    assert [one for one, each in taken.items() for of in each if line(promise, *of) not in RED] == []


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
    # By a role that fires no trigger, or that no policy holds, all of it is passed by. What is a paper alone no role can end.
    passed_by = [one.slug for one in spoken if line(one, Control.ROLES) not in RED]
    assert sorted(passed_by) == ["ai-checklist", "anchored", "cloud-principles", "watch-foundation"]


def test_what_is_told_as_of_four_weeks_back_is_told_in_tens_too() -> None:
    """Whose figure is `before` a day so long ago counts people, or what hangs on them (S80; R-AI-17)."""
    questions = (Path(guards.__file__).parents[1] / "questions").glob("*.sql")
    assert {Control(file.stem) for file in questions if "%(before)s" in file.read_text("utf-8")} == OF_PEOPLE
