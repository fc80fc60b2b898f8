"""A verdict holds nothing that a terminal would act on, whatever a bundle's text is (design §6)."""

import base64
import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from offmon.core.formats import canon
from offmon.verify.app import judge
from offmon.verify.text import as_json, as_text
from tests.support.tamper import honest

HOSTILE = st.sampled_from(
    ["\x1b[2J", "\r", "\n", "\x7f", "\x85", "\x9b1;1H", "\u200f", "\u2028", "\u202e", "\u2066", "\U000e0001"]
)


def texts(doc: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where a document has text: as a value, and as the name of one."""
    if isinstance(doc, str):
        return [at]
    parts = doc.items() if isinstance(doc, dict) else enumerate(doc) if isinstance(doc, list) else ()
    return [place for key, value in parts for place in texts(value, (*at, key))]


def bent(doc: Any, at: tuple[Any, ...], hostile: str, where: int) -> Any:
    """The document with hostile text put into the text there."""
    if not at:
        return doc[: where % (len(doc) + 1)] + hostile + doc[where % (len(doc) + 1) :]
    copy = dict(doc) if isinstance(doc, dict) else list(doc)
    copy[at[0]] = bent(doc[at[0]], at[1:], hostile, where)
    return copy


def named(doc: Any, at: tuple[Any, ...], before: Any) -> None:
    """Give the values of the record there the names that its fields now have, so that it is read as far as it can be."""
    for step in at:
        doc, before = doc[step], before[step]
    new = {old["name"]: field["name"] for old, field in zip(before["fields"], doc["fields"], strict=True)}
    values = json.loads(base64.b64decode(doc["values"]))
    doc["values"] = base64.b64encode(canon.encode({new[name]: value for name, value in values.items()})).decode()
    doc["fields"].sort(key=lambda field: field["name"])


def kinds() -> list[tuple[str, tuple[Any, ...]]]:
    """One text of each kind: by the folder of its file and its place there, whichever of a list it is in."""
    forged = honest()
    found = dict[tuple[Any, ...], tuple[str, tuple[Any, ...]]]()
    for path, data in sorted({**forged.payload, **forged.tags}.items()):
        for at in texts(json.loads(data)) if path.endswith(".json") else [()]:
            kind = re.sub(r"[0-9a-f]{32}|[0-9]+", "", path), *("" if isinstance(step, int) else step for step in at)
            found.setdefault(kind, (path, at))
    return list(found.values())


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(kinds()), HOSTILE, st.integers(0, 200), st.booleans())
def test_no_verdict_holds_a_control_or_turns_what_follows(
    kind: tuple[str, tuple[Any, ...]], hostile: str, where: int, with_keys: bool
) -> None:
    forged = honest()
    path, place = kind
    files = forged.payload if path in forged.payload else forged.tags
    if path.endswith(".json"):
        doc = json.loads(files[path])
        doc = bent(doc, place, hostile, where)
        if place[-1] == "name" and place[-3] == "fields" and hostile.isascii():  # no other could be a key of an object
            named(doc, place[:-3], json.loads(files[path]))
        files[path] = canon.encode(doc)
    else:
        at = where % len(files[path])
        files[path] = files[path][:at] + hostile.encode() + files[path][at:]
    verdict = judge(forged.bundle(), forged.trust if with_keys else None)
    assert all(line.isprintable() for line in as_text(verdict).split("\n"))
    assert as_json(verdict).isascii()
    assert as_json(verdict).isprintable()
