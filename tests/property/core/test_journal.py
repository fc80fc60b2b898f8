"""One journal comes out of however it is sent: split, repeated, in any order (formats §6)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offmon.core.journal import MissingFrom
from offmon.core.tlog.merkle import Frontier, root_of
from tests.unit.core.test_journal import HASHES, known, receive


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 24), st.integers(0, 24)), max_size=12))
def test_however_it_is_split_repeated_or_reordered_one_journal_comes_out(cuts: list[tuple[int, int]]) -> None:
    head = Frontier()
    for one, other in [*cuts, (0, 24)]:
        first, end = min(one, other), max(one, other)
        if first > head.size:
            with pytest.raises(MissingFrom) as missing:
                receive(head, first, end)
            assert missing.value.n == head.size
            first = head.size
        after = receive(head, first, end)
        assert after.size == max(head.size, end)
        assert after.root == root_of(HASHES[: after.size])
        assert receive(after, first, end) == after  # the same again changes nothing
        head = after
    assert head == known(24)
