"""bin/bootstrap installs what is missing if it may; else it exits 3 and prints the one command that would (issue 2)."""

import subprocess
from pathlib import Path

import pytest

from tests.unit.tree.tree import ROOT

NEEDED = sorted(
    line.split()[0]
    for line in (ROOT / "deploy" / "packages.txt").read_text().splitlines()
    if line[:1].isalpha() and line.split()[1] == "run"
)

NO_FURTHER = 7  # how the invented apt-get ends what it was asked to install, and with it the script


def bootstrapped(folder: Path, missing: list[str], uid: int) -> subprocess.CompletedProcess[str]:
    """What becomes of it where these are missing, by whoever is `uid`; what apt-get is asked stands in `asked`. Nothing is installed."""
    here = "".join(f"installed {name}\n" for name in NEEDED if name not in missing)
    (folder / "here").write_text(here)
    programs = {
        "dpkg-query": f"cat {folder}/here",
        "id": f"echo {uid}",
        "apt-get": f'echo "$@" >>{folder}/asked; [ "$1" = update ] || exit {NO_FURTHER}',
    }
    for name, does in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{does}\n")
        (folder / name).chmod(0o755)
    return subprocess.run(
        [str(ROOT / "bin" / "bootstrap")],
        env={"PATH": f"{folder}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("missing", [["xvfb"], ["chromium", "python3-tk"], NEEDED])
def test_the_command_that_would_install_what_is_missing_is_its_last_line(tmp_path: Path, missing: list[str]) -> None:
    ended = bootstrapped(tmp_path, missing, uid=1000)
    assert ended.returncode == 3, ended.stdout + ended.stderr
    said = [line for line in ended.stdout.splitlines() if "apt-get" in line]
    assert said == [f"apt-get update && apt-get install -y --no-install-recommends {' '.join(missing)}"]
    assert ended.stdout.splitlines()[-1:] == said
    assert not (tmp_path / "asked").exists(), "it installs nothing for somebody who may not"


def test_whoever_may_has_just_what_is_missing_installed(tmp_path: Path) -> None:
    ended = bootstrapped(tmp_path, ["chromium", "xvfb"], uid=0)
    assert (ended.returncode, (tmp_path / "asked").read_text().splitlines()) == (
        NO_FURTHER,
        ["update -qq", "install -qq -y --no-install-recommends chromium xvfb"],
    )
