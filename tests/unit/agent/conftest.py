"""An attempt at a PIN or a code costs time on purpose. Here tests only see that it would. Also a desk, where pages are decided about."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from offmon.agent.home import AgentHome
from tests.unit.agent.desk import Desk, at_work


@pytest.fixture(autouse=True)
def cheap_to_try(monkeypatch: pytest.MonkeyPatch) -> None:
    def scrypt(password: bytes, *, salt: bytes, n: int, r: int, p: int, dklen: int) -> bytes:
        assert (n, r, p) == (1 << 14, 8, 1)  # what the product asks for
        return hashlib.scrypt(password, salt=salt, n=2, r=r, p=p, dklen=dklen)

    monkeypatch.setattr("offmon.agent.pin.scrypt", scrypt)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AgentHome:
    """A folder for the agent's files, of whatever account runs the tests."""
    monkeypatch.setattr("offmon.agent.home.check_account", lambda _uid: None)
    return AgentHome(tmp_path / "home")


@pytest.fixture
def desk(home: AgentHome, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with at_work(home) as one:
        monkeypatch.setattr("offmon.agent.clock.now", lambda: one.at)
        yield one
