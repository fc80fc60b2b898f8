"""The witness's memory: one writer at a time, and all or nothing."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from offmon.core.errors import Refused
from offmon.witness.ledger import LastCosigned, Ledger
from tests.unit.witness.sample import AT, LOG, ORIGIN

FIVE = LastCosigned(5, LOG.root(5), AT, b"note")


def test_nothing_seen_is_the_empty_tree(tmp_path: Path) -> None:
    assert Ledger(tmp_path / "state").last(ORIGIN) == LastCosigned()


def test_what_was_recorded_is_there_for_the_next_process(tmp_path: Path) -> None:
    with Ledger(tmp_path / "state").updating(ORIGIN) as update:
        assert update.last == LastCosigned()
        update.record(FIVE)
        assert update.last == FIVE
    again = Ledger(tmp_path / "state")
    assert again.last(ORIGIN) == FIVE
    assert again.last("log.invalid/87") == LastCosigned()


def test_the_write_lock_is_held_from_before_the_last_size_is_read(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "state")
    with closing(sqlite3.connect(ledger.path, timeout=0, autocommit=True)) as other:
        with ledger.updating(ORIGIN), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN IMMEDIATE")


def test_an_update_that_fails_leaves_all_as_it_was(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "state")

    def fail_after_writing() -> None:
        with ledger.updating(ORIGIN) as update:
            update.record(FIVE)
            raise KeyError

    with pytest.raises(KeyError):
        fail_after_writing()
    assert ledger.last(ORIGIN) == LastCosigned()


def test_a_commit_waits_for_the_disk(tmp_path: Path) -> None:
    """Write-ahead log and synchronous=FULL (2): what SQLite needs so that a commit survives a loss of power."""
    ledger = Ledger(tmp_path / "state")
    with ledger._open() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    assert stat.S_IMODE(Ledger(tmp_path / "state").path.stat().st_mode) == 0o600


def test_a_place_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no-state-file"):
        Ledger(tmp_path / "nowhere" / "state")
