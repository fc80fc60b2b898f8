"""Signed documents: one form, one signature, one kind (DSSE v1)."""

import json
from dataclasses import replace
from typing import Any

import pytest

from offmon.core.authority.lists import Exclusions
from offmon.core.authority.profile import Profile
from offmon.core.formats import canon, codec, dsse
from offmon.core.formats.protocol import SignedTime
from tests.unit.core.samples import NOW, code_of, key, profile

KEY = key("receipt.invalid/86")
PROFILE = profile()
DOCUMENT = SignedTime(NOW, "0f" * 16)
SIGNED = dsse.sign(DOCUMENT, KEY)


def test_a_signed_document_opens_with_its_key() -> None:
    assert dsse.open_signed(SignedTime, SIGNED, KEY.public) == DOCUMENT
    assert dsse.peek(SignedTime, SIGNED) == DOCUMENT
    assert dsse.signer_of(SIGNED) == KEY.public.keyid
    assert dsse.seal(SignedTime.TYPE, codec.dump(DOCUMENT), KEY) == SIGNED


def test_no_byte_of_it_can_be_changed() -> None:
    for index, byte in enumerate(SIGNED):
        changed = SIGNED[:index] + bytes([byte ^ 1]) + SIGNED[index + 1 :]
        assert code_of(dsse.open_signed, SignedTime, changed, KEY.public) is not None, index


def test_another_key_does_not_open_it() -> None:
    assert code_of(dsse.open_signed, SignedTime, SIGNED, key("other.invalid").public) == "bad-signature"


def test_one_kind_never_passes_for_another() -> None:
    exclusions = Exclusions.TYPE
    assert code_of(dsse.open_signed, Exclusions, SIGNED, KEY.public) == "wrong-document"
    assert code_of(dsse.peek, Profile, SIGNED) == "wrong-document"
    renamed = dsse.seal(exclusions, codec.dump(DOCUMENT), KEY)  # the payload still says what it is
    assert code_of(dsse.open_signed, Exclusions, renamed, KEY.public) == "bad-field"


def reshaped(**changed: Any) -> bytes:
    return canon.encode(json.loads(SIGNED) | changed)


SIGNATURE = json.loads(SIGNED)["signatures"][0]


@pytest.mark.parametrize(
    "data",
    [
        reshaped(signatures=[]),
        reshaped(signatures=[SIGNATURE, SIGNATURE]),
        reshaped(signatures=[SIGNATURE | {"keyid": "other.invalid+00000000"}]),  # one document, one spelling
        reshaped(signatures=[{"sig": SIGNATURE["sig"]}]),
        reshaped(signatures=[SIGNATURE | {"sig": ""}]),
        reshaped(more=None),
        SIGNED + b"\n",
        json.dumps(json.loads(SIGNED)).encode(),
    ],
)
def test_it_has_one_form(data: bytes) -> None:
    assert code_of(dsse.open_signed, SignedTime, data, KEY.public) is not None


def test_a_payload_that_is_not_canonical_is_refused_though_signed() -> None:
    loose = json.dumps(json.loads(codec.dump(DOCUMENT))).encode()
    data = dsse.seal(SignedTime.TYPE, loose, KEY)
    assert code_of(dsse.open_signed, SignedTime, data, KEY.public) == "not-canonical"


def test_what_is_signed_says_lengths_so_that_nothing_can_slide() -> None:
    assert dsse.pae("a", b"bc") == b"DSSEv1 1 a 2 bc"
    assert dsse.pae("é", b"") == "DSSEv1 2 é 0 ".encode()


def test_every_type_has_its_own_payload_type() -> None:
    types = ["offmon/list@1", "offmon/list-entries@1", "offmon/list@2", "offmon/lis@1"]
    assert len({dsse.payload_type(t) for t in types}) == len(types)
    assert dsse.payload_type(Profile.TYPE) == "application/vnd.offmon.profile.v5+json"


@pytest.mark.parametrize("earlier", Profile.EARLIER)
def test_an_earlier_type_is_read_with_defaults_and_a_mixture_of_two_is_refused(earlier: str) -> None:
    """As a bundle has it that was made before profiles named protected contacts, or had Welsh words."""
    doc, lacks = codec.to_doc(PROFILE), Profile.EARLIER[earlier]
    before = canon.encode({name: value for name, value in doc.items() if name not in lacks} | {"type": earlier})
    read = dsse.open_signed(Profile, dsse.seal(earlier, before, KEY), KEY.public)
    assert read == replace(PROFILE, welsh_texts=(), contacts=None if "contacts" in lacks else PROFILE.contacts)
    for kind, payload in ((Profile.TYPE, before), (earlier, codec.dump(PROFILE))):
        assert code_of(dsse.open_signed, Profile, dsse.seal(kind, payload, KEY), KEY.public) == "wrong-document"
    short = canon.encode({name: value for name, value in doc.items() if name not in lacks})
    assert code_of(dsse.open_signed, Profile, dsse.seal(Profile.TYPE, short, KEY), KEY.public) == "bad-field"
    assert code_of(dsse.open_signed, SignedTime, dsse.seal(earlier, before, KEY), KEY.public) == "wrong-document"
