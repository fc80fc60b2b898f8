"""The demo ends by the verifier's verdict on the exported bundle against the trust file alone (issue 2)."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from offmon.core.alerts.exhibit import CustodyRecord, ExhibitRecord
from offmon.core.bundle.write import pack
from offmon.core.ids import Id
from trial import demo
from trial.places import ProgramCode, TrialHome
from trial.thread import Thread

BEFORE = (
    *("authority", "enrolment", "profile", "shown_to_work", "pages", "alert", "opened", "reveal", "decision", "sealed"),
    *("nothing_of_the_barred", "apart", "forgery", "asked", "approved"),
)
KEPT = pack({f"data/records/{kind}/1.json": b"{}" for kind in sorted((ExhibitRecord.KIND, CustodyRecord.KIND))})
BROKEN = KEPT[: len(KEPT) // 2]


def nothing(_: Thread) -> str:
    return "not played here"


@pytest.fixture
def demo_of(home: TrialHome, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The demo without a system and a person: of its steps only the stranger's is the product's own. Put `bundle` and `python` into it."""
    told = SimpleNamespace(bundle=KEPT, python=Path(sys.executable))

    @contextmanager
    def raised(home: TrialHome, code: ProgramCode, *_: object, **__: object) -> Iterator[object]:
        done = {"case opened": Id("0" * 32), "licence recorded": Id("1" * 32)}
        (home.of("console") / "seed.json").write_text(json.dumps(done))
        (home.path / "bundles").mkdir()
        (home.path / "bundles" / "demo.zip").write_bytes(told.bundle)
        yield SimpleNamespace(stack=SimpleNamespace(home=home, code=code))

    def person(*_: object) -> object:
        return SimpleNamespace(start_display=lambda: None, stop=lambda: None)

    monkeypatch.setattr(demo, "raised", raised)
    monkeypatch.setattr(demo, "TrialPerson", person)
    monkeypatch.setattr(demo, "Thread", type("Played", (Thread,), dict.fromkeys((*BEFORE, "licence_ends"), nothing)))
    monkeypatch.setattr(demo, "reachable_code", lambda _home: ProgramCode(told.python))
    return told


def a_verifier(folder: Path, home: TrialHome, ends: int) -> Path:
    """What ends so where it is asked about the exported bundle by the trust file; else as nothing else does."""
    verifier = folder / "verifier"
    asked = f"verify {home.path / 'bundles' / 'demo.zip'} --trust {home.trust} "
    verifier.write_text(f'#!/bin/sh\ncase "$*" in *"{asked}"*) echo "not independent"; exit {ends};; esac\nexit 9\n')
    verifier.chmod(0o755)
    return verifier


@pytest.mark.parametrize(("ends", "verified"), [(0, True), (1, False), (2, False)])
def test_it_ends_with_0_only_where_the_verifier_does(
    demo_of: SimpleNamespace,
    home: TrialHome,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    ends: int,
    *,
    verified: bool,
) -> None:
    demo_of.python = a_verifier(tmp_path, home, ends)
    status = demo.play(home.path, as_json=True)
    shown = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (status == 0, shown["verified"], shown["trust"]) == (verified, verified, str(home.trust))


def test_a_broken_bundle_ends_it_with_1_and_stands_as_not_verified(
    demo_of: SimpleNamespace, home: TrialHome, capsys: pytest.CaptureFixture[str]
) -> None:
    demo_of.bundle = BROKEN
    assert demo.play(home.path, as_json=True) == 1
    told = capsys.readouterr()
    assert '"verified": false' in told.out.splitlines()[-1]
    assert "NOT verified" in told.out
    assert f"breaks off after step {len(BEFORE)}" in told.err, "at the stranger's step, and at none before"
