"""The strict reader: no changed byte goes unseen, and noise is refused in our own words (anchors 27, 28)."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.bundle import read, write
from offmon.core.errors import OffmonError
from tests.unit.core.bundle.test_read import GOOD


def no_foreign_exception(parse: Callable[[bytes], object], data: bytes) -> bool:
    """Whether it was read. Whatever the bytes, only our own errors come out."""
    try:
        parse(data)
    except OffmonError:
        return False
    return True


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_no_changed_byte_of_the_container_goes_unseen(at: int, change: int) -> None:
    changed = bytearray(GOOD)
    changed[at] ^= change
    assert not no_foreign_exception(read.read_bag, bytes(changed))


@given(st.binary(max_size=200))
def test_noise_is_refused(noise: bytes) -> None:
    assert not no_foreign_exception(read.read_bag, noise)
    assert not no_foreign_exception(read.read_bag, write.LOCAL_MARK + noise)
    no_foreign_exception(read.read_manifest, noise)
