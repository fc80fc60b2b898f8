"""A chain of keys with any changed byte is refused, in our own words (formats §2)."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.core.formats.test_trust import HONEST, verdict


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2), st.data())
def test_no_byte_of_a_chain_can_be_changed(which: int, data: st.DataObject) -> None:
    spoiled = [*HONEST]
    changed = bytearray(HONEST[which])
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    spoiled[which] = bytes(changed)
    assert verdict(spoiled) is not None


@settings(max_examples=40)
@given(st.lists(st.binary(max_size=60), min_size=1, max_size=3))
def test_any_bytes_are_refused_in_our_own_words(data: list[bytes]) -> None:
    assert verdict(data) is not None
