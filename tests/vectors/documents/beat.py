"""A short heartbeat and its answer (device-protocol.md), made apart from Offmon's code; `make.py` says whose."""

import json
import struct
from base64 import b64decode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

type Doc = dict[str, Any]

TARGET = "https://ingest.invalid/v1/beats"
KIND = "application/vnd.offmon.beat.v1"


def state(of: dict[str, Any]) -> Doc:
    """What device and agency both know. `of`: what `make.py` has."""
    known = {name: of["checkpoint"]()[name] for name in ("device", "epoch", "size", "root", "boot")}
    keys, profile = of["signed"](of["keys"](2), of["ROOT"]), of["signed"](of["profile"](), of["SIGNS"]["profile"])
    held = {"keys": of["digest"](keys), "profile": of["digest"](profile)}
    return {"type": "offmon/device-state@1"} | known | held | {"log_checkpoint": of["receipt"]()["log_checkpoint"]}


def beats(of: dict[str, Any]) -> Doc:
    """One of that state, and its answer."""
    formats, name = of["FORMATS"], of["DEVICE_NAME"]
    digest = of["digest"](of["jcs"](state(of)).encode())
    said = sent(digest, of["NOON"], formats["keyid"](name), formats["pae"], formats["key"](name).sign)
    receipt = json.loads(of["signed"](of["receipt"]() | {"refused": []}, of["SIGNS"]["receipt"]))
    signature = b64decode(receipt["signatures"][0]["sig"])
    return {"sent": said, "answer": answer(receipt, of["receipt"]()["at"], signature)}


def sent(of: str, at: int, keyid: str, pae: Callable[[str, bytes], bytes], sign: Callable[[bytes], bytes]) -> Doc:
    """`of`: the digest of the state. The clock is behind, so its offset has a sign."""
    said = struct.pack(">qq", at, -1500) + bytes.fromhex(of)
    signed = pae(KIND, b" ".join([TARGET.encode(), keyid.encode(), said]))
    return {
        "target": TARGET,
        "keyid": keyid,
        "at": at,
        "clock_offset_ms": -1500,
        "state": of,
        "bytes": (said + sign(signed) + keyid.encode()).hex(),
        "nonce": sha256(signed).hexdigest()[:32],
    }


def answer(signed_receipt: Doc, at: int, signature: bytes) -> Doc:
    """Of the signed receipt what the device cannot know. `signed_receipt`: as it would be sent whole."""
    return {"receipt": signed_receipt, "bytes": (struct.pack(">q", at) + signature).hex()}
