"""A device's portal code is good if the device itself just drew this name and this code (docs/adr/0009; issue 3, "Portal")."""

import random
from dataclasses import replace
from math import prod

import pytest

from offmon.core import clock
from offmon.core.access import portal_access
from offmon.core.access.portal_access import LIFE_MS, DrawnWayIn, WayIn
from offmon.core.errors import Malformed, NotAuthentic, OffmonError
from offmon.core.formats import codec, dsse, httpsig
from offmon.core.formats.keys import SigningKey
from offmon.core.formats.protocol import SignedTime
from offmon.core.ids import Id, Ms
from tests.unit.core.samples import code_of

AT = Ms(1_800_000_000_000)
DEVICE = Id("d" * 32)
KEY = SigningKey.from_seed("device/x", bytes(32))
OTHERS_KEY = SigningKey.from_seed("device/x", bytes([1] * 32))  # of the same name, so that only the signature tells
GIVEN = WayIn("abcdefgh", "ABCDE-23456")
DRAWN = DrawnWayIn(DEVICE, AT, portal_access.proof_of(GIVEN))
SIGNED = dsse.sign(DRAWN, KEY)
SKEW = httpsig.MAX_SKEW_S * clock.SECOND_MS


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        (GIVEN, None),
        (WayIn(" ABCD EFGH", "abcde 23456"), None),
        (WayIn("abcdefgh", "ABCDE23456"), None),
        (WayIn("abcdefgh", "ABCDE-23457"), "other-code"),
        (WayIn("abcdefgj", "ABCDE-23456"), "other-code"),
        (WayIn("abcdefg", "hABCDE-23456"), "other-code"),
        (WayIn("", ""), "other-code"),
    ],
)
def test_the_name_and_the_code_are_those_that_were_drawn(typed: WayIn, refused: str | None) -> None:
    assert code_of(portal_access.check, typed, SIGNED, DEVICE, KEY.public, AT) == refused


@pytest.mark.parametrize(
    ("after", "refused"),
    [(-SKEW - 1, "expired"), (-SKEW, None), (0, None), (LIFE_MS - 1, None), (LIFE_MS, "expired")],
)
def test_it_counts_for_fifteen_minutes_from_when_it_was_drawn(after: int, refused: str | None) -> None:
    assert LIFE_MS == 15 * clock.MINUTE_MS
    assert code_of(portal_access.read, SIGNED, DEVICE, KEY.public, Ms(AT + after)) == refused
    assert portal_access.read(SIGNED, DEVICE, KEY.public, AT) == DRAWN


FORGED = {
    "another-key": dsse.sign(DRAWN, OTHERS_KEY),
    "another-device": dsse.sign(replace(DRAWN, device=Id("e" * 32)), KEY),
    "signature": SIGNED.replace(b'"sig":"', b'"sig":"AAAA', 1)[: len(SIGNED) + 4],
    "kind-of-another": dsse.seal(SignedTime.TYPE, codec.dump(DRAWN), KEY),
    "payload-of-another": dsse.seal(DrawnWayIn.TYPE, codec.dump(SignedTime(AT, "0" * 32)), KEY),
    "another": dsse.sign(SignedTime(AT, "0" * 32), KEY),
    "unsigned": codec.dump(DRAWN),
    "none": b"",
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_nobody_but_the_device_makes_one(forged: bytes) -> None:
    with pytest.raises((NotAuthentic, Malformed)):
        portal_access.check(GIVEN, forged, DEVICE, KEY.public, AT)
    with pytest.raises(OffmonError):
        portal_access.read(forged, DEVICE, KEY.public, AT)


def test_the_digest_of_another_pair_is_another() -> None:
    both = "abcdefghABCDE23456"
    digests = {portal_access.proof_of(WayIn(both[:cut], both[cut:].upper())) for cut in (0, 7, 8, len(both))}
    assert [len(digest) for digest in digests] == [64] * 4


def test_what_is_drawn_has_86_bits_and_says_itself_plainly() -> None:
    offered: list[str] = []

    def choose(signs: str) -> str:
        offered.append(signs)
        return random.Random(len(offered)).choice(signs)  # noqa: S311  # no secret of anyone's

    drawn = portal_access.draw(choose)
    assert all(len(set(signs)) == len(signs) for signs in offered)
    assert prod(map(len, offered)).bit_length() > 86
    assert portal_access.plain_name(drawn.name) == drawn.name
    assert portal_access.plain_code(drawn.code) == drawn.code.replace("-", "")
    assert not set("ilo01IO") & set("".join(offered))


@pytest.mark.parametrize(("drawn", "refused"), [(0, None), (4, None), (5, "too-many"), (6, "too-many")])
def test_five_a_day(drawn: int, refused: str | None) -> None:
    assert code_of(portal_access.check_not_too_many, drawn) == refused
