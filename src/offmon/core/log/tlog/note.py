"""Signed notes: a text and the signatures under it (C2SP signed-note).

Rules
- The text ends in a newline, and the last empty line separates it from the signatures. UTF-8, with no control character but newline.
- A signature line is `— name base64(four bytes of key id ‖ signature)`. Name and id only say which key to try.
- Signatures by unknown keys are ignored. One that names a known key and fails refuses the whole note.
- Size and number of signatures are limited before anything is decoded. 16 of the largest known kind still fit.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from offmon.core.errors import Malformed, NotAuthentic
from offmon.core.formats.keys import Algorithm, PublicKey, SigningKey
from offmon.core.log.tlog.lines import decode64, encode64

MAX_NOTE = 1 << 17
MAX_SIGNATURES = 64
_KEY_ID_BYTES = 4


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: the key's name and id, and what that kind of key makes."""

    name: str
    key_id: bytes
    value: bytes

    def __post_init__(self) -> None:
        if not self.name or "+" in self.name or any(c.isspace() or c < " " or _is_half(c) for c in self.name):
            raise Malformed("bad-note", "A signature line names a key by a name that no key may have.")
        if len(self.key_id) != _KEY_ID_BYTES or not self.value:
            raise Malformed("bad-note", "A signature line is too short to hold a key id and a signature.")

    @classmethod
    def parse(cls, line: str) -> "NoteSignature":
        """Read one line, without its newline. Raises Malformed."""
        dash, _, rest = line.partition(" ")
        name, _, body = rest.partition(" ")
        if dash != "—":
            raise Malformed("bad-note", "A line under a note's text is not a signature line.")
        data = decode64(body)
        return cls(name, data[:_KEY_ID_BYTES], data[_KEY_ID_BYTES:])

    @property
    def line(self) -> str:
        """The line, with its newline."""
        return f"— {self.name} {encode64(self.key_id + self.value)}\n"


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A text and its signatures. That it was parsed says nothing of whether anyone signed it."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def __post_init__(self) -> None:
        _check_text(self.text)
        if not 1 <= len(self.signatures) <= MAX_SIGNATURES:
            raise Malformed("bad-note", f"A note carries between one and {MAX_SIGNATURES} signatures.")
        _check_size(len(self.data))

    @classmethod
    def parse(cls, data: bytes) -> "SignedNote":
        """Read a signed note. Raises Malformed."""
        _check_size(len(data))
        try:
            whole = data.decode("utf-8")
        except UnicodeDecodeError:
            raise Malformed("bad-note", "A note is not UTF-8.") from None
        text, blank, under = whole.rpartition("\n\n")
        if not blank:
            raise Malformed("bad-note", "A note has no signature lines; it was cut or altered on its way.")
        return cls(text + "\n", parse_signatures(under))

    @property
    def data(self) -> bytes:
        """The note as it travels."""
        return (self.text + "\n" + "".join(signature.line for signature in self.signatures)).encode()

    def by(self, key: PublicKey) -> tuple[bytes, ...]:
        """What the signature lines hold that name this key. Nothing of it is checked."""
        return tuple(s.value for s in self.signatures if (s.name, s.key_id) == (key.name, key.id))

    def adding(self, signatures: Iterable[NoteSignature]) -> "SignedNote":
        """The same note with more signatures under it."""
        return SignedNote(self.text, (*self.signatures, *signatures))


def parse_signatures(lines: str) -> tuple[NoteSignature, ...]:
    """Signature lines alone, each with its newline: what a witness answers. Raises Malformed."""
    if not lines.endswith("\n"):
        raise Malformed("bad-note", "The last signature line is not whole; it was cut or altered on its way.")
    return tuple(NoteSignature.parse(line) for line in lines[:-1].split("\n"))


def sign_note(text: str, key: SigningKey) -> SignedNote:
    """A note with this text, signed by `key`."""
    _check_kind(key.public)
    _check_text(text)
    return SignedNote(text, (NoteSignature(key.name, key.public.id, key.sign(text.encode())),))


def check_signed(note: SignedNote, keys: Iterable[PublicKey]) -> tuple[PublicKey, ...]:
    """Those of `keys` that signed the note. Raises NotAuthentic where none did, or where a signature of theirs does not hold."""
    signers = []
    for key in dict.fromkeys(keys):
        _check_kind(key)
        values = note.by(key)
        for value in values:
            key.verify(value, note.text.encode())
        if values:
            signers.append(key)
    if not signers:
        raise NotAuthentic("not-signed", "A note is signed by none of the keys that are trusted for it.")
    return tuple(signers)


def _check_kind(key: PublicKey) -> None:
    if key.algorithm is not Algorithm.ED25519:
        raise Malformed("wrong-key-kind", "A key that makes cosignatures cannot sign for a log; check the key list.")


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any((c < " " and c != "\n") or _is_half(c) for c in text):
        raise Malformed("bad-note", "A note's text does not end in a newline, or holds what no note may hold.")


def _is_half(character: str) -> bool:
    """Whether it is half of a surrogate pair, which UTF-8 cannot carry."""
    return "\ud800" <= character <= "\udfff"


def _check_size(size: int) -> None:
    if size > MAX_NOTE:
        raise Malformed("too-large", f"A note has {size} bytes; at most {MAX_NOTE} are read.")
