"""Makes the known answers of this folder: `python tests/vectors/enclosed/make.py [FOLDER]`.

Written from docs/specs/disclosure.md ("Enclosing") and RFC 9180, with HMAC, X25519 and AES-GCM alone and no HPKE library. It shares no code
with offmon, so that a mistake must be made twice to pass. The keys are invented. A real sender draws a new ephemeral key for each body.
Here it is fixed, and so is the ciphertext. Long bytes are given by length and SHA-256: `filled` says how many x they carry.
"""

import hashlib
import hmac
import json
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMATS = runpy.run_path(str(Path(__file__).parents[1] / "make.py"))
b64, record_commit = FORMATS["b64"], FORMATS["record_commit"]
jcs: Callable[[Any], str] = FORMATS["jcs"]

type Doc = dict[str, Any]

BODY: Doc = FORMATS["BODY"]
SALT: bytes = FORMATS["SALT"]

# RFC 9180 §7: X25519, HKDF-SHA256, AES-128-GCM, AES-256-GCM
KEM, KDF, AES_128, AES_256 = 0x0020, 0x0001, 0x0001, 0x0002
LEAST, MOST = 1 << 10, 1 << 16
# RFC 9180 A.1.1, with AES-128-GCM: what stands there of this module's own hand, before it is trusted with another key length.
RFC_EPHEMERAL = "52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736"
RFC_RECIPIENT = "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d"
RFC_INFO = "4f6465206f6e2061204772656369616e2055726e"
RFC_PLAINTEXT, RFC_AAD = "4265617574792069732074727574682c20747275746820626561757479", "436f756e742d30"


def private(name: str) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(bytes.fromhex(FORMATS["drawn"](name)))


def hmac_256(key: bytes, data: bytes) -> bytes:
    return hmac.new(key, data, hashlib.sha256).digest()


def extract(suite: bytes, salt: bytes, label: bytes, material: bytes) -> bytes:
    """LabeledExtract, RFC 9180 §4."""
    return hmac_256(salt or bytes(32), b"HPKE-v1" + suite + label + material)


