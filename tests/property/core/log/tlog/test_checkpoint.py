"""Any checkpoint reads back the same, and any input is read or refused."""

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.log.tlog.merkle import MAX_SIZE
from offmon.core.log.tlog.proving import sign_checkpoint
from tests.support.proofs import open_checkpoint
from tests.unit.core.log.tlog.samples import ORIGIN, log_key, refuses_or_reads


@given(st.integers(0, MAX_SIZE), st.binary(min_size=32, max_size=32))
def test_every_checkpoint_reads_back_the_same(size: int, root: bytes) -> None:
    checkpoint = Checkpoint(ORIGIN, size, root)
    assert open_checkpoint(sign_checkpoint(checkpoint, log_key()).data, ORIGIN, [log_key().public]) == checkpoint


@given(st.text() | st.tuples(st.text(), st.text(), st.text()).map(lambda lines: "\n".join([*lines, ""])))
def test_whatever_arrives_is_read_or_refused(text: str) -> None:
    refuses_or_reads(Checkpoint.parse, text)
