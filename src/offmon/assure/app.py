"""`offmon assure SITE`: each promise of the public page, the controls that keep it, when each was last checked, and its standing.

    offmon assure http://www.localhost:8083 [--json]

Rules
- It reads what the site publishes. It judges the checks itself, by the rule of `core.public.assurance` and this machine's clock. A site
  whose clock or checks stop is stale, whatever it says.
- Exit status: 0 no promise is broken or stale, 1 one is, 2 nothing readable answered.
- A compliance record that is not held is reported and is no failure, since nobody claims it. Neither is a promise with nothing to check
  yet, as where the figure of four weeks ago is 0.
"""

import argparse
import http.client
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, Final, cast
from urllib.parse import urlsplit

from offmon.assure.clock import now
from offmon.core import clock
from offmon.core.errors import Malformed, OffmonError
from offmon.core.ids import CHECKS, Ms
from offmon.core.public.assurance import (
    PROMISES,
    RED,
    Control,
    ControlStanding,
    HeldPaper,
    Observation,
    Promise,
    PromiseSeen,
    judge,
)
from offmon.core.text.terminal import printable, tolerate
from offmon.words.catalogue import Language, translate
from offmon.words.inline_markup import plain

PATH: Final = "/safeguards.json"
TYPE: Final = "offmon/assurance@1"
MOST_BYTES: Final = 1 << 20
TIMEOUT_S: Final = 10.0
_NO_ADDRESS: Final = "Give the address of a public site, such as https://www.example."
_MARKS: Final = {
    ControlStanding.HOLDS: "kept",
    ControlStanding.NOT_HELD: "not held",
    ControlStanding.NOTHING_YET: "none yet",
    ControlStanding.FAILS: "BROKEN",
    ControlStanding.STALE: "STALE",
}


def main(arguments: list[str]) -> int:
    """Run it; returns the exit status."""
    tolerate(sys.stdout, sys.stderr)
    given = _parser().parse_args(arguments)
    try:
        document = _fetch(given.site)
        looks, shown = read(document), figures(document)
    except OffmonError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    at = now()
    seen = [judge(promise, looks, at) for promise in PROMISES]
    sys.stdout.write(as_json(seen, shown) if given.json else "".join(text(one, shown) for one in seen))
    return 1 if any(one.standing in RED for one in seen) else 0


def read(document: bytes) -> Mapping[Control, Observation]:
    """The looks that a site publishes. Raises Malformed for anything else."""
    with _as_published():
        found: dict[str, Any] = json.loads(document)
        if found["type"] != TYPE:
            raise ValueError
        looks = [
            Observation(
                Control(name), ControlStanding(look["standing"]), None, _moment(look["at"]), _paper(look.get("paper"))
            )
            for name, look in found["looks"].items()
        ]
        return {look.control: look for look in looks}


def figures(document: bytes) -> Mapping[Control, str]:
    """The figure of each control that has one, as the site publishes it: a small number of people is not told apart. Raises Malformed."""
    with _as_published():
        looks: dict[str, Any] = json.loads(document)["looks"]
        return {
            Control(name): _words_given(look["figure"])[:20]
            for name, look in looks.items()
            if look.get("figure") is not None
        }


def as_json(seen: list[PromiseSeen], shown: Mapping[Control, str]) -> str:
    """Every promise for programs: in plain words what keeps it, what stands behind that and its test; each figure as it is published."""
    docs = [asdict(one) | {"words": _words(one.promise)} for one in seen]
    for look in (look for doc in docs for look in doc["looks"]):
        look["figure"] = shown.get(look["control"])
    return json.dumps(docs) + "\n"


def text(seen: PromiseSeen, shown: Mapping[Control, str]) -> str:
    """One promise, as lines for a person. `shown`: the published figures."""
    words = translate(Language.ENGLISH, f"site.safeguards.promise.{seen.promise.slug}.text")
    at = "never" if seen.at is None else clock.utc_text(seen.at)
    controls = ", ".join(_named(one, seen, shown) for one in seen.promise.controls)
    papers = "".join(_held(look.paper) for look in seen.looks if look.paper is not None)
    return f"{_MARKS[seen.standing]:9} {words}\n          by {controls}; last looked at {at}\n{papers}"


def _named(control: Control, seen: PromiseSeen, shown: Mapping[Control, str]) -> str:
    """The control with its figure; where it fails, that it does, since several promises may rest on it."""
    fails = any(look.control is control and look.standing is ControlStanding.FAILS for look in seen.looks)
    beside = [*([printable(shown[control])] if control in shown else []), *(["broken"] if fails else [])]
    return f"{control} ({', '.join(beside)})" if beside else control


def _words(promise: Promise) -> dict[str, str]:
    said = ("text", "how", "behind", "shown", "check")
    return {part: plain(translate(Language.ENGLISH, f"site.safeguards.promise.{promise.slug}.{part}")) for part in said}


def _held(paper: HeldPaper) -> str:
    return f"          held from {printable(paper.issuer)}, until {clock.utc_text(paper.until)}\n"


@contextmanager
def _as_published() -> Iterator[None]:
    """Whatever cannot be read as what a site of ours publishes is no answer: nothing was learnt of any promise."""
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Malformed("no-assurance", "What answered is no page of Offmon's promises; check the address.") from None


def _moment(told: object) -> Ms:
    if not CHECKS[Ms](told):
        raise ValueError
    return cast("Ms", told)


def _words_given(told: object) -> str:
    if not isinstance(told, str):
        raise TypeError
    return told


def _paper(told: dict[str, Any] | None) -> HeldPaper | None:
    return None if told is None else HeldPaper(_words_given(told["issuer"]), _moment(told["until"]))


def _fetch(site: str) -> bytes:
    try:
        return _ask(site)
    except (ValueError, http.client.InvalidURL):  # brackets, a port or a name that no address has
        raise Malformed("no-address", _NO_ADDRESS) from None


def _ask(site: str) -> bytes:
    where = urlsplit(site)
    if where.scheme not in {"http", "https"} or where.hostname is None:
        raise Malformed("no-address", _NO_ADDRESS)
    kind = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
    # A name below localhost is this machine's, and not every resolver knows that (RFC 6761 §6.3).
    host = "127.0.0.1" if where.hostname.endswith(".localhost") else where.hostname
    connection = kind(host, where.port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", PATH, headers={"Host": where.netloc})
        answer = connection.getresponse()
        document = answer.read(MOST_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise Malformed("no-answer", f"The site does not answer: {type(error).__name__}.") from None
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise Malformed("no-answer", f"The site answered {answer.status}; check the address.")
    return document


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="offmon assure", description=__doc__.partition("\n")[0])
    parser.add_argument("site", help="the address of the public site")
    parser.add_argument("--json", action="store_true", help="one JSON list")
    return parser
