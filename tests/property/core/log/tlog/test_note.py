"""Any signed note reads back the same, and any input is read or refused."""

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.log.tlog.lines import decode64, decode_hash, decode_number, encode64
from offmon.core.log.tlog.note import NoteSignature, SignedNote, check_signed, parse_signatures, sign_note
from tests.unit.core.log.tlog.samples import log_key, refuses_or_reads


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n")), st.binary(min_size=1, max_size=80)
)
def test_every_note_reads_back_the_same(text: str, value: bytes) -> None:
    note = sign_note(text + "\n", log_key()).adding([NoteSignature("other.invalid", b"\0\1\2\3", value)])
    assert SignedNote.parse(note.data) == note
    assert check_signed(note, [log_key().public]) == (log_key().public,)


@given(st.binary() | st.text().map(lambda text: f"a\n\n— {text}\n".encode(errors="replace")))
def test_whatever_arrives_is_read_or_refused_and_reads_back_to_the_letter(data: bytes) -> None:
    if refuses_or_reads(SignedNote.parse, data):
        assert SignedNote.parse(data).data == data


@given(st.text() | st.text().map(lambda text: f"— {text}\n"))
def test_whatever_a_witness_answers_is_read_or_refused(lines: str) -> None:
    refuses_or_reads(parse_signatures, lines)


@given(st.text())
def test_lines_have_one_form(text: str) -> None:
    for decode in (decode64, decode_hash, decode_number):
        refuses_or_reads(decode, text)
    if refuses_or_reads(decode64, text):
        assert encode64(decode64(text)) == text
