"""The verifier as one file runs where Offmon is not installed, and gives the same verdict (design §6)."""

import json
import os
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import cryptography
import pytest

from offmon.core.bundle import layout, write
from tests.support.forge import save_trust
from tests.support.tamper import honest

ROOT = Path(__file__).parents[3]
VERIFIER = "dist/offmon-verify.pyz"
CASE = ("case.zip", "--trust", "trust.json")

# An isolated interpreter that has `cryptography` and not offmon: no environment, no site-packages (where offmon is installed
# for development), only the folder of links that the test makes.
RUN = """
import importlib.abc, resource, runpy, sys
sys.path.append(sys.argv[1])
absent = set(filter(None, sys.argv[2].split(",")))
if room := int(sys.argv[3]):
    resource.setrlimit(resource.RLIMIT_AS, (room, room))

class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if "MemoryError:" + name in absent:
            raise MemoryError
        if name in absent:
            raise ModuleNotFoundError("No module named '" + name + "'", name=name)

sys.meta_path.insert(0, Absent())
try:
    import offmon
except ImportError:
    pass
else:
    sys.exit("offmon is importable from " + str(offmon.__path__))
sys.argv = sys.argv[4:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def build(target: Path) -> None:
    """As a release does."""
    subprocess.run([sys.executable, ROOT / "bin/build-verifier", target], check=True, capture_output=True)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the single file, a bundle and its trust file, and what `cryptography` needs."""
    folder = tmp_path_factory.mktemp("alone")
    build(folder / VERIFIER)
    (folder / "case.zip").write_bytes(honest().bundle())
    (folder / "trust.json").write_bytes(save_trust(honest().trust))
    packages = Path(cryptography.__file__).parent.parent
    (folder / "lib").mkdir()
    for found in packages.iterdir():
        if found.name.startswith(("cryptography", "cffi", "_cffi", "pycparser")):
            (folder / "lib" / found.name).symlink_to(found)
    return folder


def ran(
    alone: Path, *arguments: str, absent: str = "", room: int = 0, zones: str | None = None, file: str = VERIFIER
) -> subprocess.CompletedProcess[str]:
    """Run it, where the modules `absent` (with commas between) cannot be imported, with so many bytes of `room` for all that it maps
    (0: as many as there are), and with the time zones of the folder `zones` instead of the machine's.
    """
    setting = [str(alone / "lib"), absent, str(room), file]
    # PYTHONTZPATH is of the environment, which an isolated interpreter does not read; without -I, what else it has is kept from it
    isolated = ["-I"] if zones is None else ["-s", "-P"]
    environment = {"PATH": os.defpath} | ({} if zones is None else {"PYTHONTZPATH": zones})
    command = [sys.executable, *isolated, "-S", "-c", RUN, *setting, *arguments]
    return subprocess.run(command, cwd=alone, env=environment, capture_output=True, text=True, check=False)


def cannot_run(done: subprocess.CompletedProcess[str], why: str) -> None:
    """That it says why, and calls no bundle unverified."""
    assert (done.returncode, done.stdout) == (2, "")
    assert f"This verifier cannot run here ({why}" in done.stderr
    assert "Traceback" not in done.stderr


NEWER = "cryptography.hazmat.primitives.hpke"  # what we enclose with, and Debian 13's cryptography 43 has not


@pytest.mark.parametrize(
    "lacks", [{}, {"absent": NEWER}, {"zones": ""}], ids=["offmon", "what encloses", "a database of time zones"]
)
def test_it_verifies_where_it_lacks(alone: Path, lacks: dict[str, Any]) -> None:
    """As with python.org's Python on Windows: it needs Python and `cryptography`, and nothing else (issue 2)."""
    done = ran(alone, *CASE, "--json", **lacks)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["result"] == "verified"


@pytest.mark.parametrize("absent", ["cryptography", "cryptography.hazmat.primitives.asymmetric.ed25519"])
def test_where_it_cannot_run_it_says_what_it_needs_and_calls_no_bundle_unverified(alone: Path, absent: str) -> None:
    done = ran(alone, *CASE, absent=absent)
    cannot_run(done, "No module named 'cryptography")
    assert "cryptography, 43 or later" in done.stderr


def test_with_no_time_zone_of_its_own_either_it_says_so_and_calls_no_bundle_unverified(alone: Path) -> None:
    whole = zipfile.ZipFile(alone / VERIFIER)
    with zipfile.ZipFile(alone / "dist/bare.pyz", "w") as bare:
        for name in whole.namelist():
            if name != "offmon/core/london.tzif":
                bare.writestr(name, whole.read(name))
    done = ran(alone, *CASE, zones="", file="dist/bare.pyz")
    cannot_run(done, "'No time zone found with key Europe/London')")


ROOM = 400 << 20  # less than half of the largest bundle that is read


def test_it_takes_no_more_memory_than_a_small_bundle_needs(alone: Path) -> None:
    done = ran(alone, *CASE, room=ROOM)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("VERIFIED\n")


@pytest.mark.parametrize("size", [ROOM // 2, ROOM * 2], ids=["for its files too", "for it"])
def test_where_there_is_not_the_memory_it_says_so_and_calls_no_bundle_unverified(alone: Path, size: int) -> None:
    begins = write.LOCAL.pack(write.LOCAL_MARK, 20, 0, 0, 0, 0x21, 0, size, size, len(layout.FOLDER) + 1, 0)
    with (alone / "large.zip").open("wb") as file:
        file.write(begins + layout.FOLDER.encode() + b"a")
        file.truncate(size + file.tell())  # the rest is zeros, and takes no room on the disk
    done = ran(alone, "large.zip", "--trust", "trust.json", room=ROOM)
    assert (done.returncode, done.stderr) == (2, "")
    assert "too little memory" in done.stdout
    done = ran(alone, "large.zip", "--trust", "trust.json", "--json", room=ROOM)
    assert (done.returncode, done.stderr) == (2, "")
    assert json.loads(done.stdout)["unreadable"]["code"] == "no-memory"


def test_with_no_memory_even_to_begin_it_calls_no_bundle_unverified(alone: Path) -> None:
    cannot_run(ran(alone, *CASE, absent="MemoryError:offmon.verify.app"), "MemoryError)")


def test_the_line_of_the_readme_works_as_it_stands(alone: Path) -> None:
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    [line] = [line for line in lines if line.startswith("python3 ") and ".pyz" in line]
    assert lines[lines.index(line) - 1].split("#")[0].strip() == "make verifier"  # no clone has the file before that
    interpreter, file, *arguments = shlex.split(line, comments=True)
    assert (interpreter, file) == ("python3", VERIFIER)  # where `make verifier` puts it
    done = ran(alone, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("VERIFIED\n")


def test_it_refuses_there_too(alone: Path) -> None:
    assert ran(alone, "case.zip").returncode == 1
    assert ran(alone, "trust.json", "--trust", "trust.json").returncode == 2


def test_it_holds_core_and_verify_only_and_is_the_same_each_time(alone: Path, tmp_path: Path) -> None:
    names = zipfile.ZipFile(alone / VERIFIER).namelist()
    assert {name.split("/")[1] for name in names if name != "__main__.py"} == {"__init__.py", "core", "verify"}
    build(tmp_path / "again.pyz")
    assert (tmp_path / "again.pyz").read_bytes() == (alone / VERIFIER).read_bytes()
