"""Signed notes, and the lines they are made of."""

import pytest

from offmon.core.errors import Malformed
from offmon.core.formats.keys import PublicKey
from offmon.core.log.tlog import note
from offmon.core.log.tlog.lines import decode_number
from offmon.core.log.tlog.note import MAX_NOTE, MAX_SIGNATURES, NoteSignature, SignedNote, check_signed, sign_note
from tests.unit.core.log.tlog.samples import log_key, witness_key
from tests.unit.core.samples import code_of

# The example of C2SP signed-note.
EXAMPLE_KEY = PublicKey.parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
EXAMPLE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()


def test_the_example_of_the_specification_verifies() -> None:
    note = SignedNote.parse(EXAMPLE)
    assert note.text == "This is an example message.\n"
    assert check_signed(note, [log_key().public, EXAMPLE_KEY]) == (EXAMPLE_KEY,)
    assert note.data == EXAMPLE


def test_a_note_that_was_altered_fails() -> None:
    assert (
        code_of(check_signed, SignedNote.parse(EXAMPLE.replace(b"an example", b"no example")), [EXAMPLE_KEY])
        == "bad-signature"
    )


def test_a_note_of_unknown_signers_fails() -> None:
    assert code_of(check_signed, SignedNote.parse(EXAMPLE), [log_key().public]) == "not-signed"
    assert code_of(check_signed, SignedNote.parse(EXAMPLE), []) == "not-signed"


def test_unknown_signatures_are_ignored_even_under_a_known_name() -> None:
    note = SignedNote.parse(EXAMPLE).adding(
        [NoteSignature("example.com/foo", b"\0\0\0\0", b"x"), NoteSignature("other", b"S\r\x90:", b"x")]
    )
    assert check_signed(note, [EXAMPLE_KEY]) == (EXAMPLE_KEY,)


def test_one_bad_signature_of_a_known_key_refuses_the_whole_note() -> None:
    note = SignedNote.parse(EXAMPLE).adding([NoteSignature(EXAMPLE_KEY.name, EXAMPLE_KEY.id, bytes(64))])
    assert code_of(check_signed, note, [EXAMPLE_KEY]) == "bad-signature"


def test_during_a_key_change_both_keys_sign() -> None:
    old, new = log_key("log.invalid/old"), log_key("log.invalid/new")
    note = sign_note("text\n", old).adding(sign_note("text\n", new).signatures)
    assert check_signed(note, [new.public, old.public]) == (new.public, old.public)
    assert check_signed(note, [new.public]) == (new.public,)


def test_a_witness_key_cannot_sign_a_note_nor_be_trusted_for_one() -> None:
    assert code_of(sign_note, "text\n", witness_key()) == "wrong-key-kind"
    assert code_of(check_signed, SignedNote.parse(EXAMPLE), [witness_key().public]) == "wrong-key-kind"


def test_the_text_may_hold_empty_lines() -> None:
    note = sign_note("a\n\n\nb\n\n", log_key())
    assert SignedNote.parse(note.data) == note


LINE = "— k AAAAAAA=\n"


@pytest.mark.parametrize(
    "data",
    [
        "",
        "text\n",
        "text\n\n",
        LINE,
        f"\n{LINE}",
        f"text\n{LINE}",
        f"text\n\n{LINE[:-1]}",
        f"text\n\n{LINE}\n",
        f"text\n\n{LINE}more\n",
        f"text\r\n\n{LINE}",
        f"te\x00xt\n\n{LINE}",
        "text\n\n- k AAAAAAA=\n",
        "text\n\n—  AAAAAAA=\n",
        "text\n\n—  k AAAAAAA=\n",
        "text\n\n— k  AAAAAAA=\n",
        "text\n\n— k AAAAAAA= \n",
        "text\n\n— k\n",
        "text\n\n— k AAAAAA==\n",
        "text\n\n— k AAAAAAA\n",
        "text\n\n— k AAAAAAB=\n",
        "text\n\n— k+l AAAAAAA=\n",
        "text\n\n— k\u2003l AAAAAAA=\n",
        "text\n\n— k\tl AAAAAAA=\n",
        "text\n\n" + LINE * (MAX_SIGNATURES + 1),
        "x" * MAX_NOTE + f"\n\n{LINE}",
    ],
)
def test_what_is_not_a_note_is_refused(data: str) -> None:
    with pytest.raises(Malformed):
        SignedNote.parse(data.encode())


@pytest.mark.parametrize(("key_id", "value"), [(b"abc", b"value"), (b"abcde", b"value"), (b"abcd", b"")])
def test_a_signature_line_holds_a_key_id_and_a_signature(key_id: bytes, value: bytes) -> None:
    assert code_of(NoteSignature, "k", key_id, value) == "bad-note"


def test_bytes_that_are_not_utf8_are_refused() -> None:
    assert code_of(SignedNote.parse, b"\xff\n\n" + LINE.encode()) == "bad-note"


def test_sixteen_signatures_of_the_largest_kind_fit() -> None:
    """C2SP signed-note: a verifier accepts at least 16, of nearly 5 kB each."""
    others = (NoteSignature(f"other.invalid/{n}", b"abcd", bytes(5000)) for n in range(15))
    data = sign_note("text\n", log_key()).adding(others).data
    assert check_signed(SignedNote.parse(data), [log_key().public])


@pytest.mark.parametrize("text", ["", "no newline", "a\rb\n", "half \ud800 pair\n", "x" * MAX_NOTE + "\n"])
def test_a_text_that_no_note_may_have_is_not_signed(text: str) -> None:
    with pytest.raises(Malformed):
        sign_note(text, log_key())


def test_signature_lines_read_alone() -> None:
    assert note.parse_signatures(LINE * 2) == (NoteSignature("k", bytes(4), b"\0"),) * 2
    for text in ("", LINE[:-1], "\n", LINE + "\n"):
        with pytest.raises(Malformed):
            note.parse_signatures(text)


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "00", "01", "1_0", " 1", "1 ", "١", "1e3", "4611686018427387905", "9" * 30]
)
def test_numbers_have_one_form(text: str) -> None:
    assert code_of(decode_number, text) == "bad-number"
    assert [decode_number(text) for text in ("0", "7", "4611686018427387904")] == [0, 7, 2**62]
