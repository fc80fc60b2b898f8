"""The witness's configuration: one TOML file, and nothing from the environment.

Rules
- Every setting is checked before the witness listens. An unknown one is refused, since a misspelt setting is not in force.
- The file must name the operator, and say whether they are independent of the agency and its supplier. There is no default.
- The witness listens on loopback unless told otherwise. A reverse proxy in front of it speaks TLS.
- A log may have several keys at once, so that a key change can overlap. Paths are relative to the file.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from offmon.core.errors import Malformed, Refused
from offmon.core.formats.keys import Algorithm, PublicKey
from offmon.core.ids import CHECKS, Origin

LOOPBACK = "127.0.0.1:8090"
_MAX_FILE = 1 << 20
_LISTEN = re.compile(r"\[?(?P<host>[0-9A-Za-z.:-]{1,253}?)\]?:(?P<port>[1-9][0-9]{0,4})")


@dataclass(frozen=True, slots=True)
class Config:
    """A witness's settings. `logs` maps each origin to the keys that are trusted for it."""

    operator: str
    independent: bool
    key_file: Path
    state_file: Path
    host: str
    port: int
    logs: Mapping[str, tuple[PublicKey, ...]]


def load(path: Path) -> Config:
    """The settings in a file. Raises Malformed or Refused."""
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_FILE)
    except OSError as error:
        raise Refused("no-config", f"{path} cannot be read: {error.strerror}.") from None
    return parse(data, base=path.parent)


def parse(data: bytes, *, base: Path) -> Config:
    """The settings in a file's bytes; relative paths start at `base`. Raises Malformed."""
    try:
        table = tomllib.loads(data.decode())
    except (ValueError, RecursionError):
        raise Malformed("bad-config", "The configuration is not TOML in UTF-8.") from None
    operator, independent, key, state, listen, logs = _take(
        table,
        {"operator": str, "independent": bool, "key": str, "state": str, "listen": str, "logs": list},
        {"listen": LOOPBACK},
    )
    place = _LISTEN.fullmatch(listen)
    if not place or int(place["port"]) >= 1 << 16:
        raise Malformed("bad-config", f"`listen` is an address and a port, such as {LOOPBACK}.")
    if not operator.strip() or not operator.isprintable():
        raise Malformed("bad-config", "`operator` says in one line who runs this witness.")
    pairs = [_log(entry) for entry in logs]
    if not pairs or len(dict(pairs)) != len(pairs):
        raise Malformed("bad-config", "`logs` names each log that is witnessed, once.")
    return Config(operator, independent, base / key, base / state, place["host"], int(place["port"]), dict(pairs))


def _log(entry: Any) -> tuple[str, tuple[PublicKey, ...]]:
    origin, vkeys = _take(entry, {"origin": str, "vkeys": list}, {})
    if not CHECKS[Origin](origin) or not vkeys or not all(isinstance(vkey, str) for vkey in vkeys):
        raise Malformed("bad-config", "Each log has an `origin` and its `vkeys`: a list of one key or more.")
    keys = tuple(PublicKey.parse(vkey) for vkey in vkeys)
    if any(key.algorithm is not Algorithm.ED25519 for key in keys):
        raise Malformed("bad-config", "A log's key is an Ed25519 key (algorithm 1), not a witness's.")
    return origin, keys


def _take(table: Any, kinds: Mapping[str, type], defaults: Mapping[str, Any]) -> list[Any]:
    """The values of exactly these settings, in order."""
    known = dict(defaults) | table if isinstance(table, dict) else {}
    if set(known) != set(kinds):
        raise Malformed("bad-config", f"The settings here are exactly: {', '.join(kinds)}.")
    for name, kind in kinds.items():
        if type(known[name]) is not kind:
            raise Malformed("bad-config", f"The setting `{name}` is of the wrong kind.")
    return [known[name] for name in kinds]
