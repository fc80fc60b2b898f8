"""Standalone proofs: no byte can change unseen, and any input is read or refused."""

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.log.tlog.proof import HEADER, Proof
from offmon.core.log.tlog.submission import Submission
from tests.support.proofs import check_proof
from tests.unit.core.log.tlog.samples import ENTRIES, ORIGIN, refuses_or_reads
from tests.unit.core.log.tlog.test_tlog_proof import DATA, KNOWN, LOG, WITNESSES


@given(
    st.binary()
    | st.text().map(lambda text: f"{HEADER}\nindex {text}\n\n{text}\n\n— k AAAAAAA=\n".encode(errors="replace"))
)
def test_whatever_arrives_is_read_or_refused(data: bytes) -> None:
    for kind in (Proof, Submission):
        if refuses_or_reads(kind.parse, data):
            assert kind.parse(data).data == data


@given(st.integers(0, len(DATA) - 1), st.integers(0, 255))
def test_no_byte_of_a_proof_can_be_changed_unseen(at: int, byte: int) -> None:
    """Save in the extra line, which nothing relies on, and in lines of signers that are not known."""
    altered = DATA[:at] + bytes([byte]) + DATA[at + 1 :]

    def whole(data: bytes) -> None:
        proof = Proof.parse(data)
        logged = check_proof(proof, ENTRIES[9], origin=ORIGIN, log_keys=[LOG], witnesses=WITNESSES)
        assert logged.checkpoint.root == Checkpoint.parse(KNOWN["text"]).root

    if altered != DATA and refuses_or_reads(whole, altered):
        line = DATA.split(b"\n")[DATA[:at].count(b"\n")]
        assert line.startswith((b"extra ", "— witness.invalid".encode()))
