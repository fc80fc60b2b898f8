"""The README's tour is the one that `make run` prints: five lines (issue 2), and the same words."""

import re

from offmon.server.processes.trial.tour import tour
from tests.unit.tree.tree import ROOT

IN_CAPITALS = {
    "device": ".venv/bin/python -m offmon.server.processes.trial device --server ADDRESS",
    "own_page": "PAGE",
    "name": "NAME",
    "code": "CODE",
    "trust": "FILE",
}


def test_the_readme_says_what_make_run_prints() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    section = re.search(r"^The tour, .*?^(1[.] .*?)^## ", readme, re.DOTALL | re.MULTILINE)
    assert section is not None
    assert section[1].replace("`", "").split() == tour(IN_CAPITALS).split()
    assert re.findall(r"^  (\d+)[.] ", tour(IN_CAPITALS), re.MULTILINE) == ["1", "2", "3", "4", "5"]


def test_a_command_of_the_tour_stands_on_a_line_alone() -> None:
    assert f"     {IN_CAPITALS['device']}" in tour(IN_CAPITALS).splitlines()
