"""What counts as a proof that a safeguard's test fails without it, and what only looks like one (`tests.prove`)."""

import subprocess
import sys
from pathlib import Path

import pytest

from offmon.core.ids import Id
from offmon.core.log.records import check_two_people, check_two_sessions
from tests.prove.markers import ROOT
from tests.prove.reached import code_of, watching
from tests.prove.verdict import Outcome, why_not_proved

GREEN = tuple(Outcome("t.py::test", phase) for phase in ("setup", "call", "teardown"))


def run(phase: str, said: str = "AssertionError: assert 1 == 2", *, misshapen: bool = False) -> tuple[Outcome, ...]:
    """A run in which one phase fails."""
    return (Outcome("t.py::test", "setup"), Outcome("t.py::test", phase, (said,), misshapen))


@pytest.mark.parametrize(
    ("present", "absent", "broke", "why"),
    [
        (GREEN, run("call"), "", ""),
        (GREEN, GREEN, "", "without it: the test passes"),
        (GREEN, (), "", "without it: the test passes"),
        (GREEN, run("setup", "TypeError: x"), "", "without it: setup: TypeError: x"),
        (GREEN, run("teardown"), "", "without it: teardown: AssertionError: assert 1 == 2"),
        (GREEN, run("call") + run("teardown"), "", ""),  # it left something open
        (GREEN, run("skip", "Skipped: x"), "", "without it: skip: Skipped: x"),
        (GREEN, run("call", "TypeError: x", misshapen=True), "", "without it: the wrong shape: TypeError: x"),
        (GREEN, run("call"), "the replacement: KeyError: x", "without it: the replacement: KeyError: x"),
        (run("call"), run("call"), "", "with it: call: AssertionError: assert 1 == 2"),
        (run("setup"), run("call"), "", "with it: setup: AssertionError: assert 1 == 2"),
        ((), run("call"), "", "with it: no test ran"),
        ((Outcome("t.py::test", "setup"),), run("call"), "", "with it: no test ran"),
    ],
)  # fmt: skip
def test_what_is_a_proof(present: tuple[Outcome, ...], absent: tuple[Outcome, ...], broke: str, why: str) -> None:
    assert why_not_proved(present, absent, broke) == why


def test_a_function_that_was_called_is_seen_and_no_other() -> None:
    asked, other = code_of(check_two_people), code_of(check_two_sessions)
    with watching({asked, other}) as seen:
        assert seen == set()
        check_two_people(Id("a" * 32), Id("b" * 32), "an invented act")
        assert seen == {asked}


SAMPLE = """
from contextlib import contextmanager
import pytest
from offmon.core.errors import Refused
from offmon.core.ids import Id
from offmon.core.log.records import check_two_people
from tests.prove.markers import proves

class Database:
    guarded = True
    @contextmanager
    def connect_as_owner(self):
        yield self
    def execute(self, statement):
        assert "nowhere" not in statement
        self.guarded = self.guarded and "trigger" not in statement

@pytest.fixture
def database():
    return Database()
"""
SAMPLE_TEST = """
@proves("S6", {})
@pytest.mark.parametrize("name", ["a", "b"])
def test_{}(name, database):
    assert database.guarded
    with pytest.raises(Refused):
        check_two_people(Id(name * 32), Id(name * 32), "an invented act")
"""
FUNCTION = "check_two_people, disabled=lambda first, second, what: "
TRIED = {
    f"{FUNCTION}None": "proved by Failed: DID NOT RAISE ",
    f"{FUNCTION}check_two_people(first, second, what)": "NOT PROVED, without it: the test passes",
    "check_two_people, disabled=lambda: None": "NOT PROVED, without it: the replacement: TypeError: ",
    f"{FUNCTION}nowhere": "NOT PROVED, without it: the replacement: NameError: ",
    f"{FUNCTION}pytest.skip('x')": "NOT PROVED, without it: skip: Skipped: x",
    f"{FUNCTION}None, row='b'": "proved by Failed: DID NOT RAISE ",
    f"{FUNCTION}None, row='c'": "NOT PROVED, with it: no test ran",
    "drop='drop trigger one on there'": "proved by AssertionError: assert False",
    "drop='select 1'": "NOT PROVED, without it: the test passes",
    "drop='drop trigger one on nowhere'": "NOT PROVED, without it: setup: AssertionError: ",
}


def test_what_is_taken_away_is_gone_for_its_test_alone(tmp_path: Path) -> None:
    file = tmp_path / "test_sample.py"
    file.write_text(SAMPLE + "".join(SAMPLE_TEST.format(one, number) for number, one in enumerate(TRIED)), "utf-8")
    command = (sys.executable, "-m", "pytest", "-c", "pyproject.toml", "-qq", "-p", "no:cacheprovider", file)
    plugin = ("-p", "tests.prove.plugin", "--prove", "S5,S6")
    ended = subprocess.run([*command, *plugin], cwd=ROOT, capture_output=True, text=True, check=False)
    said = [line.strip() for line in ended.stdout.splitlines() if "roved by" in line or "NOT PROVED" in line]
    assert [line[: len(why)] for line, why in zip(said, TRIED.values(), strict=True)] == [*TRIED.values()], ended
    assert ended.returncode == 1
