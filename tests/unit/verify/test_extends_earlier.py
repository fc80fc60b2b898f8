"""A person who kept a checkpoint can show a fork, even one that a colluding witness cosigned (formats §10)."""

from dataclasses import replace
from pathlib import Path

import pytest

from offmon.core.bundle import layout
from offmon.core.clock import MINUTE_MS
from offmon.core.ids import Ms
from offmon.core.log import audit
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.log.tlog.cosignature import cosign
from offmon.core.log.tlog.merkle import leaf_hash, root_of
from offmon.core.log.tlog.proving import sign_checkpoint
from offmon.core.log.tlog.submission import Submission
from offmon.verify.app import judge, main
from offmon.verify.text import as_text
from offmon.verify.verdict import CheckState, Name, Verdict
from tests.support.forge import Forge, Forged, save_trust
from tests.support.tamper import STRANGER, fails, holds, honest


def served_in(forged: Forged) -> int:
    """The size of the checkpoint that the notice could print: the one earlier checkpoint in the bundle."""
    [path] = [path for path in forged.tags if path.endswith(".checkpoint")]
    return int(path.removeprefix("since/").removesuffix(".checkpoint"))


def paper(forged: Forged, size: int | None = None) -> Checkpoint:
    """What someone kept of the log of this world."""
    log, wanted = forged.forge.log, served_in(forged) if size is None else size
    return Checkpoint(log.origin, wanted, root_of(map(leaf_hash, log.entries[:wanted])))


def forked() -> Forged:
    """The same keys and the same witness, which is in league: the log once more, with another reason in one of its first entries."""

    def edited(entry: audit.AuditEntry) -> audit.AuditEntry:
        return replace(entry, reason="another reason") if entry.verb is audit.Verb.CASE_OPENED else entry

    return Forge(entry=edited).build()


def since(verdict: Verdict) -> tuple[CheckState, list[str]]:
    check = verdict.check(Name.SINCE)
    return check.state, [reason.code for reason in check.reasons]


def test_a_bundle_carries_the_proof_from_the_checkpoint_of_its_notice() -> None:
    forged = honest()
    verdict = judge(forged.bundle(), forged.trust, paper(forged))
    assert (verdict.exit, since(verdict)) == (0, (CheckState.HELD, []))
    [earlier] = verdict.earlier
    assert earlier.root == paper(forged).text.split("\n")[2]
    assert f"the log of {served_in(forged)} entries" in as_text(verdict)


def test_a_fork_that_a_witness_in_league_cosigned_is_shown_by_who_kept_a_checkpoint() -> None:
    kept, fork = paper(honest()), forked()
    holds(fork)  # without the paper nothing is wrong with it
    verdict = caught_since(fork, kept)
    assert "was rewritten, or two are kept" in as_text(verdict)


def test_a_fork_is_shown_by_its_own_checkpoint_of_that_size_too() -> None:
    """The proof left out: the run's own proofs lead to a checkpoint of the same size and another root."""
    kept, fork = paper(honest()), forked()
    for path in [path for path in fork.tags if path.startswith("since/")]:
        del fork.tags[path]
    caught_since(fork, kept)


def test_a_fork_cannot_pass_off_the_true_checkpoint_as_where_it_came_from() -> None:
    kept, fork = honest(), forked()
    path = layout.earlier_path(served_in(kept))
    fork.tags[path] = kept.tags[path]
    fails(fork, Name.AUTHENTIC, "log-forked", "does not go on from this checkpoint")


def caught_since(forged: Forged, kept: Checkpoint) -> Verdict:
    verdict = judge(forged.bundle(), forged.trust, kept)
    assert (verdict.exit, since(verdict)) == (1, (CheckState.FAILED, ["log-forked"]))
    return verdict


@pytest.mark.parametrize("by", [-1, 1, 10_000])
def test_where_the_bundle_has_no_proof_of_that_size_it_says_that_it_cannot_be_checked(by: int) -> None:
    forged = honest()
    known = replace(paper(forged), size=served_in(forged) + by)
    words = f"the bundle holds no proof from {known.size} entries on"
    verdict = fails(forged, Name.SINCE, "since-no-proof", words, since=known)
    assert since(verdict) == (CheckState.NOT_CHECKED, ["since-no-proof"])
    assert all(check.state is CheckState.HELD for check in verdict.checks if check.name is not Name.SINCE)
    assert "since       not checked the log goes on" in as_text(verdict)


def test_a_checkpoint_of_another_log_is_not_compared() -> None:
    forged = honest()
    other = replace(paper(forged), origin="force.invalid/other")
    words = "your checkpoint is of another log"
    verdict = fails(forged, Name.SINCE, "since-other-log", words, since=other)
    assert since(verdict) == (CheckState.NOT_CHECKED, ["since-other-log"])


