"""A device's code may be typed with any capitals, spaces and dashes; any other change fails (docs/adr/0009)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offmon.core.access import portal_access
from offmon.core.access.portal_access import LIFE_MS, DrawnWayIn, WayIn
from offmon.core.errors import Malformed, NotAuthentic, Refused
from offmon.core.formats import dsse
from offmon.core.formats.keys import SigningKey
from offmon.core.ids import Id, Ms

DEVICE = Id("d" * 32)
KEY = SigningKey.from_seed("device/x", bytes(32))
AT = Ms(1_800_000_000_000)


@st.composite
def drawn(draw: st.DrawFn) -> WayIn:
    return portal_access.draw(lambda signs: draw(st.sampled_from(signs)))


def signed(of: WayIn) -> bytes:
    return dsse.sign(DrawnWayIn(DEVICE, AT, portal_access.proof_of(of)), KEY)


@given(drawn(), st.data())
def test_capitals_spaces_and_dashes_do_not_matter(pair: WayIn, data: st.DataObject) -> None:
    def carelessly(text: str, between: str) -> str:
        signs = (
            data.draw(st.sampled_from((one.lower(), one.upper()))) + data.draw(st.sampled_from(between)) for one in text
        )
        return "".join(signs).replace("_", "")

    typed = WayIn(carelessly(pair.name, "_ \t"), carelessly(pair.code, "_ -\t"))
    portal_access.check(typed, signed(pair), DEVICE, KEY.public, AT)


@given(drawn(), st.text(max_size=12), st.text(max_size=12))
def test_anything_else_is_not_what_was_drawn(pair: WayIn, name: str, code: str) -> None:
    if (portal_access.plain_name(name), portal_access.plain_code(code)) == (pair.name, pair.code.replace("-", "")):
        return
    with pytest.raises((NotAuthentic, Malformed)):
        portal_access.check(WayIn(name, code), signed(pair), DEVICE, KEY.public, AT)


@given(drawn(), drawn())
def test_two_that_differ_have_two_digests(one: WayIn, other: WayIn) -> None:
    assert (one == other) is (portal_access.proof_of(one) == portal_access.proof_of(other))


@given(st.integers(0, 2 * LIFE_MS))
def test_it_is_over_once_and_for_all(after: int) -> None:
    pair = WayIn("abcdefgh", "ABCDE-23456")
    try:
        portal_access.check(pair, signed(pair), DEVICE, KEY.public, Ms(AT + after))
    except Refused:
        assert after >= LIFE_MS
    else:
        assert after < LIFE_MS


@given(st.binary(max_size=400))
def test_no_bytes_of_a_stranger_s_are_anything_but_refused(data: bytes) -> None:
    with pytest.raises((NotAuthentic, Malformed)):
        portal_access.read(data, DEVICE, KEY.public, AT)
