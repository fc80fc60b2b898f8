"""The verifier's output: text and JSON, exit status, counts, and its words without the reader's own keys (design §6)."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from offmon.__main__ import main as offmon
from offmon.core.bundle import write
from offmon.core.bundle.layout import UNTOLD
from offmon.core.formats.trust_file import TrustFile
from offmon.verify.app import judge, main
from offmon.verify.text import as_json, as_text
from offmon.verify.verdict import OF_A_BUNDLE, CheckState, Name
from tests.support.forge import Forge, save_trust
from tests.support.tamper import holds, honest

FIVE = [name.value for name in OF_A_BUNDLE]


def saved(folder: Path, trust: TrustFile | None = None) -> tuple[str, str]:
    """The honest bundle and a trust file, on disk."""
    (folder / "bundle.zip").write_bytes(honest().bundle())
    (folder / "trust.json").write_bytes(save_trust(trust or honest().trust))
    return str(folder / "bundle.zip"), str(folder / "trust.json")


def test_it_counts_for_itself_and_names_who_runs_the_witness(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle, trust = saved(tmp_path)
    assert main([bundle, "--trust", trust]) == 0
    said = capsys.readouterr().out
    assert said.startswith("VERIFIED\n")
    assert "7 of 10 shown (1 withheld, 1 refused, 1 erased, 2 gaps declared); 3 alerts, 1 rejected, 1 not yet" in said
    assert (
        "decided; 1 whose decision was corrected; 2 followed by an action, 1 of them not yet done, 1 cancelled; "
        in said
    )
    assert "run by An invented observatory: independent." in said
    assert "not who did it" in said
    assert UNTOLD in said.partition("What no bundle shows:")[2]


def test_it_says_when_the_witness_is_not_independent() -> None:
    trust = honest().trust
    mine = replace(trust, witnesses=(replace(trust.witnesses[0], operator="The agency itself", independent=False),))
    assert "run by The agency itself: not independent." in as_text(judge(honest().bundle(), mine))


def test_without_a_trust_file_two_of_five_are_not_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bundle, _ = saved(tmp_path)
    assert main([bundle]) == 1
    said = capsys.readouterr().out
    assert said.count("not checked against keys of your own") == 2
    assert honest().forge.keys["root"].public.fingerprint in said
    verdict = judge(honest().bundle(), None)
    assert [check.state for check in verdict.checks] == [
        CheckState.HELD, CheckState.HELD, CheckState.NOT_CHECKED, CheckState.NOT_CHECKED, CheckState.HELD,
    ]  # fmt: skip


def test_json_says_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bundle, trust = saved(tmp_path, Forge("another agency").trust())
    assert main([bundle, "--trust", trust, "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["result"], said["exit"]) == ("not_verified", 1)
    assert said["checks"]["authentic"]["reasons"][0]["code"] == "unknown-agency"
    assert said["checks"]["authorised"]["reasons"][0]["code"] == "keys-unknown"
    assert said["checks"]["complete"]["state"] == "held"
    assert said["limits"][-1] == UNTOLD
    assert said["keys"] is None  # none of them held


@pytest.mark.parametrize("what", ["bundle", "trust", "nothing"])
def test_what_cannot_be_read_ends_with_2_and_a_sentence(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle, trust = saved(tmp_path)
    (tmp_path / "noise").write_bytes(b"\x00\xff")
    noise = str(tmp_path / ("noise" if what != "nothing" else "not-there"))
    given = [bundle if what == "trust" else noise, "--trust", noise if what == "trust" else trust]
    assert main(given) == 2
    assert capsys.readouterr().out.startswith("NOT READABLE\n  ")
    assert main([*given, "--json"]) == 2
    checks = json.loads(capsys.readouterr().out)["checks"]
    assert {name: check["state"] for name, check in checks.items()} == dict.fromkeys(FIVE, "not_checked")


def test_of_a_bundle_that_was_cut_no_question_is_answered_with_yes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle, trust = saved(tmp_path)
    Path(bundle).write_bytes(honest().bundle()[:5000])
    (tmp_path / "since").write_text("force.invalid/86/log\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")
    assert main([bundle, "--trust", trust, "--since", str(tmp_path / "since"), "--json"]) == 2
    said = json.loads(capsys.readouterr().out)
    assert said["unreadable"]["code"] == "truncated"
    states = {name: one["state"] for name, one in said["checks"].items()}
    assert states == dict.fromkeys([*FIVE, "since"], "not_checked")


def test_what_is_no_file_is_read_no_further_than_a_bundle_may_be_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(write, "MAX_BUNDLE", 1 << 20)
    assert main(["/dev/zero"]) == 2
    assert "zero has more than 1048576 bytes; it is not read" in capsys.readouterr().out


@pytest.mark.parametrize("form", [[], ["--json"]])
@pytest.mark.parametrize("out", ["full", "closed", "nobody"])
def test_an_answer_that_nobody_gets_is_none_and_not_a_no(out: str, form: list[str], tmp_path: Path) -> None:
    """The bundle verifies, so that 0 would be said; 1 would say that it does not."""
    bundle, trust = saved(tmp_path)
    command = [sys.executable, "-m", "offmon", "verify", bundle, "--trust", trust, *form]
    if out == "closed":
        command = ["sh", "-c", 'exec "$@" >&-', "sh", *command]
    reader, pipe = os.pipe()
    os.close(reader)
    with os.fdopen(pipe, "wb") as nobody, Path("/dev/full").open("wb") as full:
        where = nobody if out == "nobody" else full
        done = subprocess.run(command, stdout=where, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(b"The answer could not be given: ")
    assert done.stderr.count(b"\n") == 1


def test_the_one_command_leads_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle, trust = saved(tmp_path)
    monkeypatch.setattr("sys.argv", ["offmon", "verify", bundle, "--trust", trust])
    assert offmon() == 0
    monkeypatch.setattr("sys.argv", ["offmon", "no-such-command"])
    assert offmon() == 2
    assert "usage: offmon" in capsys.readouterr().err


def test_no_reason_names_what_a_person_did() -> None:
    """Errors carry codes, ids and numbers, never content (CONTRIBUTING 5)."""
    forged = honest()
    for path in [path for path in forged.payload if path.startswith("data/items/")]:
        forged.payload[path] = forged.payload[path].replace(b'"n":', b'"n":1')
    said = as_json(judge(forged.bundle(), forged.trust))
    assert "listed.invalid" not in said


def test_a_bundle_of_a_hundred_items_is_judged_whole() -> None:
    forged = Forge(items=100).build()
    verdict = holds(forged)
    assert verdict.counts.shown > 100
    assert verdict.check(Name.AUTHENTIC).reasons == []
