"""What a log sends to a witness: the last size that it saw, a consistency proof, and a new checkpoint (C2SP tlog-witness).

Rules
- `old N`, the proof's hashes line by line, an empty line, the checkpoint as a note. At most 63 hashes.
- The answer is signature lines (`note.parse_signatures`). A client keeps only those that it can verify.
"""

from dataclasses import dataclass

from offmon.core.errors import Malformed
from offmon.core.log.tlog.lines import decode_hash, decode_number, encode64
from offmon.core.log.tlog.merkle import MAX_PROOF
from offmon.core.log.tlog.note import MAX_NOTE, SignedNote

MAX_SUBMISSION = MAX_NOTE + 4096  # a note, and 63 hash lines of 45 bytes
SIZE_TYPE = "text/x.tlog.size"  # the media type of a witness's answer "409: I know it at this size"


@dataclass(frozen=True, slots=True)
class Submission:
    """The body of `POST /add-checkpoint`."""

    old: int
    proof: tuple[bytes, ...]
    note: SignedNote

    @classmethod
    def parse(cls, data: bytes) -> "Submission":
        """Read a request body. Raises Malformed."""
        if len(data) > MAX_SUBMISSION:
            raise Malformed("too-large", f"A submission has {len(data)} bytes; at most {MAX_SUBMISSION} are read.")
        head, _, note = data.partition(b"\n\n")
        if not head.isascii():
            raise Malformed("bad-submission", "A submission holds what is not ASCII before its checkpoint.")
        first, *hashes = head.decode().split("\n")
        if not first.startswith("old ") or len(hashes) > MAX_PROOF:
            raise Malformed(
                "bad-submission", f"A submission begins with the old size, then at most {MAX_PROOF} hashes."
            )
        old = decode_number(first.removeprefix("old "))
        return cls(old, tuple(decode_hash(line) for line in hashes), SignedNote.parse(note))

    @property
    def data(self) -> bytes:
        """The body as it travels."""
        return "\n".join([f"old {self.old}", *map(encode64, self.proof), "", ""]).encode() + self.note.data
