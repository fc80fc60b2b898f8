"""Only the vault opens an enclosed body, only at its place, and only as the device committed to it (formats §3, §5)."""

from dataclasses import fields, replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from offmon.core.authority.profile import HpkeKey
from offmon.core.errors import OffmonError
from offmon.core.formats import codec, envelope
from offmon.core.formats.envelope import Enclosed, content_commit, enclose, open_checked, place_of, public_of
from offmon.core.formats.event import Envelope
from offmon.core.formats.journal import envelope_commit
from offmon.core.ids import Digest, Ms
from tests.prove.markers import proves
from tests.unit.core.samples import BODY, EMPTY, NOW, claim_on, code_of, digest, ident, profile

VAULT = X25519PrivateKey.from_private_bytes(bytes(range(32)))
SALT = bytes(range(32))
INSIDE = Enclosed(SALT, BODY)
PLACE = Envelope(
    deployment=ident("deployment"),
    device=ident("device"),
    epoch=ident("epoch"),
    n=7,
    profile=digest("profile"),
    profile_version=1,
    content_commit=content_commit(BODY, SALT),
    claim=claim_on(profile()),
)
CIPHERTEXT = enclose(INSIDE, public_of(VAULT), place_of(PLACE))
OVERHEAD = 32 + 16  # the encapsulated key and the tag


def test_the_vault_opens_what_the_device_enclosed() -> None:
    assert open_checked(PLACE, CIPHERTEXT, VAULT) == INSIDE


@pytest.mark.parametrize(
    "moved",
    [
        {"deployment": ident("other")},
        {"device": ident("other")},
        {"epoch": ident("other")},
        {"n": 8},
        {"profile": digest("other")},
    ],
)
def test_a_body_moved_to_another_place_does_not_open(moved: dict[str, Any]) -> None:
    assert code_of(open_checked, replace(PLACE, **moved), CIPHERTEXT, VAULT) == "does-not-open"


def test_another_key_does_not_open_it() -> None:
    assert code_of(open_checked, PLACE, CIPHERTEXT, X25519PrivateKey.generate()) == "does-not-open"


def test_nor_the_bit_that_x25519_ignores() -> None:
    changed = bytearray(CIPHERTEXT)
    changed[31] ^= 0x80
    assert code_of(open_checked, PLACE, bytes(changed), VAULT) == "does-not-open"


@pytest.mark.parametrize(
    "inside", [Enclosed(SALT, replace(BODY, url="https://other.invalid/")), Enclosed(bytes(32), BODY)]
)
@proves("S12", content_commit, disabled=lambda body, salt: PLACE.content_commit)
def test_a_body_swapped_at_the_vault_is_noticed(inside: Enclosed) -> None:
    swapped = enclose(inside, public_of(VAULT), place_of(PLACE))
    assert code_of(open_checked, PLACE, swapped, VAULT) == "body-swapped"


@pytest.mark.parametrize("name", [f.name for f in fields(Envelope)])
def test_an_envelope_is_committed_whole(name: str) -> None:
    others: dict[str, Any] = {
        "n": 8,
        "profile_version": 2,
        "content_commit": digest("other"),
        "profile": digest("other"),
        "claim": replace(PLACE.claim, event_at=Ms(NOW + 1)),
    }
    changed = replace(PLACE, **{name: others.get(name, ident("other"))})
    assert envelope_commit(changed, SALT) != envelope_commit(PLACE, SALT)
    assert envelope_commit(PLACE, bytes(32)) != envelope_commit(PLACE, SALT)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_an_envelopes_salt_has_32_bytes(length: int) -> None:
    assert code_of(envelope_commit, PLACE, bytes(length)) == "bad-salt"


@pytest.mark.parametrize(
    "padded",
    [
        b"",
        bytes(1024),  # no mark
        b"text\x80" + bytes(10),  # not a power of two
        b"text\x80" + bytes(2043),  # larger than need be: a length of one's own choosing is a message
        b"text\x80" + bytes(1018) + b"\1",
    ],
)
def test_padding_has_one_form(padded: bytes) -> None:
    assert code_of(envelope._unpad, padded) == "bad-padding"


def test_bodies_of_like_size_look_alike() -> None:
    sizes = {len(enclose(Enclosed(SALT, replace(EMPTY, url="u" * n)), public_of(VAULT), b"")) for n in (0, 5, 200, 700)}
    assert sizes == {envelope.MIN_PADDED + OVERHEAD}


def test_a_body_over_64_kib_is_quarantined() -> None:
    huge = Enclosed(SALT, replace(EMPTY, context_before="x" * envelope.MAX_PADDED))
    assert code_of(enclose, huge, public_of(VAULT), b"") == "too-large"


@pytest.mark.parametrize(
    ("key", "refused"),
    [
        (HpkeKey(2, bytes(32)), "unknown-suite"),
        (HpkeKey(1, bytes(31)), "unknown-suite"),
        (HpkeKey(1, bytes(32)), "weak-key"),
        (HpkeKey(1, b"\1" + bytes(31)), "weak-key"),
    ],
)
def test_a_key_that_is_none_is_refused(key: HpkeKey, refused: str) -> None:
    assert code_of(enclose, INSIDE, key, b"") == refused


def test_the_same_body_never_looks_the_same_twice() -> None:
    assert enclose(INSIDE, public_of(VAULT), place_of(PLACE)) != CIPHERTEXT


def test_what_is_inside_is_a_document_like_any_other() -> None:
    loose = envelope._pad(b'{"type": "offmon/enclosed@1"}')
    sealed = envelope.seal_bytes(loose, public_of(VAULT), place_of(PLACE))
    with pytest.raises(OffmonError):
        open_checked(PLACE, sealed, VAULT)
    assert codec.dump(INSIDE).startswith(b'{"body":')
    assert content_commit(EMPTY, SALT) != Digest(content_commit(BODY, SALT))
