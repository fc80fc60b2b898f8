"""Checkpoints: three lines, under a key that is trusted for that log."""

import json

import pytest

from offmon.core.errors import Malformed
from offmon.core.formats.keys import PublicKey
from offmon.core.log.tlog.checkpoint import Checkpoint, check_checkpoint
from offmon.core.log.tlog.lines import encode64
from offmon.core.log.tlog.merkle import EMPTY_ROOT, MAX_SIZE, root_of
from offmon.core.log.tlog.note import SignedNote
from offmon.core.log.tlog.proving import sign_checkpoint
from tests.support.proofs import open_checkpoint
from tests.unit.core.log.tlog.samples import LEAVES, ORIGIN, VECTORS, log_key
from tests.unit.core.samples import code_of

KNOWN = json.loads((VECTORS / "notes.json").read_text())
ROOT = encode64(EMPTY_ROOT)

# A checkpoint of the Go checksum database, as it was published: other people's log, key and code.
GO_KEY = PublicKey.parse("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")
GO_CHECKPOINT = (
    "go.sum database tree\n15081221\nBoMMe1wd25Tco0mYGROkyqxHZWx+hcSCtMV315Lu6Lg=\n\n"
    "— sum.golang.org Az3grilD7vQqTrv66jRgKM84Y80KTprrSt4bKmiOPxgmS5ZVBTeCl6dUvjYnN13R+C8j0jGY1WnUADGMkok3U0m2Zgo=\n"
).encode()


def test_a_published_checkpoint_of_another_log_verifies() -> None:
    checkpoint = open_checkpoint(GO_CHECKPOINT, "go.sum database tree", [GO_KEY])
    assert checkpoint.size == 15_081_221
    assert (
        code_of(open_checkpoint, GO_CHECKPOINT.replace(b"15081221", b"15081222"), "go.sum database tree", [GO_KEY])
        == "bad-signature"
    )


def test_the_checkpoint_of_the_hand_written_script_verifies() -> None:
    key = PublicKey.parse(KNOWN["log_vkey"])
    checkpoint, signers = check_checkpoint(SignedNote.parse(KNOWN["checkpoint"].encode()), ORIGIN, [key])
    assert checkpoint == Checkpoint(ORIGIN, 13, root_of(LEAVES[:13]))
    assert checkpoint.text == KNOWN["text"]
    assert signers == (key,)


def test_ours_is_the_one_that_the_script_made() -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, 13, root_of(LEAVES[:13])), log_key())
    assert KNOWN["checkpoint"].startswith(note.data.decode())


def test_a_checkpoint_of_another_log_is_refused_even_if_the_key_is_trusted() -> None:
    note = sign_checkpoint(Checkpoint("log.invalid/87", 1, LEAVES[0]), log_key())
    assert code_of(open_checkpoint, note.data, ORIGIN, [log_key().public]) == "wrong-log"


@pytest.mark.parametrize(
    "text",
    [
        *("", f"\n1\n{ROOT}\n", f"{ORIGIN}\n1\n", f"{ORIGIN}\n1\n{ROOT}", f"{ORIGIN}\n1\n{ROOT}\nextension"),
        *(f"{ORIGIN}\n1\n{ROOT}\nextension\n", f"{ORIGIN}\n1\n{ROOT}\n\n", f"{ORIGIN}\n01\n{ROOT}\n"),
        *(f"{ORIGIN}\n-1\n{ROOT}\n", f"{ORIGIN}\n1\n{ROOT[:-1]}\n", f"{ORIGIN}\n1\nAAAA\n"),
        f"{ORIGIN}\n{MAX_SIZE + 1}\n{ROOT}\n",
    ],
)
def test_what_is_not_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    ("origin", "size", "root"), [("", 0, EMPTY_ROOT), ("a\nb", 0, EMPTY_ROOT), ("a", -1, EMPTY_ROOT), ("a", 0, b"")]
)
def test_a_checkpoint_that_no_tree_has_is_not_made(origin: str, size: int, root: bytes) -> None:
    assert code_of(Checkpoint, origin, size, root) == "bad-checkpoint"
