"""What guards the tables is what the migrations of this code make, and `guards.txt` says it (issue 3; ADR 11)."""

import os
from pathlib import Path

from offmon.core.assurance import Control
from offmon.server.base.policies import Process
from offmon.server.oversight import guards
from offmon.server.oversight.asking import told
from tests.database import Database
from tests.server import as_process

EXPECTED = Path(guards.__file__).parent / "guards.txt"


def test_the_guards_that_the_code_carries_are_those_that_its_migrations_make(database: Database) -> None:
    with as_process(database, Process.ASSURANCE):
        found = guards.drawn(told())
    text = "".join(f"{line}\n" for line in found)
    if os.environ.get("OFFMON_WRITE_REFERENCE"):
        EXPECTED.write_text(text, "utf-8")
    assert EXPECTED.read_text("utf-8") == text, "run this test with OFFMON_WRITE_REFERENCE=1, and read the difference"


def test_every_guard_belongs_to_a_control_and_every_guarded_control_has_one() -> None:
    assert {Control(line.partition(":")[0]) for line in guards.expected()} == guards.GUARDED


def test_a_function_that_was_replaced_differs_and_only_for_what_rests_on_it(database: Database) -> None:
    with database.connect_as_owner() as owner:
        owner.execute(
            "create or replace function audit_refuse_change() returns trigger language plpgsql"
            " set search_path = pg_catalog, pg_temp as 'begin return null; end'"
        )
    with as_process(database, Process.ASSURANCE):
        there = guards.drawn(told())
    differing = {control for control in guards.GUARDED if guards.different(control, there)}
    assert differing == {Control.BACKSTOP, Control.INSERT_ONLY}
