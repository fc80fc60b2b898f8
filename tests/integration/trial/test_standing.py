"""What stands from an earlier run is done again where what it reads has changed, and only then."""

import os
import shutil
from pathlib import Path

import pytest

from offmon.core.ids import Ms
from tests.database import Database
from trial import ceremony
from trial.code import READ, state_of_code
from trial.databases import create_database, drop_database
from trial.places import CHECKOUT, TrialHome, own_code
from trial.ports import PORTS
from trial.postgres import External
from trial.stack import Stack
from trial.standing import Standing, mark_of


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of few files, each at a place that the steps read."""
    for name in READ:
        file = tmp_path / name
        file = file if (CHECKOUT / name).is_file() else file / "deeper" / "one.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"of {name}")
    return tmp_path


def test_a_step_stands_with_the_same_code_on_the_same_database(tmp_path: Path) -> None:
    Standing(tmp_path, "code").note("migrate", "database")
    again = Standing(tmp_path, "code")
    assert again.has("migrate", "database")
    assert not again.has("migrate", "another")
    assert not again.has("seed", "database")
    assert not Standing(tmp_path, "other code").has("migrate", "database")


def test_a_changed_time_is_no_change_of_the_code_and_what_was_compiled_neither(checkout: Path) -> None:
    state = state_of_code(checkout)
    os.utime(checkout / "pyproject.toml", (1, 1))
    (checkout / "src" / "__pycache__").mkdir()
    (checkout / "src" / "__pycache__" / "one.pyc").write_text("compiled")
    assert state_of_code(checkout) == state


@pytest.mark.parametrize("name", READ)
def test_whatever_a_step_reads_changes_the_state(checkout: Path, name: str) -> None:
    state = state_of_code(checkout)
    file = next(one for one in [checkout / name, *(checkout / name).rglob("*")] if one.is_file())
    kept = file.read_text()
    file.write_text("changed")
    assert state_of_code(checkout) != state
    file.write_text(kept)
    assert state_of_code(checkout) == state
    if file != checkout / name:
        file.rename(file.with_name("renamed.py"))
        assert state_of_code(checkout) != state
        shutil.rmtree(checkout / name)
        assert state_of_code(checkout) != state


def test_each_process_needs_only_earlier_ones(home: TrialHome) -> None:
    """So none waits for itself by way of others, and each that is needed is there."""
    made = ceremony.hold(home, Ms(1_700_000_000_000))
    (home.path / "agent-release").write_text("0" * 64)
    server = External("postgresql:///", home.path)
    stack = Stack(home, own_code(), server, made, PORTS)
    earlier: set[str] = set()
    for spec in (*stack.specs(), stack.seeding()):
        assert set(spec.after) <= earlier, spec.name
        earlier.add(spec.name)


def test_a_database_keeps_its_mark_and_one_made_anew_has_another(database: Database) -> None:
    name = f"{database.name}_marked"
    marks = []
    for _ in range(2):
        create_database(database.server, name)
        marks.append(mark_of(database.server, name))
        assert mark_of(database.server, name) == marks[-1]
        drop_database(database.server, name)
    assert len({*marks}) == 2
