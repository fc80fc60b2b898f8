"""An enclosed body with any changed byte, or in another place, does not open; any length is hidden (formats §3, §5)."""

from hypothesis import given, settings
from hypothesis import strategies as st

from offmon.core.formats import envelope
from offmon.core.formats.envelope import MAX_PADDED, MIN_PADDED, open_checked
from tests.unit.core.formats.test_envelope import CIPHERTEXT, PLACE, VAULT
from tests.unit.core.samples import code_of


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(CIPHERTEXT) - 1), st.integers(1, 255))
def test_no_byte_can_be_changed(index: int, flip: int) -> None:
    changed = bytearray(CIPHERTEXT)
    changed[index] ^= flip
    assert code_of(open_checked, PLACE, bytes(changed), VAULT) == "does-not-open"


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=100))
def test_any_bytes_are_refused_in_our_own_words(data: bytes) -> None:
    assert code_of(open_checked, PLACE, data, VAULT) == "does-not-open"


@given(st.binary(max_size=5000) | st.integers(0, MAX_PADDED - 1).map(lambda n: b"\x80" * n))
@settings(max_examples=60, deadline=None)
def test_padding_hides_the_length_and_comes_off_again(plaintext: bytes) -> None:
    padded = envelope._pad(plaintext)
    assert envelope._unpad(padded) == plaintext
    assert len(padded).bit_count() == 1
    assert MIN_PADDED <= len(padded) <= MAX_PADDED
    assert len(padded) == MIN_PADDED or len(plaintext) >= len(padded) // 2
