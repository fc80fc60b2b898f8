"""Two records share a commitment only if they are equal, whatever they hold (formats §3)."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from offmon.core.formats.commitment import commit
from tests.unit.core.formats.test_commitment import SALT

WORDS = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4)

RECORDS = st.dictionaries(st.sampled_from("abcdef"), WORDS, min_size=1, max_size=5)


@settings(max_examples=60)
@given(RECORDS, RECORDS, st.sampled_from(["alert", "decision"]), st.sampled_from(["alert", "decision"]))
def test_two_records_share_a_commitment_only_if_they_are_one(a: Any, b: Any, kind: str, other: str) -> None:
    def exact(values: Any) -> list[tuple[str, str]]:
        return sorted((name, repr(value)) for name, value in values.items())  # 1 is not True

    same = kind == other and exact(a) == exact(b)
    assert (commit(kind, SALT, a) == commit(other, SALT, b)) == same
