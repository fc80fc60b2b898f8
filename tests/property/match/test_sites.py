"""No address raises, and a pattern covers hosts below it and never beside it (R-RGT-10)."""

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.text.addresses import PageAddress, normal_host, place_of
from offmon.match.sites import Pattern


@given(st.one_of(st.text(), st.text(alphabet="htps:/\\@.%e2\ud800\0[]#? \tä。-xn").map(lambda t: f"https://{t}")))
def test_no_address_ever_raises(url: str) -> None:
    place = place_of(url)
    if place is not None:
        assert place.host == place.host.lower()
        assert place.host.isascii()
        assert normal_host(place.host) == place.host
        assert "" not in place.path


@given(
    st.from_regex(r"([a-z0-9]{1,8}\.){1,4}[a-z]{2,5}", fullmatch=True), st.from_regex(r"[a-z0-9-]{1,9}", fullmatch=True)
)
def test_a_host_is_covered_below_and_never_beside(host: str, label: str) -> None:
    pattern = Pattern.parse(host, one_site=False)
    assert pattern.covers(PageAddress(f"{label}.{host}", (), ""))
    for beside in (f"{label}{host}", f"{host}.{label}"):
        # Of itself a host like aa.aa is below aa.aa when aa is put behind it: what counts is where the labels end.
        assert pattern.covers(PageAddress(beside, (), "")) == f".{beside}".endswith(f".{host}")
