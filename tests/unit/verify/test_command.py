"""The installed command, on a machine that lacks something: it ends as one that has no answer."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("command", ["verify", "assure"])
def test_without_a_database_of_time_zones_it_says_so_and_judges_nothing(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "offmon", command, "what.zip"],
        env={"PATH": os.defpath, "PYTHONTZPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "tzdata" in done.stderr
    assert "Traceback" not in done.stderr
