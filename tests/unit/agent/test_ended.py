"""The end certificate on the device: checked without a network, kept, and enough to remove the agent (R-RGT-20)."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from offmon.agent import __main__ as command
from offmon.agent import ended, keys
from offmon.agent.home import AgentHome
from offmon.agent.transport import Client
from offmon.core.formats import codec
from offmon.core.formats.protocol import Enrolled
from offmon.core.ids import Id
from offmon.core.ids import Origin as LogOrigin
from tests.support.end_certificates import certificate_of, dumped
from tests.support.end_certificates import ended as ended_world
from tests.support.forge import Forge
from tests.support.refused import code_of

WORLD = ended_world()
FILE = dumped(certificate_of(WORLD))
OLDER = dumped(replace(certificate_of(WORLD), checkpoint=WORLD.log.notes[0][1].data.decode()))
CHANGED = dumped(replace(certificate_of(WORLD), facts=replace(certificate_of(WORLD).facts, reference="x")))


def enrolment(world: Forge = WORLD) -> Enrolled:
    """What that world's device was given when it was enrolled."""
    root, origin = world.keys["root"].public.vkey, LogOrigin(world.log.origin)
    return Enrolled(world.agency, world.deployment, world.device, root, tuple(world.statements()), origin)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AgentHome:
    """A device of that world. Nothing of it reaches a network."""

    def cut(*_: Any, **__: Any) -> Any:
        raise AssertionError("the network is cut")

    monkeypatch.setattr(Client, "send", cut)
    monkeypatch.setattr("offmon.agent.home.check_account", lambda uid: None)
    made = AgentHome(tmp_path / "home")
    keys.load_or_draw(made)
    made.write("enrolled", codec.dump(enrolment()))
    (tmp_path / "certificate.json").write_bytes(FILE)
    return made


def called(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str]:
    status = command.main([str(one) for one in arguments])
    said = capsys.readouterr()
    return status, said.out + said.err


def test_with_it_the_agent_is_removed_while_the_agency_is_gone(home: AgentHome, tmp_path: Path, capsys: Any) -> None:
    certificate = tmp_path / "certificate.json"
    assert called(capsys, "remove", "--home", home.path)[0] == 1  # says what to give
    assert home.path.exists()
    status, said = called(capsys, "remove", "--home", home.path, "--certificate", certificate)
    assert (status, home.path.exists()) == (0, False)
    assert "ended on 9 June 2026" in said
    assert "removed from this account" in said


def test_the_device_shows_that_monitoring_ended_once_it_has_one(home: AgentHome, tmp_path: Path, capsys: Any) -> None:
    assert "ended on" not in called(capsys, "status", "--home", home.path)[1]
    assert called(capsys, "ended", "--home", home.path, tmp_path / "certificate.json")[0] == 0
    assert "You can now take this software off" in called(capsys, "status", "--home", home.path)[1]
    assert home.path.exists()  # nothing is removed by itself
    home.write("ended", FILE[:-9])
    assert "ended on" not in called(capsys, "status", "--home", home.path)[1]


@pytest.mark.parametrize(
    ("code", "data", "own"),
    [
        ("other-monitoring", FILE, replace(enrolment(), device=Id("9" * 32))),
        ("other-monitoring", FILE, replace(enrolment(), deployment=Id("9" * 32))),
        ("wrong-log", FILE, replace(enrolment(), log_origin=LogOrigin("elsewhere.invalid/log"))),
        ("not-in-log", OLDER, enrolment()),
        ("facts-changed", CHANGED, enrolment()),
        ("not-json", FILE[:-9], enrolment()),
    ],
    ids=["another device", "other monitoring", "another log", "an older checkpoint", "other facts", "cut"],
)
def test_a_certificate_that_does_not_count_is_refused(code: str, data: bytes, own: Enrolled) -> None:
    assert code_of(ended.check, data, own) == code


def test_nor_does_one_that_another_agency_made() -> None:
    """Its root is not the one that the device pinned when it was enrolled."""
    stranger = ended_world(keys="a stranger's")
    forged = dumped(certificate_of(stranger))
    assert code_of(ended.check, forged, enrolment()) not in {None, "other-monitoring"}
    assert ended.check(FILE, enrolment()).deployment == WORLD.deployment
