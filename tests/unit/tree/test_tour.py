"""The README's tour is the one that `make run` prints: five lines (issue 2), and the same words."""

import re

from tests.unit.tree.tree import ROOT
from trial.tour import tour


def test_the_readme_says_what_make_run_prints() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    section = re.search(r"^The tour, .*?^(1[.] .*?)^## ", readme, re.DOTALL | re.MULTILINE)
    assert section is not None
    assert section[1].replace("`", "").split() == tour("FILE").split()


def test_it_is_five_lines_that_a_wide_terminal_does_not_break() -> None:
    lines = tour("FILE").splitlines()
    assert [line[:5] for line in lines] == [f"  {number}. " for number in range(1, 6)]
    assert [line for line in lines if len(line) > 140] == []