def expand(suite: bytes, secret: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """LabeledExpand, RFC 9180 §4, with RFC 5869's expand written out."""
    info = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    block, out = b"", b""
    while len(out) < length:
        block = hmac_256(secret, block + info + bytes([len(out) // 32 + 1]))
        out += block
    return out[:length]


def numbers(*ids: int) -> bytes:
    return b"".join(one.to_bytes(2, "big") for one in ids)


def schedule(shared: bytes, enc: bytes, recipient: bytes, info: bytes, aead: int = AES_256) -> Doc:
    """Shared secret, key and nonce of the first message: RFC 9180 §4.1 (ExtractAndExpand) and §5.1 (mode_base, no psk)."""
    kem, suite = b"KEM" + numbers(KEM), b"HPKE" + numbers(KEM, KDF, aead)
    secret = expand(kem, extract(kem, b"", b"eae_prk", shared), b"shared_secret", enc + recipient, 32)
    context = b"\x00" + extract(suite, b"", b"psk_id_hash", b"") + extract(suite, b"", b"info_hash", info)
    scheduled = extract(suite, secret, b"secret", b"")
    return {
        "shared_secret": secret,
        "key": expand(suite, scheduled, b"key", context, 16 if aead == AES_128 else 32),
        "nonce": expand(suite, scheduled, b"base_nonce", context, 12),
    }


def seal(
    plain: bytes, recipient: bytes, ephemeral: X25519PrivateKey, info: bytes, *, aad: bytes = b"", aead: int = AES_256
) -> bytes:
    """Single-shot base mode: encapsulated key, then what AES-GCM made."""
    enc = ephemeral.public_key().public_bytes_raw()
    keys = schedule(ephemeral.exchange(X25519PublicKey.from_public_bytes(recipient)), enc, recipient, info, aead)
    return enc + AESGCM(keys["key"]).encrypt(keys["nonce"], plain, aad)


def open_sealed(ciphertext: bytes, recipient: X25519PrivateKey, info: bytes) -> bytes:
    """What `seal`, or another who keeps RFC 9180, sealed."""
    enc = ciphertext[:32]
    shared = recipient.exchange(X25519PublicKey.from_public_bytes(enc))
    keys = schedule(shared, enc, recipient.public_key().public_bytes_raw(), info)
    return AESGCM(keys["key"]).decrypt(keys["nonce"], ciphertext[32:], b"")


def padded(plaintext: bytes) -> bytes:
    """`80`, then zeros, to the smallest power of two from 1 KiB. Also past 64 KiB: what a reader must refuse has to be made too."""
    size = LEAST
    while size <= len(plaintext):
        size *= 2
    return plaintext + b"\x80" + bytes(size - len(plaintext) - 1)


def body_of(filled: int) -> Doc:
    return BODY if not filled else BODY | {"context_after": "x" * filled}


def plaintext_of(filled: int) -> bytes:
    inside = {"type": "offmon/enclosed@1", "salt": b64(SALT), "body": body_of(filled) | {"type": "offmon/body@1"}}
    return jcs(inside).encode()


def padded_of(filled: int) -> bytes:
    return padded(plaintext_of(filled))


def filling(length: int) -> int:
    """How many x make a plaintext of that length."""
    return length - len(plaintext_of(1)) + 1


def envelope_of(filled: int) -> Doc:
    commit = record_commit("offmon/body@1", body_of(filled))["commit"]
    return {**FORMATS["envelope"](), "content_commit": commit}


def sealed_of(filled: int) -> bytes:
    place = {name: envelope_of(filled)[name] for name in ("deployment", "device", "epoch", "n", "profile")}
    vault = private("vault.invalid/86").public_key().public_bytes_raw()
    return seal(padded_of(filled), vault, private("ephemeral"), jcs(place).encode())


def short(data: bytes) -> Doc:
    return {"length": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def case(what: str, filled: int) -> Doc:
    whole = {"plaintext": plaintext_of(filled), "padded": padded_of(filled), "ciphertext": sealed_of(filled)}
    told = {name: short(data) | ({} if filled else {"bytes": data.hex()}) for name, data in whole.items()}
    return {"what": what, "filled": filled, "envelope": envelope_of(filled), **told}


def bodies() -> Doc:
    """A small body whole; then each edge of the padding; then one byte too many, which is not sent, and is refused where it arrives."""
    vault, ephemeral = private("vault.invalid/86"), private("ephemeral")
    info = jcs({name: envelope_of(0)[name] for name in ("deployment", "device", "epoch", "n", "profile")}).encode()
    enc, recipient = ephemeral.public_key().public_bytes_raw(), vault.public_key().public_bytes_raw()
    keys = schedule(ephemeral.exchange(vault.public_key()), enc, recipient, info)
    return {
        "suite": {"kem": KEM, "kdf": KDF, "aead": AES_256},
        "private": vault.private_bytes_raw().hex(),
        "public": recipient.hex(),
        "ephemeral": ephemeral.private_bytes_raw().hex(),
        "enc": enc.hex(),
        "info": info.hex(),
        "aad": "",
        **{name: value.hex() for name, value in keys.items()},
        "salt": SALT.hex(),
        "cases": [
            case("a small body", 0),
            case("1 KiB, full", filling(LEAST - 1)),
            case("one byte more: 2 KiB", filling(LEAST)),
            case("64 KiB, full", filling(MOST - 1)),
        ],
        "too_large": case("one byte too many", filling(MOST)),
    }


def list_entries() -> Doc:
    """A list's entries on their way to one device: not padded, and bound to the device and the list."""
    device, ephemeral = private("device.invalid/list"), private("another ephemeral")
    entries = {
        "type": "offmon/list-entries@1",
        "list": FORMATS["LIST"],
        "name": "demo-sites@1",
        "entries": [{"rule": "r1", "pattern": "listed.invalid", "gravity": "standard"}],
    }
    plaintext, info = jcs(entries).encode(), f"offmon/list-entries@1 {FORMATS['DEVICE']} {'cd' * 32}".encode()
    ciphertext = seal(plaintext, device.public_key().public_bytes_raw(), ephemeral, info)
    return {
        "private": device.private_bytes_raw().hex(),
        "ephemeral": ephemeral.private_bytes_raw().hex(),
        "info": info.hex(),
        "plaintext": plaintext.hex(),
        "ciphertext": ciphertext.hex(),
    }


def rfc_example() -> Doc:
    """The first message of RFC 9180 A.1.1 by this hand; the test has what the RFC says of it."""
    ephemeral = X25519PrivateKey.from_private_bytes(bytes.fromhex(RFC_EPHEMERAL))
    recipient = bytes.fromhex(RFC_RECIPIENT)
    info, enc = bytes.fromhex(RFC_INFO), ephemeral.public_key().public_bytes_raw()
    keys = schedule(ephemeral.exchange(X25519PublicKey.from_public_bytes(recipient)), enc, recipient, info, AES_128)
    sealed = seal(bytes.fromhex(RFC_PLAINTEXT), recipient, ephemeral, info, aad=bytes.fromhex(RFC_AAD), aead=AES_128)
    return {"enc": enc.hex(), **{name: value.hex() for name, value in keys.items()}, "ciphertext": sealed[32:].hex()}


def main(folder: Path) -> None:
    made = {"bodies": bodies(), "list_entries": list_entries()}
    text = json.dumps(made, indent=1, ensure_ascii=True)
    (folder / "enclosed.json").write_text(text + "\n", encoding="ascii")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
