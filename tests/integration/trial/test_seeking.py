"""A search through a run finds what any process left, wherever it may write: a search that cannot fail proves nothing (issue 2)."""

import base64
import os
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from offmon.core.clock import DAY_MS
from offmon.core.ids import Ms
from offmon.server.base import clock
from trial import seeking
from trial.person import PERSON_UID
from trial.seeking import BLOCK, SoughtRun, beside, found
from trial.uids import is_root, uids_of_a_run

WORD = f"marker{secrets.token_hex(8)}"  # what other tests write beside this one is not it
LATER = Ms(clock.now() + DAY_MS)
OF_THE_RUN = PERSON_UID if is_root() else os.geteuid()


@pytest.fixture
def run(tmp_path: Path) -> SoughtRun:
    return SoughtRun(tmp_path / "run", uids_of_a_run())


@pytest.fixture(params=["/tmp", "/var/tmp", "/dev/shm", "home"])  # noqa: S108  # where a process of the run would leave it
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of the run's own account where anybody may write, and in the home of whoever runs it."""
    outer = Path(request.param)
    if request.param == "home":
        outer = tmp_path / "home"
        outer.mkdir()
        monkeypatch.setenv("HOME", str(outer))
        monkeypatch.setattr(seeking, "ANYBODYS", ())
    folder = outer / f"offmon-{secrets.token_hex(8)}" / "deeper"
    folder.mkdir(parents=True)
    for one in (folder, folder.parent):
        os.chown(one, OF_THE_RUN, -1)
    yield folder
    for path in sorted(folder.parent.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.parent.rmdir()


def left(path: Path, said: str, uid: int = OF_THE_RUN) -> Path:
    path.write_text(said)
    os.chown(path, uid, -1)
    return path


@pytest.mark.parametrize(
    "held",
    [
        WORD.encode(),
        WORD.encode().hex().encode(),
        *(base64.b64encode(b"x" * before + WORD.encode() + b"tail") for before in range(4)),
        b"x" * (BLOCK - 5) + WORD.encode(),  # across two blocks of reading
        b"x" * (2 * BLOCK - 1) + WORD.encode(),
    ],
)
def test_a_word_is_found_however_it_is_spelled(held: bytes, tmp_path: Path) -> None:
    below = tmp_path / "deep" / "er"
    below.mkdir(parents=True)
    (below / "file").write_bytes(b"before " + held)
    (below / "other").write_bytes(b"nothing of the kind")
    there = {(WORD, below / "file")}
    assert found([WORD, "another"], [tmp_path]) == there
    assert beside(there, [tmp_path / "dee"]) == there
    assert beside(there, [tmp_path / "deep"]) == beside(there, [below / "file"]) == set()


def test_a_word_is_found_in_a_name_and_in_where_a_link_leads(tmp_path: Path) -> None:
    (tmp_path / f"of-{WORD}").mkdir()
    (tmp_path / "link").symlink_to(f"/nowhere/{WORD}")
    assert {path.name for _, path in found([WORD], [tmp_path])} == {f"of-{WORD}", "link"}


def test_what_a_process_of_the_run_left_beside_its_folder_is_found(run: SoughtRun, place: Path) -> None:
    file = left(place / "visited", f"https://excluded.example/{WORD}\n")
    os.utime(file, (0, 0))  # as who would hide that it is new
    assert run.found([WORD]) == {(WORD, file)}


def test_what_is_added_to_a_file_that_anybody_may_change_is_found(run: SoughtRun, place: Path) -> None:
    file = left(place / "visited", WORD, uid=os.geteuid())
    file.chmod(0o666)
    assert run.found([WORD]) == {(WORD, file)}


def test_what_is_older_than_the_run_or_anothers_is_not_looked_at(place: Path, tmp_path: Path) -> None:
    left(place / "visited", WORD)
    assert SoughtRun(tmp_path / "run", uids_of_a_run(), LATER).found([WORD]) == set()
    assert SoughtRun(tmp_path / "run", frozenset({OF_THE_RUN + 1})).found([WORD]) == set()


def test_a_proc_that_somebody_mounted_where_anybody_may_write_is_not_looked_at(run: SoughtRun, place: Path) -> None:
    mounted = place / "proc"
    mounted.mkdir()
    if subprocess.run(["mount", "-t", "proc", "proc", mounted], check=False, capture_output=True).returncode:
        pytest.skip("this process may not mount a file system")
    try:
        assert run.found([WORD]) == set()
    finally:
        subprocess.run(["umount", "--lazy", mounted], check=True)


def test_everything_in_the_runs_own_folder_is_looked_at_whoever_wrote_it_and_whenever(run: SoughtRun) -> None:
    run.folder.mkdir()
    (run.folder / "old").write_text(WORD)
    assert SoughtRun(run.folder, frozenset(), LATER).found([WORD]) == {(WORD, run.folder / "old")}
