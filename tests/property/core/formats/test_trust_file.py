"""The trust file: any bytes are read or refused in our own words (formats §10)."""

from hypothesis import given, settings
from hypothesis import strategies as st

from offmon.core.formats import trust_file
from tests.unit.core.samples import code_of


@settings(max_examples=40)
@given(st.binary(max_size=60))
def test_any_bytes_are_refused_in_our_own_words(data: bytes) -> None:
    assert code_of(trust_file.load, data) is not None
