"""The documents of end-certificate.md, made apart from Offmon's code; `make.py` fills in who and when."""

from typing import Any

type Doc = dict[str, Any]

DAY_MS = 86_400_000


def facts(agency: str, case: str, deployment: str, devices: list[str], at: int) -> Doc:
    """One device with a later profile that grants nothing, one whose last profile ran out, one that never had any."""
    times = [(at + DAY_MS, at, at - 1), (at, None, None), (None, None, None)]
    return {
        "type": "offmon/end-facts@1",
        "agency": agency,
        "case": case,
        "deployment": deployment,
        "reference": "86/0001",
        "why": "discharged",
        "ended_at": at,
        "made_at": at + DAY_MS,
        "devices": [
            {"device": device, "granted_until": until, "stopped_at": stopped, "heard_at": heard}
            for device, (until, stopped, heard) in zip(devices, times, strict=True)
        ],
        "kept": {
            "until": at,
            "held": 3,
            "refused": 1,
            "erased": 0,
            "lost": 0,
            "exhibits": 1,
            "decisions": 2,
            "key_destroyed_at": at + DAY_MS,
        },
        "controller": {"agency": agency, "name": "An invented force", "contact": "86 000"},
    }


def certificate(said: Doc, proof: tuple[str, str, str], record: Doc) -> Doc:
    """Its form: one entry, one record and one profile. `proof`: checkpoint, Keys statement and profile."""
    checkpoint, keys, profile = proof
    place = {"number": 7, "previous": "ab" * 32, "index": 40, "path": ["cd" * 32]}
    return {
        "type": "offmon/end-certificate@1",
        "facts": said,
        "keys": [keys],
        "checkpoint": checkpoint,
        "entries": [{"record": record} | place],
        "records": [record],
        "profiles": [profile],
    }
