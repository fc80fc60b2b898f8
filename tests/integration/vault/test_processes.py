"""Signer and vault as processes: started with their own environment, asked over their sockets, ended by a signal."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from offmon.core.formats.trust import KeyRole
from offmon.server.base.policies import Process
from offmon.server.base.signer import SignerClient
from offmon.server.base.vault import VaultClient
from tests.database import Database
from tests.integration.vault.test_reveal import ask, title_of
from tests.support.destroyed import approved, close
from tests.support.patience import PATIENCE_S
from tests.support.story import INGEST, Story

MODULE = "offmon.server.processes."


def environment(story: Story, process: Process) -> dict[str, str]:
    """What one process is told; nothing of the caller's environment but the path to its code."""
    url = story.folder / process
    url.touch(0o600)
    url.write_text(story.database.url(process))
    return {"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(sys.path), "OFFMON_DATABASE_URL_FILE": str(url)}


@contextmanager
def running(module: str, settings: Mapping[str, str], sockets: Path) -> Iterator[None]:
    """The process, from the moment at which it listens; it must end by itself when told to."""
    process = subprocess.Popen([sys.executable, "-m", MODULE + module], env=dict(settings), stderr=subprocess.PIPE)
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not (sockets / module).exists():
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < deadline, "it does not listen"
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0, said


@pytest.fixture
def sockets(story: Story) -> Path:
    folder = story.folder / "run"
    folder.mkdir(mode=0o710)
    return folder


def test_the_vault_opens_what_it_is_asked_for(story: Story, sockets: Path) -> None:
    settings = environment(story, Process.VAULT) | {
        "OFFMON_VAULT_SOCKET": str(sockets / "vault"),
        "OFFMON_VAULT_CALLERS": str(os.geteuid()),
        "OFFMON_VAULT_REMINDERS": "65533",
        "OFFMON_OPENING_KEYS": str(story.opening_keys),
        "OFFMON_TRUST": str(story.trust_path()),
        "OFFMON_CODE_IS_ENOUGH_FOR": "86",
    }
    with running("vault", settings, sockets):
        assert title_of(VaultClient(sockets / "vault").reveal(ask(story))) == "An invented page"
        assert title_of(VaultClient(sockets / "vault").reveal(ask(story))) == "An invented page"
        asked = approved(close(story))
        VaultClient(sockets / "vault").destroy(asked)
    assert not (story.opening_keys / f"{story.deployment}.key").exists()


def test_the_signer_signs_what_waits(story: Story, sockets: Path) -> None:
    folders = {role: story.folder / role.value for role in (KeyRole.PROFILE, KeyRole.LIST)}
    for role, folder in folders.items():
        folder.mkdir()
        (folder / story.agency).touch(0o600)
        (folder / story.agency).write_bytes(story.keys[role].private.private_bytes_raw())
    settings = environment(story, Process.SIGNER) | {
        "OFFMON_SIGNER_SOCKET": str(sockets / "signer"),
        "OFFMON_SIGNER_CALLERS": str(os.geteuid()),
        "OFFMON_PROFILE_KEYS": str(folders[KeyRole.PROFILE]),
        "OFFMON_LIST_KEYS": str(folders[KeyRole.LIST]),
        "OFFMON_CONTACTS_KEY_FILE": str(story.folder / "contacts-key"),
        "OFFMON_INGEST_URL": INGEST,
        "OFFMON_TRUST": str(story.trust_path()),
    }
    with running("signer", settings, sockets):
        SignerClient(sockets / "signer").sign_profile(story.ask_profile())
    story.take_profile()
    assert [profile.version for profile in story.profiles] == [1, 2]


def test_without_roots_of_its_own_the_vault_does_not_start(story: Story, sockets: Path) -> None:
    settings = environment(story, Process.VAULT) | {
        "OFFMON_VAULT_SOCKET": str(sockets / "vault"),
        "OFFMON_VAULT_CALLERS": str(os.geteuid()),
        "OFFMON_VAULT_REMINDERS": "65533",
        "OFFMON_OPENING_KEYS": str(story.opening_keys),
    }
    for given, said in (({}, "OFFMON_TRUST is not set"), ({"OFFMON_TRUST": "/nowhere"}, "nothing is trusted")):
        command = [sys.executable, "-m", MODULE + "vault"]
        done = subprocess.run(command, env=settings | given, capture_output=True, text=True, check=False)
        assert (done.returncode, "Traceback" in done.stderr) == (1, False)
        assert said in done.stderr


@pytest.mark.parametrize("module", ["signer", "vault"])
def test_a_process_that_is_told_too_little_says_what_is_missing(module: str, database: Database) -> None:
    env, command = (
        {"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(sys.path)},
        [sys.executable, "-m", MODULE + module],
    )
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "OFFMON_DATABASE_URL is not set" in done.stderr
    assert "Traceback" not in done.stderr
