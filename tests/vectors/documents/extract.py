"""The document of log-extract.md, made apart from Offmon's code; `make.py` fills in who and when."""

from base64 import b64encode
from typing import Any

type Doc = dict[str, Any]

DAY_MS = 86_400_000


def extract(agency: str, case: str, at: int, run: list[Doc], proof: tuple[str, str]) -> Doc:
    """Both entries of the run beside it. Paths and checkpoint are those of another log: the form is what it shows.

    `proof`: the checkpoint, and the Keys statement.
    """
    entries = [
        {
            "entry": {"kind": "audit"} | entry["fields"],
            "salt": b64encode(bytes.fromhex(entry["salt"])).decode(),
            "number": entry["number"],
            "previous": entry["previous"],
            "index": 40 + 2 * entry["number"],
            "path": ["ab" * 32, "cd" * 32],
        }
        for entry in run
    ]
    search = {"case": case, "staff": None, "verb": None, "operation": None, "since": at - DAY_MS, "until": None}
    return {
        "type": "offmon/log-extract@1",
        "agency": agency,
        "search": search,
        "purpose": "lawfulness",
        "taken_at": at + DAY_MS,
        "keys": [proof[1]],
        "checkpoint": proof[0],
        "entries": entries,
    }
