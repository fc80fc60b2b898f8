"""The installed command on a machine that lacks something: it exits as one without an answer."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import offmon


def link(source: Path, target: Path, without: str) -> None:
    """A folder with all that another has, but for one name."""
    target.mkdir()
    for one in source.iterdir():
        if one.name != without:
            (target / one.name).symlink_to(one)


@pytest.mark.parametrize("command", ["verify", "assure"])
def test_without_a_time_zone_of_the_machines_or_its_own_it_says_so_and_judges_nothing(
    command: str, tmp_path: Path
) -> None:
    package = Path(offmon.__file__).parent
    link(package, tmp_path / "offmon", without="core")
    link(package / "core", tmp_path / "offmon/core", without="london.tzif")
    done = subprocess.run(
        [sys.executable, "-m", "offmon", command, "what.zip"],
        cwd=tmp_path,
        env={"PATH": os.defpath, "PYTHONTZPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "tzdata" in done.stderr
    assert "Traceback" not in done.stderr
