"""Standalone proofs, and submissions to a witness."""

import json
from dataclasses import replace

import pytest

from offmon.core.errors import Malformed
from offmon.core.formats.keys import PublicKey
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.log.tlog.merkle import check_consistency
from offmon.core.log.tlog.note import MAX_NOTE
from offmon.core.log.tlog.proof import HEADER, MAX_TEXT, Proof
from offmon.core.log.tlog.proving import prove_consistency, subtrees_of
from offmon.core.log.tlog.submission import MAX_SUBMISSION, Submission
from tests.support.proofs import check_proof
from tests.unit.core.log.tlog.samples import ENTRIES, LEAVES, ORIGIN, VECTORS, log_key, witness_key
from tests.unit.core.samples import code_of

KNOWN = json.loads((VECTORS / "notes.json").read_text())
DATA: bytes = KNOWN["proof"].encode()
SUBMISSION: bytes = KNOWN["submission"].encode()
LOG = PublicKey.parse(KNOWN["log_vkey"])
WITNESSES = [PublicKey.parse(known["vkey"]) for known in KNOWN["witnesses"]]

# A submission of a test log, published with another implementation (torchwood, litewitness), of trees with invented leaf hashes.
FOREIGN_ORIGIN = "sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562"
FOREIGN = f"""old 1
KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
+fUDV+k970B4I3uKrqJM4aP1lloPZP8mvr2Z4wRw2LI=
KgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

{FOREIGN_ORIGIN}
5
QrtXrQZCCvpIgsSmOsah7HdICzMLLyDfxToMql9WTjY=

— {FOREIGN_ORIGIN} UgIomw/EOJmWi0i1FQsOj+etB7F8IccFam/jgd6wzRns4QPVmyEZtdvl1U2KEmLOZ/ASRcWJi0tW90dJWAShei7sDww=
""".encode()


def check(proof: Proof, entry: bytes, **changes: object) -> None:
    settings: dict[str, object] = {"origin": ORIGIN, "log_keys": [LOG], "witnesses": WITNESSES} | changes
    check_proof(proof, entry, **settings)  # type: ignore[arg-type]


def test_the_proof_of_the_hand_written_script_verifies() -> None:
    proof = Proof.parse(DATA)
    logged = check_proof(proof, ENTRIES[9], origin=ORIGIN, log_keys=[LOG], witnesses=WITNESSES)
    assert (proof.index, proof.extra, logged.checkpoint.size) == (9, b"not signed", 13)
    assert logged.log_keys == (LOG,)
    times = [known["seconds"] * 1000 for known in KNOWN["witnesses"]]
    assert [(found.witness, found.at) for found in logged.cosigned] == list(zip(WITNESSES, times, strict=True))
    assert proof.data == DATA


def test_a_proof_holds_for_its_entry_place_log_and_keys_only() -> None:
    proof = Proof.parse(DATA)
    assert code_of(check, proof, ENTRIES[8]) == "not-included"
    assert code_of(check, replace(proof, index=10), ENTRIES[9]) == "not-included"
    assert code_of(check, replace(proof, index=13), ENTRIES[9]) == "outside-tree"
    assert code_of(check, replace(proof, hashes=proof.hashes[:-1]), ENTRIES[9]) == "proof-length"
    assert code_of(check, proof, ENTRIES[9], origin="log.invalid/87") == "wrong-log"
    assert code_of(check, proof, ENTRIES[9], log_keys=[log_key("log.invalid/other").public]) == "not-signed"


def test_a_bad_cosignature_of_a_known_witness_refuses_the_proof() -> None:
    last = KNOWN["checkpoint"].rstrip("\n").rsplit(" ", 1)[1]
    forged = last[:40] + ("A" if last[40] != "A" else "B") + last[41:]
    assert code_of(check, Proof.parse(DATA.replace(last.encode(), forged.encode())), ENTRIES[9]) == "bad-signature"


def test_the_extra_line_is_left_out_where_there_is_none() -> None:
    proof = replace(Proof.parse(DATA), extra=None)
    assert b"extra" not in proof.data
    assert Proof.parse(proof.data) == proof


@pytest.mark.parametrize(
    "change",
    [
        (HEADER, "c2sp.org/tlog-proof@v2"),
        (HEADER + "\n", ""),
        (DATA.decode().partition("\n\n")[0], HEADER),
        ("index 9\n", ""),
        ("index 9", "9"),
        ("index 9", "index 09"),
        ("index 9", "index -9"),
        ("index 9", "index  9"),
        ("index 9", "Index 9"),
        ("index 9", "index 9\r"),
        ("extra bm90IHNpZ25lZA==", "extra "),
        ("extra bm90IHNpZ25lZA==", "extra bm90IHNpZ25lZA"),
        ("extra bm90IHNpZ25lZA==", "extra bm90IHNpZ25lZA==\nextra bm90IHNpZ25lZA=="),
        ("index 9\n", "index 9\n" + ("A" * 43 + "=\n") * 60),
        ("index 9\n", "index 9\nAAAA\n"),
        ("\n\n", "\n"),
    ],
)
def test_what_is_not_a_proof_is_refused(change: tuple[str, str]) -> None:
    assert change[0] in DATA.decode()
    with pytest.raises(Malformed):
        Proof.parse(DATA.decode().replace(*change).encode())


def test_bytes_that_are_not_ascii_are_refused() -> None:
    for read, data in ((Proof.parse, DATA), (Submission.parse, SUBMISSION)):
        with pytest.raises(Malformed, match="bad-"):
            read(b"\xff" + data)


def test_a_proof_has_a_limit() -> None:
    assert code_of(Proof.parse, b"x" * (MAX_TEXT + 1)) == "too-large"


def test_the_submission_of_the_hand_written_script_is_read() -> None:
    submission = Submission.parse(SUBMISSION)
    checkpoint = Checkpoint.parse(submission.note.text)
    assert submission.data == SUBMISSION
    assert submission.proof == prove_consistency(6, 13, subtrees_of(LEAVES))
    check_consistency(6, bytes.fromhex(KNOWN["old_root"]), checkpoint.size, checkpoint.root, submission.proof)


def test_a_submission_of_another_implementation_is_read_and_consistent() -> None:
    submission = Submission.parse(FOREIGN)
    checkpoint = Checkpoint.parse(submission.note.text)
    old_root = bytes([0x2A]) + bytes(31)
    check_consistency(1, old_root, checkpoint.size, checkpoint.root, submission.proof)
    assert submission.data == FOREIGN


@pytest.mark.parametrize(
    "change",
    [
        ("old 6", "old 06"),
        ("old 6", "old"),
        ("old 6", "6"),
        ("old 6", "Old 6"),
        ("old 6\n", ""),
        ("old 6", "old 6 "),
        ("old 6\n", "old 6\n" + ("A" * 43 + "=\n") * 62),
        ("old 6\n", "old 6\nAAAA\n"),
        ("\n\n", "\n"),
    ],
)
def test_what_is_not_a_submission_is_refused(change: tuple[str, str]) -> None:
    with pytest.raises(Malformed):
        Submission.parse(SUBMISSION.decode().replace(*change).encode())


def test_a_submission_has_a_limit_in_which_the_largest_note_fits() -> None:
    assert len("old 4611686018427387904\n") + 63 * 45 + 1 < MAX_SUBMISSION - MAX_NOTE
    assert code_of(Submission.parse, b"x" * (MAX_SUBMISSION + 1)) == "too-large"


def test_the_vectors_are_of_the_keys_of_these_tests() -> None:
    assert witness_key().public in WITNESSES
    assert log_key().public == LOG
