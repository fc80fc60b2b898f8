"""Cosignatures: who saw a checkpoint, and when."""

import json

import pytest

from offmon.core.errors import NotAuthentic
from offmon.core.formats.keys import Algorithm, PublicKey, SigningKey
from offmon.core.ids import Ms
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.log.tlog.cosignature import Cosigned, check_cosigned, cosign
from offmon.core.log.tlog.note import NoteSignature, SignedNote
from offmon.core.log.tlog.proving import sign_checkpoint
from tests.unit.core.log.tlog.samples import LEAVES, ORIGIN, VECTORS, log_key, witness_key
from tests.unit.core.samples import code_of

KNOWN = json.loads((VECTORS / "notes.json").read_text())
NOTE = sign_checkpoint(Checkpoint(ORIGIN, 1, LEAVES[0]), log_key())
AT = Ms(1_700_000_000_999)


def test_the_cosignatures_of_the_hand_written_script_verify() -> None:
    witnesses = [PublicKey.parse(known["vkey"]) for known in KNOWN["witnesses"]]
    found = check_cosigned(SignedNote.parse(KNOWN["checkpoint"].encode()), witnesses)
    assert found == tuple(
        Cosigned(key, Ms(known["seconds"] * 1000)) for key, known in zip(witnesses, KNOWN["witnesses"], strict=True)
    )


def test_ours_is_the_one_that_the_script_made() -> None:
    first = KNOWN["witnesses"][0]
    note = SignedNote.parse(KNOWN["checkpoint"].encode())
    assert cosign(note, witness_key(), Ms(first["seconds"] * 1000 + 17)) in note.signatures


def test_the_time_is_that_of_the_whole_second() -> None:
    assert check_cosigned(NOTE.adding([cosign(NOTE, witness_key(), AT)]), [witness_key().public]) == (
        Cosigned(witness_key().public, Ms(1_700_000_000_000)),
    )


def test_nobody_known_is_nobody() -> None:
    other = cosign(NOTE, witness_key("witness.invalid/other"), AT)
    assert check_cosigned(NOTE.adding([other]), [witness_key().public]) == ()
    assert check_cosigned(NOTE, []) == ()


def test_of_several_times_the_earliest_counts() -> None:
    note = NOTE.adding(cosign(NOTE, witness_key(), Ms(at)) for at in (9_000, 5_000, 7_000))
    assert [found.at for found in check_cosigned(note, [witness_key().public])] == [5_000]


def test_one_key_under_two_names_counts_once() -> None:
    """The signed text does not name the witness, so a second name costs nothing to forge."""
    one = witness_key()
    two = SigningKey("witness.invalid/alias", one.private, Algorithm.COSIGNATURE)
    note = NOTE.adding([cosign(NOTE, one, AT), cosign(NOTE, two, AT)])
    assert len(check_cosigned(note, [one.public, two.public])) == 1


def test_a_cosignature_holds_for_its_own_text_and_time_only() -> None:
    value = cosign(NOTE, witness_key(), AT).value
    later = (int.from_bytes(value[:8]) + 1).to_bytes(8) + value[8:]
    for text, forged in ((NOTE.text.replace("1", "2", 1), value), (NOTE.text, later)):
        note = SignedNote(text, (NoteSignature(witness_key().name, witness_key().public.id, forged),))
        assert code_of(check_cosigned, note, [witness_key().public]) == "bad-signature"


def test_a_plain_signature_of_the_same_key_is_no_cosignature() -> None:
    key = witness_key()
    note = NOTE.adding([NoteSignature(key.name, key.public.id, AT.to_bytes(8) + key.sign(NOTE.text.encode()))])
    with pytest.raises(NotAuthentic):
        check_cosigned(note, [key.public])


@pytest.mark.parametrize("seconds", [0, 2**53 // 1000 + 1, 2**63, 2**64 - 1])
def test_an_impossible_time_is_refused_though_it_is_signed(seconds: int) -> None:
    key = witness_key()
    signature = key.sign(f"cosignature/v1\ntime {seconds}\n{NOTE.text}".encode())
    note = NOTE.adding([NoteSignature(key.name, key.public.id, seconds.to_bytes(8) + signature)])
    assert code_of(check_cosigned, note, [key.public]) == "bad-cosignature"


@pytest.mark.parametrize("cut", [slice(0, -1), slice(0, 8), slice(0, 1)])
def test_a_cosignature_has_one_length(cut: slice) -> None:
    value = cosign(NOTE, witness_key(), AT).value
    for wrong in (value[cut], value + b"\0"):
        note = NOTE.adding([NoteSignature(witness_key().name, witness_key().public.id, wrong)])
        assert code_of(check_cosigned, note, [witness_key().public]) == "bad-cosignature"


def test_only_a_cosigning_key_cosigns() -> None:
    assert code_of(cosign, NOTE, log_key(), AT) == "wrong-key-kind"
    assert code_of(check_cosigned, NOTE, [log_key().public]) == "wrong-key-kind"


def test_a_clock_that_was_never_set_signs_nothing() -> None:
    assert code_of(cosign, NOTE, witness_key(), Ms(999)) == "bad-time"
