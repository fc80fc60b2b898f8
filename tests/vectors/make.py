"""Makes the known answers of this folder: `python tests/vectors/make.py [FOLDER]`.

Written from docs/specs, RFC 8785, DSSE v1, RFC 9421 and RFC 4648, with only the standard library and `cryptography`. It shares no code with
offmon, so that a mistake must be made twice to pass. Bytes are hex, or base64 where the format itself says base64, for any language to
read. The keys are invented: each seed is the SHA-256 of the key's name.
"""

import base64
import hashlib
import hmac
import json
import sys
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

type Doc = dict[str, Any]

TAGS = {
    name: f"offmon/{name}@1"
    for name in (
        *("document", "field", "record", "envelope", "journal-leaf", "gap", "note", "run", "list"),
        *("enrolment-secret", "root-digest", "os-account", "lot", "way-in-proof"),
    )
}
CASE, AGENCY, DEVICE = "ca5e" * 8, "a6e0" * 8, "de00" * 8
DEPLOYMENT, EPOCH, GRANT, TERM, LIST = "de91" * 8, "e90c" * 8, "6a00" * 8, "7e00" * 8, "1157" * 8
SALT = hashlib.sha256(b"salt").digest()
NOON = 1_795_608_000_000  # 2026-11-25T12:00:00Z
DAY_MS = 86_400_000


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def jcs(value: Any) -> str:
    """RFC 8785 for the values that documents have: no floats, ASCII keys."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"' + "".join(escaped(c) for c in value) + '"'
    if isinstance(value, list):
        return "[" + ",".join(jcs(item) for item in value) + "]"
    return "{" + ",".join(jcs(key) + ":" + jcs(value[key]) for key in sorted(value)) + "}"


def escaped(char: str) -> str:
    short = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
    return short.get(char) or (f"\\u{ord(char):04x}" if char < " " else char)


def drawn(name: str) -> str:
    """32 invented bytes that follow from a name, as hex."""
    return hashlib.sha256(name.encode()).hexdigest()


def tagged(tag: str, *parts: bytes) -> bytes:
    return hashlib.sha256(TAGS[tag].encode() + b"\x00" + b"".join(parts)).digest()


def key(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(drawn(name)))


def public(name: str) -> bytes:
    return key(name).public_key().public_bytes_raw()


def key_hash(name: str, kind: int) -> str:
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public(name)).digest()[:4].hex()


def vkey(name: str, kind: int = 1) -> str:
    return f"{name}+{key_hash(name, kind)}+{b64(bytes([kind]) + public(name))}"


def keyid(name: str) -> str:
    return f"{name}+{key_hash(name, 1)}"


def canonical_bytes() -> Doc:
    values: list[Any] = [
        None,
        True,
        [],
        {},
        0,
        -1,
        2**53 - 1,
        -(2**53) + 1,
        "",
        'quote " back \\ slash /',
        "".join(chr(n) for n in range(0x21)) + "\x7f",
        "caf\u00e9 \u20ac \u2028 \U0001f600",
        {"b": 1, "a": {"z": [1, "2", None], "A": False}, "": 0, "a-1": 2, "a1": 3, "_": 4},
    ]
    refused = {
        "white space": b'{"a": 1}',
        "a newline after it": b"1\n",
        "keys out of order": b'{"b":1,"a":2}',
        "a key twice": b'{"a":1,"a":1}',
        "a float": b"1.0",
        "an exponent": b"1e3",
        "minus zero": b"-0",
        "NaN": b"NaN",
        "infinity": b"Infinity",
        "2^53": b"9007199254740992",
        "-2^53": b"-9007199254740992",
        "an escape that is not needed": b'"\\u0041"',
        "an escaped slash": b'"\\/"',
        "upper-case hex in an escape": b'"\\u001F"',
        "half of a surrogate pair": b'"\\ud800"',
        "a pair written as escapes": b'"\\ud83d\\ude00"',
        "a raw half pair (CESU-8)": b'"\xed\xa0\x80"',
        "not UTF-8": b'"\xff"',
        "an overlong form": b'"\xc0\x80"',
        "a byte order mark": b"\xef\xbb\xbf1",
        "a raw control character": b'"\x01"',
        "a key that is not ASCII": '{"\u00e9":1}'.encode(),
        "seventeen levels": b"[" * 17 + b"]" * 17,
        "two documents": b"{}{}",
        "nothing": b"",
        "a comment": b"1//",
        "single quotes": b"'a'",
        "a leading zero": b"01",
    }
    return {
        "values": [{"value": value, "bytes": jcs(value).encode().hex()} for value in values],
        "refused": [{"what": what, "bytes": data.hex()} for what, data in refused.items()],
        "deepest": (b"[" * 16 + b"]" * 16).hex(),
    }


def tagged_digests() -> Doc:
    data = b"the same bytes"
    return {"data": data.hex(), "digests": [{"tag": TAGS[name], "digest": tagged(name, data).hex()} for name in TAGS]}


def field_digests(values: Doc, salt: bytes) -> tuple[dict[str, bytes], dict[str, str]]:
    salts = {name: hmac.new(salt, name.encode(), hashlib.sha256).digest() for name in values}
    digests = {name: tagged("field", salts[name], jcs([name, value]).encode()).hex() for name, value in values.items()}
    return salts, digests


def record_commit(kind: str, values: Doc, salt: bytes = SALT) -> Doc:
    salts, digests = field_digests(values, salt)
    commit = tagged("record", jcs({"type": kind, "fields": digests}).encode()).hex()
    return {
        "kind": kind,
        "salt": salt.hex(),
        "fields": [
            {"name": n, "value": values[n], "salt": salts[n].hex(), "digest": digests[n]} for n in sorted(values)
        ],
        "commit": commit,
    }


BODY = {
    "url": "https://listed.invalid/a?b=c",
    "title": "An invented page \u2014 caf\u00e9",
    "matched_entry": "listed.invalid",
    "context_before": None,
    "context_after": None,
}


def commitments() -> Doc:
    decision = {
        "id": "dec1" * 8,
        "alert": "a1e7" * 8,
        "outcome": "not_a_match",
        "reason": "A news page about the site.",
        "decided_by": "0ff1" * 8,
        "decided_at": NOON,
        "corrects": None,
        "why_corrected": None,
        "unseen_reason": None,
    }
    return {"records": [record_commit("decision", decision), record_commit("offmon/body@1", BODY)]}


def envelope() -> Doc:
    return {
        "type": "offmon/envelope@1",
        "deployment": DEPLOYMENT,
        "device": DEVICE,
        "epoch": EPOCH,
        "n": 2,
        "profile": "ab" * 32,
        "profile_version": 3,
        "content_commit": record_commit("offmon/body@1", BODY)["commit"],
        "claim": {
            "kind": "site",
            "grant": GRANT,
            "terms": [TERM],
            "detector": "sites@1",
            "list": {"id": LIST, "name": "demo-sites@1", "digest": "cd" * 32},
            "rule": "r1",
            "band": "exact",
            "gravity": "standard",
            "origin": "typed",
            "event_at": NOON,
            "captured_at": NOON + 40,
            "clock_offset_ms": -1500,
        },
    }


def gap() -> Doc:
    return {
        "type": "offmon/gap@1",
        "device": DEVICE,
        "epoch": EPOCH,
        "n": 0,
        "reason": "new_epoch",
        "since": NOON - 60_000,
        "until": NOON - 1_000,
        "lost": None,
        "last_epoch": "01d0" * 8,
        "last_size": 17,
    }


def note() -> Doc:
    return {
        "type": "offmon/note@1",
        "device": DEVICE,
        "epoch": EPOCH,
        "n": 1,
        "note": "started",
        "at": NOON,
        "count": None,
    }


def leaf(kind: str, number: int, document: Doc, tag: str, ciphertext: bytes) -> Doc:
    commit = tagged(tag, SALT, jcs(document).encode())
    enclosed = hashlib.sha256(ciphertext).digest()
    data = tagged("journal-leaf", bytes([number]), commit, enclosed)
    return {
        "kind": kind,
        "document": document,
        "salt": SALT.hex(),
        "commit": commit.hex(),
        "ciphertext": ciphertext.hex(),
        "ciphertext_sha256": enclosed.hex(),
        "leaf_data": data.hex(),
        "leaf_hash": hashlib.sha256(b"\x00" + data).hexdigest(),
    }


def journal() -> Doc:
    leaves = [
        leaf("gap", 2, gap(), "gap", b""),
        leaf("note", 3, note(), "note", b""),
        leaf("disclosure", 1, envelope(), "envelope", b"not really enclosed"),
    ]
    one, two, three = (bytes.fromhex(entry["leaf_hash"]) for entry in leaves)
    pair = hashlib.sha256(b"\x01" + one + two).digest()
    return {
        "leaves": leaves,
        "root": hashlib.sha256(b"\x01" + pair + three).hexdigest(),
        "hpke_info": jcs({k: envelope()[k] for k in ("deployment", "device", "epoch", "n", "profile")}).encode().hex(),
        "list_info": f"offmon/list-entries@1 {DEVICE} {'cd' * 32}".encode().hex(),
    }


def audit_run() -> Doc:
    entries, previous = list[Doc](), bytes(32)
    for number, verb in enumerate(("case.opened", "alert.decided")):
        fields = {
            "at": NOON + number,
            "agency": AGENCY,
            "case": CASE,
            "verb": verb,
            "operation": ("collection", "alteration")[number],
            "outcome": "allowed",
            "actor": {"id": "0ff1" * 8, "role": "offender_manager", "team": None, "agency": AGENCY},
            "session": None,
            "request": "4e90" * 8,
            "reason": None,
            "recipient": None,
            "alert": (None, "a1e7" * 8)[number],
            "decision": (None, "dec1" * 8)[number],
            "manifest": None,
            "touched": [{"table": "cases_case", "id": CASE, "commit": "ef" * 32}],
        }
        entry = record_commit("audit", fields)
        record = tagged("run", bytes.fromhex(CASE), number.to_bytes(8, "big"), previous, bytes.fromhex(entry["commit"]))
        entries.append(
            {
                "number": number,
                "previous": previous.hex(),
                "fields": fields,
                "salt": SALT.hex(),
                "commit": entry["commit"],
                "record": record.hex(),
            }
        )
        previous = record
    return {"run": CASE, "entries": entries}


def pae(kind: str, payload: bytes) -> bytes:
    return b"DSSEv1 " + b" ".join([str(len(kind)).encode(), kind.encode(), str(len(payload)).encode(), payload])


def dsse() -> Doc:
    name = "receipt.invalid/86"
    payload = jcs({"type": "offmon/time@1", "at": NOON, "nonce": "0f" * 16}).encode()
    kind = "application/vnd.offmon.time.v1+json"
    signature = key(name).sign(pae(kind, payload))
    signed = {
        "payload": b64(payload),
        "payloadType": kind,
        "signatures": [{"keyid": keyid(name), "sig": b64(signature)}],
    }
    data = jcs(signed).encode()
    return {
        "vkey": vkey(name),
        "type": "offmon/time@1",
        "payload_type": kind,
        "payload": payload.hex(),
        "pae": pae(kind, payload).hex(),
        "signature": signature.hex(),
        "signed": data.hex(),
        "digest": tagged("document", data).hex(),
    }


def keys() -> Doc:
    names = [("root.invalid/86", 1), ("force.invalid/86/profile", 1), ("witness.invalid/one", 4)]
    return {
        "keys": [
            {
                "name": name,
                "seed": drawn(name),
                "algorithm": kind,
                "public": public(name).hex(),
                "vkey": vkey(name, kind),
                "fingerprint": tagged("root-digest", vkey(name, kind).encode()).hex(),
            }
            for name, kind in names
        ],
        "small_order": [
            point.hex()
            for point in (
                bytes(32),
                b"\x01" + bytes(31),
                b"\x01" + bytes(30) + b"\x80",
                b"\xec" + b"\xff" * 30 + b"\x7f",
                b"\xed" + b"\xff" * 30 + b"\x7f",
                b"\xee" + b"\xff" * 30 + b"\xff",
                bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
                bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"),
            )
        ],
    }


def http_signature() -> Doc:
    name = f"device.invalid/{DEVICE}"
    body = jcs({"type": "offmon/example@1"}).encode()
    uri = "https://ingest.invalid/v1/batches"
    digest = f"sha-256=:{b64(hashlib.sha256(body).digest())}:"
    created = NOON // 1000
    params = (
        '("@method" "@target-uri" "content-digest")'
        f';created={created};expires={created + 300};nonce="{"0f" * 16}";keyid="{keyid(name)}";alg="ed25519";tag="offmon-device"'
    )
    base = f'"@method": POST\n"@target-uri": {uri}\n"content-digest": {digest}\n"@signature-params": {params}'
    return {
        "vkey": vkey(name),
        "seed": drawn(name),
        "method": "POST",
        "uri": uri,
        "body": body.hex(),
        "at": NOON,
        "nonce": "0f" * 16,
        "base": base,
        "headers": {
            "Content-Digest": digest,
            "Signature-Input": f"sig1={params}",
            "Signature": f"sig1=:{b64(key(name).sign(base.encode()))}:",
        },
    }


def enrolment_code() -> Doc:
    root = "root.invalid/86"
    fingerprint = tagged("root-digest", vkey(root).encode())
    secret = bytes(range(10))
    letters = base64.b32encode(secret + fingerprint[:10]).decode()
    return {
        "root": vkey(root),
        "secret": secret.hex(),
        "root_half": fingerprint[:10].hex(),
        "code": "-".join(letters[i : i + 4] for i in range(0, 32, 4)),
    }


def way_in() -> Doc:
    name, code = "abcdefgh", "ABCDE-23456"
    both = jcs([name, code.replace("-", "")]).encode()
    return {"name": name, "code": code, "proof": tagged("way-in-proof", both).hex()}


FILES = {
    "canon": canonical_bytes,
    "tags": tagged_digests,
    "commitment": commitments,
    "journal": journal,
    "run": audit_run,
    "dsse": dsse,
    "keys": keys,
    "httpsig": http_signature,
    "enrolment": enrolment_code,
    "way-in": way_in,
}


def main(folder: Path) -> None:
    for name, make in FILES.items():
        text = json.dumps(make(), indent=1, ensure_ascii=True)
        (folder / f"{name}.json").write_text(text + "\n", encoding="ascii")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
