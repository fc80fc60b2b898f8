"""Where a trial lives: near the checkout, unless other users cannot go there or a socket's path is too long."""

import os
import subprocess
from pathlib import Path

import pytest

from offmon.core.errors import Refused
from tests.database import short_folder
from trial import places
from trial.places import TrialHome, account_of
from trial.supervise import becoming
from trial.uids import is_root


def test_the_home_is_in_the_checkout() -> None:
    assert places.choose_home() in {places.CHECKOUT / ".run", Path("/var/lib") / places.choose_home().name}


@pytest.mark.skipif(not is_root(), reason="an ordinary user's processes reach whatever that user reaches")
def test_a_checkout_that_others_cannot_enter_is_left_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    with short_folder() as folder:
        folder.chmod(0o700)
        monkeypatch.setattr(places, "CHECKOUT", folder)
        home = places.choose_home()
        assert home.parent == Path("/var/lib")
        assert home == places.choose_home()
        assert folder.stat().st_mode & 0o777 == 0o700


def test_a_path_too_long_for_a_socket_moves_the_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "CHECKOUT", Path("/home") / ("x" * places.LONGEST_HOME))
    assert len(os.fsencode(places.choose_home())) <= places.LONGEST_HOME


def test_one_trial_a_home_at_a_time(home: TrialHome) -> None:
    with home.held(), pytest.raises(Refused, match="already-running"), home.held():
        pass
    with home.held():
        pass


@pytest.mark.skipif(not is_root(), reason="an ordinary user's processes are all that user")
@pytest.mark.parametrize(
    ("caller", "enters"), [("console", True), ("worker", True), ("ingest", False), ("vault", False)]
)
def test_only_its_callers_enter_the_folder_of_the_signers_socket(home: TrialHome, caller: str, *, enters: bool) -> None:
    folder = home.socket("signer").parent
    asked = subprocess.run([*becoming(account_of(caller)), "test", "-x", str(folder)], check=False)
    assert (asked.returncode == 0) is enters


@pytest.mark.skipif(not is_root(), reason="an ordinary user's processes are all that user")
def test_no_process_enters_another_s_folder(home: TrialHome) -> None:
    folder = home.of("vault")
    for process in ("ingest", "console", "worker", "signer", "witness"):
        asked = subprocess.run([*becoming(account_of(process)), "test", "-x", str(folder)], check=False)
        assert asked.returncode == 1
