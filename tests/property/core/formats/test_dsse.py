"""Signed documents: any bytes are read or refused in our own words (DSSE v1)."""

from hypothesis import given, settings
from hypothesis import strategies as st

from offmon.core.formats import dsse
from offmon.core.formats.protocol import SignedTime
from tests.unit.core.formats.test_dsse import KEY, reshaped
from tests.unit.core.samples import code_of


@settings(max_examples=60)
@given(st.binary(max_size=80) | st.sampled_from([b"{}", b"null", b"[]", reshaped(signatures=[]), reshaped(payload=1)]))
def test_any_bytes_are_refused_in_our_own_words(data: bytes) -> None:
    assert code_of(dsse.signer_of, data) is not None
    assert code_of(dsse.peek, SignedTime, data) is not None
    assert code_of(dsse.open_signed, SignedTime, data, KEY.public) is not None
