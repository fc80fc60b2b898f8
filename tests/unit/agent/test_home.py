"""The agent's folder can be removed whole, and nothing else goes with it (R-SEC-21)."""

from pathlib import Path

import pytest

from offmon.agent.home import AgentHome
from offmon.core.errors import Refused
from tests.prove.markers import proves

SECRET = b"a marker that must not stay"
FILES = ("lock", "keys", "enrolled", "profile", "marks", ".profile.0123456789abcdef", "outbox.sqlite", "outbox.sqlite-wal",
         "outbox.sqlite-shm", "outbox.sqlite.damaged", "outbox.sqlite.damaged-wal")  # fmt: skip


@pytest.fixture
def home(home: AgentHome) -> AgentHome:
    for name in FILES:
        (home.path / name).write_bytes(SECRET)
    return home


@proves("S38", AgentHome.erase, disabled=lambda self: None)
def test_every_file_goes_and_the_folder_too(home: AgentHome) -> None:
    linked = home.path.parent / "outlives"  # another name of the same bytes: it shows what became of them
    linked.hardlink_to(home.path / "keys")
    home.erase()
    assert not home.path.exists()
    assert linked.read_bytes() == bytes(len(SECRET))


@pytest.mark.parametrize("name", ["letter.txt", "outbox.sqlite.bak", "profile.old", "keys2", ".bashrc"])
def test_beside_somebody_elses_file_nothing_goes(home: AgentHome, name: str) -> None:
    (home.path / name).write_text("not the agent's")
    with pytest.raises(Refused, match=r"\[home-shared\]"):
        home.erase()

    assert {path.name for path in home.path.iterdir()} == {*FILES, name}
    assert (home.path / "keys").read_bytes() == SECRET


def test_nor_beside_a_folder_and_a_link_is_never_followed(home: AgentHome, tmp_path: Path) -> None:
    (home.path / "profile").unlink()
    outside = tmp_path / "outside"
    outside.write_bytes(SECRET)
    (home.path / "profile").symlink_to(outside)
    home.erase()
    assert outside.read_bytes() == SECRET
    again = AgentHome(tmp_path / "home")
    (again.path / "keys").mkdir()
    with pytest.raises(Refused):
        again.erase()