def test_a_checkpoint_taken_out_is_missed_by_whoever_kept_it() -> None:
    """Without `--since` nobody misses it: it is beside the payload, and a bundle need have none (docs/specs/bundle.md)."""
    forged = honest()
    known = paper(forged)
    for path in [path for path in forged.tags if path.startswith("since/")]:
        del forged.tags[path]
    verdict = judge(forged.bundle(), forged.trust)
    assert (verdict.exit, verdict.earlier) == (0, [])
    fails(forged, Name.SINCE, "since-no-proof", "Ask the agency for one", since=known)


def test_the_exports_own_checkpoint_needs_no_proof() -> None:
    forged = honest()
    newest = paper(forged, forged.forge.log.notes[-1][0])
    assert since(judge(forged.bundle(), forged.trust, newest)) == (CheckState.HELD, [])
    other = replace(newest, root=bytes(32))
    assert since(judge(forged.bundle(), forged.trust, other)) == (CheckState.FAILED, ["log-forked"])


def test_without_a_trust_file_it_is_not_checked_and_with_broken_keys_it_cannot_be() -> None:
    forged = honest()
    assert since(judge(forged.bundle(), None, paper(forged))) == (CheckState.NOT_CHECKED, [])
    del forged.payload[layout.keys_path(1)]
    words = "the agency's keys did not hold"
    fails(forged, Name.SINCE, "keys-unknown", words, since=paper(forged))


# --- the tag files, by someone who holds only the file -----------------------------------------------------------------------


def test_an_earlier_checkpoint_without_its_proof() -> None:
    for folder in (layout.since_path, layout.earlier_path):
        forged = honest()
        del forged.tags[folder(served_in(forged))]
        fails(forged, Name.AUTHENTIC, "since-incomplete", "without its proof")


def test_an_earlier_checkpoint_that_nobody_signed_or_cosigned() -> None:
    forged = honest()
    size, world = served_in(forged), forged.forge
    made_up = sign_checkpoint(paper(forged), STRANGER)
    forged.tags[layout.earlier_path(size)] = made_up.data
    fails(forged, Name.AUTHENTIC, "not-signed", "signed by none of the keys")
    unseen = sign_checkpoint(paper(forged), world.log.key)
    forged.tags[layout.earlier_path(size)] = unseen.data
    fails(forged, Name.AUTHENTIC, "not-cosigned", "no cosignature at all")
    again = unseen.adding([cosign(unseen, world.witness, Ms(world.now + MINUTE_MS))])
    forged.tags[layout.earlier_path(size)] = again.data
    holds(forged)  # seen once more, later: it is the same log


def test_a_proof_of_other_checkpoints_or_with_a_hash_changed() -> None:
    forged = honest()
    path = layout.since_path(served_in(forged))
    true = Submission.parse(forged.tags[path])
    for other in (replace(true, old=true.old + 1), replace(true, note=forged.forge.log.notes[0][1])):
        forged.tags[path] = other.data
        fails(forged, Name.AUTHENTIC, "since-other", "of other checkpoints")
    forged.tags[path] = replace(true, proof=(bytes(32), *true.proof[1:])).data
    fails(forged, Name.AUTHENTIC, "log-forked", "does not go on")


def test_other_files_of_the_folder_have_no_place() -> None:
    for name in ("since/1.tlog-proof", "since/01.proof", "since/x.checkpoint"):
        forged = honest()
        forged.tags[name] = b""
        fails(forged, Name.AUTHENTIC, "unknown-file", "has no place in it")


# --- the command ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["three lines", "typed on another machine", "the signed note"])
def test_the_command_takes_a_note_or_its_three_lines(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forged = honest()
    text = paper(forged).text.encode()
    forms = {
        "three lines": text,
        "typed on another machine": text.replace(b"\n", b"\r\n"),
        "the signed note": forged.tags[layout.earlier_path(served_in(forged))],
    }
    for name, data in (("b", forged.bundle()), ("t", save_trust(forged.trust)), ("c", forms[form])):
        (tmp_path / name).write_bytes(data)
    asked = [str(tmp_path / "b"), "--trust", str(tmp_path / "t"), "--since", str(tmp_path / "c")]
    assert main(asked) == 0
    assert "since       yes  the log goes on" in capsys.readouterr().out
    (tmp_path / "c").write_bytes(b"\xff" if form == "three lines" else b"no checkpoint")
    assert main(asked) == 2
    assert "bad-checkpoint" in capsys.readouterr().out
