"""Public keys as text, and the form of small values (C2SP signed-note)."""

import base64

import pytest

from offmon.core import ids
from offmon.core.formats.keys import Algorithm, PublicKey, SigningKey
from tests.unit.core.samples import code_of, key

KEY = key("force.invalid/86/profile")
VKEY = KEY.public.vkey


def test_a_key_is_read_back_as_it_was_written() -> None:
    assert PublicKey.parse(VKEY) == KEY.public
    assert KEY.public.keyid == VKEY.rsplit("+", 1)[0]


def test_a_key_with_one_character_changed_is_refused() -> None:
    for index, letter in enumerate(VKEY):
        other = "b" if letter == "a" else "a"
        assert code_of(PublicKey.parse, VKEY[:index] + other + VKEY[index + 1 :]) == "bad-vkey", index


@pytest.mark.parametrize("algorithm", [0, 2, 3, 5, 6, 255])
def test_no_other_algorithm_is_accepted(algorithm: int) -> None:
    name, _, _ = VKEY.split("+", 2)
    body = base64.b64encode(bytes([algorithm]) + KEY.public.raw).decode()
    assert code_of(PublicKey.parse, f"{name}+00000000+{body}") == "bad-vkey"


def test_a_signature_holds_for_its_own_message_and_key_only() -> None:
    signature = KEY.sign(b"message")
    KEY.public.verify(signature, b"message")
    for wrong, message, by in (
        (signature, b"messag", KEY),
        (signature[:-1], b"message", KEY),
        (signature, b"message", key("other.invalid")),
        (bytes([signature[0] ^ 1]) + signature[1:], b"message", KEY),
    ):
        assert code_of(by.public.verify, wrong, message) == "bad-signature"


def test_a_name_is_part_of_what_is_trusted() -> None:
    assert key("a.invalid").public.fingerprint != key("b.invalid").public.fingerprint
    same = SigningKey("b.invalid", key("a.invalid").private).public
    assert same.fingerprint != key("a.invalid").public.fingerprint
    cosigner = SigningKey("a.invalid", key("a.invalid").private, Algorithm.COSIGNATURE).public
    assert cosigner.id != key("a.invalid").public.id


def test_a_seed_has_32_bytes() -> None:
    assert code_of(SigningKey.from_seed, "a.invalid", bytes(31)) == "bad-seed"


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        (ids.Id, "0f" * 16, True),
        (ids.Id, "0F" * 16, False),
        (ids.Id, "0f" * 16 + "\n", False),
        (ids.Digest, "0f" * 32, True),
        (ids.Digest, "0f" * 16, False),
        (ids.Ms, 0, True),
        (ids.Ms, True, False),
        (ids.Ms, -1, False),
        (ids.Ms, ids.YEAR_9000_MS, False),
        (ids.Slug, "shpo_sc", True),
        (ids.Slug, "Shpo", False),
        (ids.Slug, "", False),
        (ids.Versioned, "sites@1", True),
        (ids.Versioned, "sites@01", False),  # one spelling
        (ids.Versioned, "sites@٣", False),  # digits of other scripts
        (ids.Versioned, "sites", False),
        (ids.Origin, "log.invalid/86", True),
        (ids.Origin, "a log", False),
        (ids.Origin, "a\u00a0log", False),
        (ids.Origin, "a\x07log", False),
        (ids.Count, 0, True),
        (ids.Count, -1, False),
        (ids.Count, False, False),
    ],
)
def test_small_values(kind: object, value: object, fits: bool) -> None:
    assert ids.CHECKS[kind](value) is fits
