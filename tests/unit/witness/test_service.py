"""What the witness signs and what it refuses: the table of C2SP tlog-witness."""

import logging
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from offmon.core.ids import Ms
from offmon.core.log.tlog.checkpoint import Checkpoint, check_checkpoint
from offmon.core.log.tlog.cosignature import check_cosigned
from offmon.core.log.tlog.merkle import EMPTY_ROOT, check_consistency
from offmon.core.log.tlog.note import NoteSignature, SignedNote, parse_signatures
from offmon.core.log.tlog.proving import sign_checkpoint
from offmon.core.log.tlog.submission import Submission
from offmon.witness.ledger import Ledger
from offmon.witness.service import HttpAnswer, Witness
from tests.prove.markers import proves
from tests.unit.witness.sample import (
    AT,
    FORK,
    LOG,
    LOG_KEY,
    NEXT_LOG_KEY,
    ORIGIN,
    WITNESS_KEY,
    FakeClock,
    SampleLog,
    make_config,
    make_witness,
    seeded,
)


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    """A witness that has cosigned the log at size 5."""
    witness = make_witness(tmp_path)
    assert add(witness, LOG.submission(0, 5)).status == 200
    return witness


def add(witness: Witness, submission: Submission) -> HttpAnswer:
    return witness.add_checkpoint(submission.data)


def last_size(witness: Witness) -> int:
    answer = witness.checkpoint(sha256(ORIGIN.encode()).hexdigest())
    return Checkpoint.parse(SignedNote.parse(answer.text.encode()).text).size


def forged(old: int, size: int, root: bytes, *proof: bytes) -> Submission:
    return Submission(old, proof, sign_checkpoint(Checkpoint(ORIGIN, size, root), LOG_KEY))


EMPTY = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
ONE = SampleLog("x").root(1)
STRANGER = replace(LOG, key=seeded("stranger.invalid"))
BROKEN = LOG.note(8).signatures[0]

REFUSALS = {
    "the size before is not the one last cosigned": (LOG.submission(4, 8), 409),
    "a first submission again": (LOG.submission(0, 5), 409),
    "a submission that was already accepted, replayed": (LOG.submission(0, 8), 409),
    "a smaller tree": (LOG.submission(3, 4), 409),
    "a smaller tree, said to follow the larger": (LOG.submission(5, 4), 400),
    "another root at the same size": (FORK.submission(5, 5), 422),
    "another tree that grew by itself": (FORK.submission(5, 8), 422),
    "no proof": (replace(LOG.submission(5, 8), proof=()), 422),
    "a proof that is too short": (replace(LOG.submission(5, 8), proof=LOG.submission(5, 8).proof[1:]), 422),
    "a proof that is too long": (replace(LOG.submission(5, 8), proof=(*LOG.submission(5, 8).proof, ONE)), 422),
    "a proof where none is due": (replace(LOG.submission(5, 5), proof=(ONE,)), 422),
    "a proof of another growth": (replace(LOG.submission(5, 8), proof=LOG.submission(5, 9).proof), 422),
    "a log that is not witnessed here": (replace(LOG, origin="log.invalid/87").submission(5, 8), 404),
    "no signature of a trusted key": (STRANGER.submission(5, 8), 403),
    "a signature of a trusted key that does not hold": (
        replace(LOG.submission(5, 8), note=SignedNote(LOG.note(8).text, LOG.note(9).signatures)),
        403,
    ),
    "one good signature and one that does not hold": (
        replace(LOG.submission(5, 8), note=LOG.note(8).adding([NoteSignature(BROKEN.name, BROKEN.key_id, bytes(64))])),
        403,
    ),
    "no tree at all, under a wrong root": (forged(0, 0, ONE), 409),
}


@pytest.mark.parametrize(("submission", "status"), REFUSALS.values(), ids=REFUSALS.keys())
@proves("S21", check_consistency, disabled=lambda old, old_root, size, root, proof: None)
def test_each_refusal_has_its_status_and_leaves_no_signature(
    witness: Witness, submission: Submission, status: int
) -> None:
    answer = add(witness, submission)
    assert answer.status == status
    assert "—" not in answer.text
    assert last_size(witness) == 5


FIRST_REFUSALS = {
    "a proof where there was nothing": (replace(LOG.submission(0, 5), proof=(ONE,)), 422),
    "no tree, under a wrong root": (forged(0, 0, ONE), 422),
    "no tree, with a proof": (forged(0, 0, EMPTY_ROOT, ONE), 422),
    "a size that was never cosigned": (LOG.submission(3, 5), 409),
}


@pytest.mark.parametrize(("submission", "status"), FIRST_REFUSALS.values(), ids=FIRST_REFUSALS.keys())
def test_a_log_that_was_never_cosigned_begins_at_nothing(tmp_path: Path, submission: Submission, status: int) -> None:
    witness = make_witness(tmp_path)
    assert add(witness, submission).status == status
    assert witness.checkpoint(sha256(ORIGIN.encode()).hexdigest()).status == 404


