"""A barrister reads a report, finds who decided exhibit AO1, and checks the bundle with one command (issue 18, task 12)."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typst

from offmon.core.bundle import read
from offmon.core.bundle.layout import REPORT
from offmon.core.formats import codec
from offmon.core.log.records import DecisionOutcome
from offmon.server.agencies import queries as agencies
from offmon.server.base.vault import VaultClient
from offmon.server.evidence import court_copy
from offmon.server.evidence.actions import do_hand_over
from offmon.server.evidence.court_copy import Names, copy_of, people_in
from tests.e2e.console.counting import Reading
from tests.e2e.console.test_tasks import costs, measured
from tests.integration.evidence.test_exhibit import ask
from tests.integration.evidence.test_export import export
from tests.support.fake_device import now
from tests.support.story import Story

__all__ = ["measured"]

BARRISTER = "A barrister finds who decided exhibit AO1 in the report, then verifies the bundle"
ANSWER = "AO1 (possible breach 1): evidential, decided by Officer Invented, case officer, An invented force"
TEMPLATE = Path(court_copy.__file__).parent / "templates" / "report.typ"
FIRST_HEADINGS = "query(heading.where(level: 2)).map(it => (it.location().page(), it.location().position().y.mm()))"


def texts(nodes: list[dict[str, Any]]) -> Iterator[str]:
    """What is read, in its order; a cell or paragraph ends with a space."""
    for node in nodes:
        yield from (
            [node["text"]] if node["tag"] == "text" else [*texts(node["kids"]), " " if node["tag"] in BLOCKS else ""]
        )


BLOCKS = {"p", "td", "th", "h1", "h2", "h3", "caption", "li"}


def test_a_barrister_finds_who_decided_it_and_verifies(
    story: Story, vault: VaultClient, tmp_path: Path, measured: dict[str, dict[str, int]]
) -> None:
    story.decide(DecisionOutcome.EVIDENTIAL)
    exhibit = ask(story, initials="AO")
    vault.seal(exhibit)
    with story.console():
        do_hand_over(exhibit, story.colleague.id, "Laboratory", "To be looked at", actor=story.officer)
    (tmp_path / "bundle.zip").write_bytes(export(story, vault))
    (tmp_path / "trust.json").write_bytes(codec.dump(story.trust()))
    report = read.read_bag((tmp_path / "bundle.zip").read_bytes()).payload[REPORT]
    with story.console():
        people = agencies.names_of(people_in(report))
    copy = copy_of(report, Names("Sam Invented, 86/0001", people, "An invented force", now()))
    with costs(BARRISTER, Reading(), measured) as task:
        task.files += 1
        before, found, _ = "".join(texts(copy["nodes"])).partition(ANSWER)
        assert found
        task.reads(before + found)
        task.sheets += half_a_sheet(copy)
        command = [sys.executable, "-m", "offmon", "verify", "bundle.zip", "--trust", "trust.json"]
        said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        task.commands += 1
        task.reads(said.stdout)
        assert said.returncode == 0, said.stdout


def half_a_sheet(copy: dict[str, Any]) -> int:
    """The first sheet, on whose upper half the summary ends: where the next heading begins."""
    set_it = typst.Compiler(TEMPLATE, root=TEMPLATE.parent, sys_inputs={"doc": json.dumps(copy)})
    (summary, _), (sheet, down) = json.loads(set_it.eval(FIRST_HEADINGS))[:2]
    assert (summary, sheet) == (1, 1)
    assert down < 297 / 2
    return int(sheet)
