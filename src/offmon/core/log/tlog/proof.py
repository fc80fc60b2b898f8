"""Self-contained proofs: an entry, its place in a log, and a checkpoint that contains it (C2SP tlog-proof).

Rules
- A header line, an optional `extra` line, the `index` line, the inclusion proof from the leaf up, an empty line, and the signed checkpoint.
  There is one form: reading a proof and writing it gives the same bytes.
- No signature covers the extra line, and nothing here relies on it.
- Whoever reads one checks origin and signature of its checkpoint, the cosignatures, and the inclusion (`witnessing`, `merkle`).
"""

from dataclasses import dataclass

from offmon.core.errors import Malformed
from offmon.core.log.tlog.lines import decode64, decode_hash, decode_number, encode64
from offmon.core.log.tlog.merkle import MAX_PROOF
from offmon.core.log.tlog.note import MAX_NOTE, SignedNote

HEADER = "c2sp.org/tlog-proof@v1"
MAX_TEXT = MAX_NOTE + (1 << 17)  # the checkpoint, the hashes, and an extra line


@dataclass(frozen=True, slots=True)
class Proof:
    """A `.tlog-proof` file: `hashes` lead from entry `index` to the root in the checkpoint's note."""

    index: int
    hashes: tuple[bytes, ...]
    note: SignedNote
    extra: bytes | None = None

    @classmethod
    def parse(cls, data: bytes) -> "Proof":
        """Read a proof. Raises Malformed."""
        if len(data) > MAX_TEXT:
            raise Malformed("too-large", f"A proof has {len(data)} bytes; at most {MAX_TEXT} are read.")
        head, _, note = data.partition(b"\n\n")
        if not head.isascii():
            raise Malformed("bad-proof", "A proof holds what is not ASCII before its checkpoint.")
        header, *lines = head.decode().split("\n")
        if header != HEADER:
            raise Malformed("bad-proof", f"A proof does not begin with {HEADER}.")
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = decode64(lines.pop(0).removeprefix("extra "))
        if not lines or not lines[0].startswith("index ") or len(lines) > 1 + MAX_PROOF or extra == b"":
            raise Malformed("bad-proof", "A proof does not state its index, or its lines are not those of a proof.")
        index = decode_number(lines[0].removeprefix("index "))
        return cls(index, tuple(decode_hash(line) for line in lines[1:]), SignedNote.parse(note), extra)

    @property
    def data(self) -> bytes:
        """The proof as it is stored."""
        extra = [f"extra {encode64(self.extra)}"] if self.extra else []
        lines = [HEADER, *extra, f"index {self.index}", *(encode64(value) for value in self.hashes), "", ""]
        return "\n".join(lines).encode() + self.note.data