def test_an_empty_log_can_be_cosigned_and_then_grow(tmp_path: Path) -> None:
    witness = make_witness(tmp_path)
    for _ in range(2):
        assert add(witness, Submission(0, (), sign_checkpoint(EMPTY, LOG_KEY))).status == 200
    assert add(witness, LOG.submission(0, 3)).status == 200


def test_the_answer_is_a_cosignature_that_holds(witness: Witness) -> None:
    submission = LOG.submission(5, 8)
    answer = add(witness, submission)
    (found,) = check_cosigned(submission.note.adding(parse_signatures(answer.text)), [WITNESS_KEY.public])
    assert (answer.status, found.at) == (200, AT)


def test_the_wrong_old_size_is_answered_with_the_right_one(witness: Witness) -> None:
    answer = add(witness, LOG.submission(0, 8))
    assert (answer.status, answer.text, answer.kind) == (409, "5\n", "text/x.tlog.size")


def test_the_same_checkpoint_may_be_cosigned_again_at_a_later_time(tmp_path: Path) -> None:
    clock = FakeClock()
    witness = make_witness(tmp_path, clock)
    add(witness, LOG.submission(0, 5))
    clock.at = Ms(AT + 60_500)
    answer = add(witness, LOG.submission(5, 5))
    (found,) = check_cosigned(LOG.note(5).adding(parse_signatures(answer.text)), [WITNESS_KEY.public])
    assert found.at == AT + 60_000


def test_a_clock_that_went_back_signs_nothing(tmp_path: Path) -> None:
    clock = FakeClock()
    witness = make_witness(tmp_path, clock)
    add(witness, LOG.submission(0, 5))
    clock.at = Ms(AT - 1)
    assert add(witness, LOG.submission(5, 8)).status == 503
    assert last_size(witness) == 5
    clock.at = Ms(AT + 999)
    assert add(witness, LOG.submission(5, 8)).status == 200


def test_either_key_of_a_log_will_do_while_they_change(witness: Witness) -> None:
    assert add(witness, replace(LOG, key=NEXT_LOG_KEY).submission(5, 6)).status == 200
    both = LOG.note(7).adding(replace(LOG, key=NEXT_LOG_KEY).note(7).signatures)
    assert add(witness, replace(LOG.submission(6, 7), note=both)).status == 200


def test_what_was_cosigned_can_be_read_by_a_monitor(witness: Witness) -> None:
    """With the signatures that the witness checked and its own, and without those of strangers."""
    note = LOG.note(8).adding(STRANGER.note(8).signatures)
    add(witness, replace(LOG.submission(5, 8), note=note))
    kept = SignedNote.parse(witness.checkpoint(sha256(ORIGIN.encode()).hexdigest()).text.encode())
    assert check_checkpoint(kept, ORIGIN, [LOG_KEY.public])[0].size == 8
    assert check_cosigned(kept, [WITNESS_KEY.public])
    assert [signature.name for signature in kept.signatures] == [ORIGIN, WITNESS_KEY.name]
    assert witness.checkpoint("0" * 64).status == 404


def test_a_witness_started_again_goes_on_where_it_was(tmp_path: Path, witness: Witness) -> None:
    again = make_witness(tmp_path)
    assert add(again, FORK.submission(0, 9)).status == 409
    assert add(again, LOG.submission(5, 9)).status == 200


def test_a_signed_fork_is_kept_as_evidence(witness: Witness, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        add(witness, FORK.submission(5, 5))
    assert FORK.note(5).data.decode() in caplog.text


def test_what_strangers_send_is_not_logged(witness: Witness, caplog: pytest.LogCaptureFixture) -> None:
    for submission in (STRANGER.submission(5, 8), LOG.submission(0, 8)):
        add(witness, submission)
    witness.add_checkpoint(b"junk")
    assert caplog.text == ""


def test_no_signature_leaves_when_the_state_cannot_be_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    witness = make_witness(tmp_path)
    add(witness, LOG.submission(0, 5))

    def full(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("offmon.witness.ledger.LedgerUpdate.record", full)
        with pytest.raises(OSError, match="disk full"):
            add(witness, LOG.submission(5, 8))
    assert last_size(witness) == 5


def test_it_tells_who_it_is(tmp_path: Path) -> None:
    text = make_witness(tmp_path).about().text
    assert text.splitlines() == [
        "Witness: witness.invalid/one",
        f"Key: {WITNESS_KEY.public.vkey}",
        "Operator: Example Board",
        "Independent of the agency and its supplier: yes",
        f"Log: {ORIGIN}",
    ]


def test_it_tells_when_it_is_not_independent(tmp_path: Path) -> None:
    config = replace(make_config(tmp_path), independent=False)
    about = Witness(config, WITNESS_KEY, Ledger(config.state_file), FakeClock()).about()
    assert "supplier: no: run by the agency or its supplier\n" in about.text
