"""A device's portal code is good if the device itself just drew this name and this code (docs/adr/0009; issue 3, "Portal")."""

import random
from dataclasses import replace

import pytest

from offmon.core import clock
from offmon.core.access import portal_access
from offmon.core.access.portal_access import LIFE_MS, MOST_A_DAY, DrawnWayIn, WayIn
from offmon.core.errors import Malformed, NotAuthentic, OffmonError, Refused
from offmon.core.formats import codec, dsse, httpsig
from offmon.core.formats.keys import SigningKey
from offmon.core.formats.protocol import SignedTime
from offmon.core.ids import Digest, Id, Ms

AT = Ms(1_800_000_000_000)
DEVICE = Id("d" * 32)
KEY = SigningKey.from_seed("device/x", bytes(32))
OTHERS_KEY = SigningKey.from_seed("device/x", bytes([1] * 32))  # of the same name, so that only the signature tells
GIVEN = WayIn("abcdefgh", "ABCDE-23456")
DRAWN = DrawnWayIn(DEVICE, AT, portal_access.proof_of(GIVEN))
SIGNED = dsse.sign(DRAWN, KEY)
SKEW = httpsig.MAX_SKEW_S * clock.SECOND_MS


@pytest.mark.parametrize(
    ("typed", "good"),
    [
        (GIVEN, True),
        (WayIn(" ABCD EFGH", "abcde 23456"), True),
        (WayIn("abcdefgh", "ABCDE23456"), True),
        (WayIn("abcdefgh", "ABCDE-23457"), False),
        (WayIn("abcdefgj", "ABCDE-23456"), False),
        (WayIn("abcdefg", "hABCDE-23456"), False),
        (WayIn("", ""), False),
    ],
)
def test_the_name_and_the_code_are_those_that_were_drawn(typed: WayIn, good: bool) -> None:
    if good:
        portal_access.check(typed, SIGNED, DEVICE, KEY.public, AT)
    else:
        with pytest.raises(NotAuthentic, match="another name and code"):
            portal_access.check(typed, SIGNED, DEVICE, KEY.public, AT)


@pytest.mark.parametrize(
    ("after", "good"), [(-SKEW - 1, False), (-SKEW, True), (0, True), (LIFE_MS - 1, True), (LIFE_MS, False)]
)
def test_it_counts_for_fifteen_minutes_from_when_it_was_drawn(after: int, good: bool) -> None:
    assert LIFE_MS == 15 * clock.MINUTE_MS
    if good:
        assert portal_access.read(SIGNED, DEVICE, KEY.public, Ms(AT + after)) == DRAWN
    else:
        with pytest.raises(Refused, match="fifteen minutes"):
            portal_access.read(SIGNED, DEVICE, KEY.public, Ms(AT + after))


@pytest.mark.parametrize(
    "forged",
    [
        dsse.sign(DRAWN, OTHERS_KEY),
        dsse.sign(replace(DRAWN, device=Id("e" * 32)), KEY),
        SIGNED.replace(b'"sig":"', b'"sig":"AAAA', 1)[: len(SIGNED) + 4],
        dsse.seal(SignedTime.TYPE, codec.dump(DRAWN), KEY),
        dsse.seal(DrawnWayIn.TYPE, codec.dump(SignedTime(AT, "0" * 32)), KEY),
        dsse.sign(SignedTime(AT, "0" * 32), KEY),
        codec.dump(DRAWN),
        b"",
    ],
    ids=[
        "another-key",
        "another-device",
        "signature",
        "kind-of-another",
        "payload-of-another",
        "another",
        "unsigned",
        "none",
    ],
)
def test_nobody_but_the_device_makes_one(forged: bytes) -> None:
    with pytest.raises((NotAuthentic, Malformed)):
        portal_access.check(GIVEN, forged, DEVICE, KEY.public, AT)
    with pytest.raises(OffmonError):
        portal_access.read(forged, DEVICE, KEY.public, AT)


def test_the_digest_of_another_pair_is_another() -> None:
    pairs = [
        ("abcdefgh", "ABCDE23456"),
        ("abcdefg", "HABCDE23456"),
        ("", "ABCDEFGHABCDE23456"),
        ("abcdefghabcde23456", ""),
    ]
    assert len({portal_access.proof_of(WayIn(*pair)) for pair in pairs}) == len(pairs)
    assert isinstance(portal_access.proof_of(GIVEN), str)
    assert len(Digest(portal_access.proof_of(GIVEN))) == 64


def test_what_is_drawn_has_86_bits_and_says_itself_plainly() -> None:
    offered: list[str] = []

    def choose(signs: str) -> str:
        offered.append(signs)
        return random.Random(len(offered)).choice(signs)  # noqa: S311  # no secret of anyone's

    drawn = portal_access.draw(choose)
    ways = 1
    for signs in offered:
        assert len(set(signs)) == len(signs)
        ways *= len(signs)
    assert ways.bit_length() > 86
    assert portal_access.plain_name(drawn.name) == drawn.name
    assert portal_access.plain_code(drawn.code) == drawn.code.replace("-", "")
    assert not set("ilo01IO") & set("".join(offered))


@pytest.mark.parametrize("drawn", range(MOST_A_DAY + 2))
def test_five_a_day(drawn: int) -> None:
    if drawn < MOST_A_DAY:
        portal_access.check_not_too_many(drawn)
    else:
        with pytest.raises(Refused, match="5 codes a day"):
            portal_access.check_not_too_many(drawn)
