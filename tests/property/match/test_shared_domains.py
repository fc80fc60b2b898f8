"""No entry of a list covers what two strangers have below one name (R-LEG-5)."""

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.errors import Malformed
from offmon.core.text.addresses import PageAddress
from offmon.match.shared_domains import KINDS
from offmon.match.sites import Pattern
from offmon.server.detectors.entries import site_form
from tests.unit.match.test_shared_domains import LISTED

SUFFIXES = sorted({*LISTED, *(f"{kind}.{country}" for kind in KINDS for country in ("uk", "nz", "io"))})


@given(
    st.sampled_from(SUFFIXES),
    st.from_regex(r"[a-z]{1,8}", fullmatch=True),
    st.from_regex(r"[0-9]{1,8}", fullmatch=True),
    st.sampled_from(["{suffix}", "{suffix}.", "{suffix}/a", "{one}.{suffix}", "www.{one}.{suffix}"]),
)
def test_no_entry_covers_what_two_strangers_have_below_one_name(suffix: str, one: str, other: str, form: str) -> None:
    listed = form.format(suffix=suffix, one=one)
    covered = [PageAddress(f"{label}.{suffix}", ("a",), "") for label in (one, other)]
    try:
        site_form(listed)
    except Malformed:
        return
    assert not all(map(Pattern.parse(listed).covers, covered))
