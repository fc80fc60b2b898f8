"""Compares what guards the tables with what our migrations make: policies, flags, rights, triggers, functions' text and constraints.

Rules
- Beside this lies a file for each control, `<control>.txt`, with its guards: drawn from a database that the migrations of this very code
  have made. A test draws them again, and a difference fails the build until somebody has read it. They travel with the code and lie in no
  database: whoever may alter a policy could alter a fingerprint beside it too (ADR 11).
- The verbs and kinds of record that the log's triggers read from tables are no text of these files: the code declares them, and what it
  declares is what is expected (`audit/declared.py`).
- Every guard counts, also one more than expected: a second policy is OR-ed to the first, and a right too many is a hole.
- A control of `GUARDED` fails if one of its own guards differs, and only that control does. Which one it is, is logged.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction

from offmon.core.public.assurance import Control
from offmon.server.audit import declared
from offmon.server.oversight.questions import question

GUARDED: Final = frozenset(
    {
        Control.ROW_SECURITY,
        Control.BACKSTOP,
        Control.INSERT_ONLY,
        Control.TWO_PEOPLE,
        Control.FOUR_ANSWERS,
        Control.LEASES,
        Control.CONSENTED,
        Control.DECIDED_BY_PEOPLE,
        Control.NOTICE_FIRST,
        Control.LISTS,
        Control.NO_HOLES,
        Control.SECOND_FACTOR,
        Control.CONTACT_PAGE,
        Control.DIRECTORY,
        *(control for control in Control if control.startswith("paper-")),
    }
)
"""The controls that rest on a guard of the database."""


def drawn(told: Mapping[str, Any]) -> list[str]:
    """Each guard of the connection's database as a line, its control first; sorted. `told`: as every question is told."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local jit = off")  # to compile it takes the server longer than to answer it
        cursor.execute(question("guards"), told)
        found = [f"{control}: {guard}" for control, guard in cursor.fetchall()]
    return sorted([*found, *_of_the_log(declared.there())])


@cache
def expected() -> tuple[str, ...]:
    """The same, as this code's own migrations leave it."""
    return (*written(), *_of_the_log(declared.expected()))


def written() -> tuple[str, ...]:
    """What the files beside this say, in the form of `drawn`."""
    files = sorted(Path(__file__).parent.glob("*.txt"))
    return tuple(f"{file.stem}: {guard}" for file in files for guard in file.read_text("utf-8").splitlines())


def write(there: Sequence[str]) -> None:
    """Write these files anew: from `drawn`, but for what the code declares."""
    beside = Counter(there) - Counter(_of_the_log(declared.expected()))
    for control in GUARDED:
        guards = sorted(line.partition(": ")[2] for line in _of(control, list(beside.elements())))
        Path(__file__).with_name(f"{control}.txt").write_text("".join(f"{guard}\n" for guard in guards), "utf-8")


def different(control: Control, there: Sequence[str]) -> list[str]:
    """The guards of the control that are `there` and not expected (`+`), or expected and not there (`-`). `there`: as `drawn`."""
    found, due = Counter(_of(control, there)), Counter(_of(control, expected()))
    return [f"+ {line}" for line in (found - due)] + [f"- {line}" for line in (due - found)]


def _of_the_log(lines: Iterable[str]) -> list[str]:
    return [f"{Control.INSERT_ONLY}: {line}" for line in lines]


def _of(control: Control, lines: Sequence[str]) -> list[str]:
    return [line for line in lines if line.startswith(f"{control}: ")]
