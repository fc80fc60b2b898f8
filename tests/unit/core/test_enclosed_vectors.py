"""The known answers of tests/vectors/enclosed: HPKE by hand, without core's code or a library's HPKE. Each side opens what the other
sealed. So suite, padding and layout cannot change unseen (docs/specs/disclosure.md, "Enclosing")."""

import json
import runpy
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from offmon.core.authority import lists
from offmon.core.formats import codec, envelope, protocol
from offmon.core.formats.envelope import Enclosed
from offmon.core.formats.event import Envelope
from offmon.core.ids import Digest, Id
from tests.unit.core.samples import code_of

VECTORS = Path(__file__).parents[2] / "vectors" / "enclosed"
ANSWERS: Any = json.loads((VECTORS / "enclosed.json").read_text("ascii"))
BODIES = ANSWERS["bodies"]
MAKER = runpy.run_path(str(VECTORS / "make.py"))
CASES = pytest.mark.parametrize("case", BODIES["cases"], ids=lambda case: case["what"])
VAULT = X25519PrivateKey.from_private_bytes(bytes.fromhex(BODIES["private"]))


def whole(case: dict[str, Any], name: str, made_by: str) -> bytes:
    """The bytes that a case tells: as the maker makes them, which are the ones whose length and digest it tells."""
    make: Callable[[int], bytes] = MAKER[made_by]
    data = make(case["filled"])
    assert {"length": len(data), "sha256": sha256(data).hexdigest()} == {k: case[name][k] for k in ("length", "sha256")}
    assert case[name].get("bytes", data.hex()) == data.hex()
    return data


def test_the_hand_that_made_them_gives_what_rfc_9180_says() -> None:
    assert MAKER["rfc_example"]() == {  # A.1.1, and its first encryption
        "enc": "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431",
        "shared_secret": "fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc",
        "key": "4531685d41d65f03dc48f6b8302c05b0",
        "nonce": "56d890e5accaaf011cff4b7d",
        "ciphertext": "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a",
    }


@CASES
def test_core_opens_what_was_sealed_by_hand(case: dict[str, Any]) -> None:
    place = codec.from_doc(Envelope, case["envelope"])
    inside = envelope.open_checked(place, whole(case, "ciphertext", "sealed_of"), VAULT)
    assert codec.dump(inside) == whole(case, "plaintext", "plaintext_of")
    assert inside.salt.hex() == BODIES["salt"]
    assert envelope.place_of(place).hex() == BODIES["info"]


@CASES
def test_what_core_seals_opens_by_hand_padded_as_it_should_be(case: dict[str, Any]) -> None:
    inside = codec.load(Enclosed, whole(case, "plaintext", "plaintext_of"), max_size=1 << 16)
    sealed = envelope.enclose(inside, envelope.public_of(VAULT), bytes.fromhex(BODIES["info"]))
    assert len(sealed) == case["ciphertext"]["length"]
    padded = MAKER["open_sealed"](sealed, VAULT, bytes.fromhex(BODIES["info"]))
    assert padded == whole(case, "padded", "padded_of")


def test_one_byte_more_than_64_kib_is_refused_here_and_where_it_arrives() -> None:
    case = BODIES["too_large"]
    inside = codec.load(Enclosed, whole(case, "plaintext", "plaintext_of"), max_size=1 << 17)
    info = bytes.fromhex(BODIES["info"])
    assert code_of(envelope.enclose, inside, envelope.public_of(VAULT), info) == "too-large"
    sealed = whole(case, "ciphertext", "sealed_of")
    assert code_of(envelope.open_enclosed, sealed, VAULT, info) == "too-large"


def test_a_list_opens_on_the_device_that_it_was_sealed_to_by_hand() -> None:
    case = ANSWERS["list_entries"]
    device, info = X25519PrivateKey.from_private_bytes(bytes.fromhex(case["private"])), bytes.fromhex(case["info"])
    assert protocol.list_place(Id("de00" * 8), Digest("cd" * 32)) == info
    plaintext = envelope.open_bytes(bytes.fromhex(case["ciphertext"]), device, info)
    assert plaintext.hex() == case["plaintext"]
    assert codec.dump(codec.load(lists.ListEntries, plaintext, max_size=lists.MAX_ENTRIES_BYTES)) == plaintext
    sealed = envelope.seal_bytes(plaintext, envelope.public_of(device), info)
    assert MAKER["open_sealed"](sealed, device, info) == plaintext
