"""bin/bootstrap as somebody who may not install packages meets it: it ends with 3 and says the one command that would (issue 2)."""

import subprocess
from pathlib import Path

import pytest

from tests.unit.tree.tree import ROOT

NEEDED = sorted(
    line.split()[0]
    for line in (ROOT / "deploy" / "packages.txt").read_text().splitlines()
    if line[:1].isalpha() and line.split()[1] == "run"
)


@pytest.mark.parametrize("missing", [["xvfb"], ["chromium", "python3-tk"], NEEDED])
def test_the_one_command_that_would_install_what_is_missing_is_its_last_line(
    tmp_path: Path, missing: list[str]
) -> None:
    here = "".join(f"installed {name}\n" for name in NEEDED if name not in missing)
    (tmp_path / "here").write_text(here)
    programs = {
        "dpkg-query": f"cat {tmp_path}/here",
        "id": "echo 1000",  # whoever runs this test
        "apt-get": f"touch {tmp_path}/installed",
    }
    for name, does in programs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    ended = subprocess.run(
        [str(ROOT / "bin" / "bootstrap")],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 3, ended.stdout + ended.stderr
    said = [line for line in ended.stdout.splitlines() if "apt-get" in line]
    assert said == [f"apt-get update && apt-get install -y --no-install-recommends {' '.join(missing)}"]
    assert ended.stdout.splitlines()[-1:] == said
    assert not (tmp_path / "installed").exists(), "it installs nothing for somebody who may not"
