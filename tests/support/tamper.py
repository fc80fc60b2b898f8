"""What someone who holds only the file can do to it, and how a test says what caught them."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from offmon.core import canon, codec, commitment, dsse
from offmon.core.bundle import layout, read, write
from offmon.core.bundle.layout import Record
from offmon.core.canon import Json
from offmon.core.keys import SigningKey
from offmon.core.trustfile import TrustFile
from offmon.verify.app import judge
from offmon.verify.verdict import Name, Verdict
from tests.support.forge import Forge, Forged, loaded

STRANGER = SigningKey.from_seed("force.invalid/86/profile", b"a fresh key of someone else's ..")


@cache
def _honest() -> Forged:
    return Forge().build()


def honest() -> Forged:
    """The untouched twin, as a copy that may be tampered with."""
    made = _honest()
    return replace(made, payload=dict(made.payload), tags=dict(made.tags))


def caught(bundle: bytes, trust: TrustFile | None, name: Name, code: str, words: str) -> Verdict:
    """That the check of this name failed for this reason, in these words, with exit status 1."""
    verdict = judge(bundle, trust)
    reasons = {reason.code: reason.sentence for reason in verdict.check(name).reasons}
    assert code in reasons, (verdict.unreadable, [(check.name.value, check.reasons) for check in verdict.checks])
    assert words in reasons[code], reasons[code]
    assert verdict.exit == 1
    return verdict


def edit[T](forged: Forged, path: str, cls: type[T], change: Callable[[T], T]) -> None:
    """Change one document of the payload, or of the tag files."""
    files = forged.payload if path in forged.payload else forged.tags
    files[path] = codec.dump(change(loaded(cls, files[path])))


def find(forged: Forged, folder: str, position: int = 0) -> str:
    """The path of a file below a folder."""
    return sorted(path for path in forged.payload if path.startswith(folder))[position]


def rewrite(record: Record, **values: Json) -> Record:
    """The record with other values in shown fields, each committed to again under its own salt: all that a forger can do."""
    old: Any = canon.decode(record.values, max_size=1 << 20)
    fields = tuple(
        replace(field, digest=commitment.field_digest(field.salt, field.name, values[field.name]))
        if field.name in values and field.salt is not None
        else field
        for field in record.fields
    )
    return replace(record, fields=fields, values=canon.encode({**old, **values}))


def without(record: Record, name: str) -> Record:
    """The record as if it had never had a field of this name."""
    old: Any = canon.decode(record.values, max_size=1 << 20)
    old.pop(name, None)
    return replace(
        record, fields=tuple(field for field in record.fields if field.name != name), values=canon.encode(old)
    )


def resigned[T: dsse.Document](data: bytes, cls: type[T], key: SigningKey, change: Callable[[T], T]) -> bytes:
    """A signed document, changed and signed with another key."""
    return dsse.sign(change(dsse.peek(cls, data)), key)


def repacked(bundle: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The bundle with files changed and no manifest recomputed."""
    files = read.unpack(bundle)
    change(files)
    return write.pack(files)


def with_tag_manifest(files: dict[str, bytes]) -> None:
    """Recompute the list of tag files alone."""
    tags = {path: data for path, data in files.items() if not path.startswith("data/") and path != layout.TAG_MANIFEST}
    files[layout.TAG_MANIFEST] = write.manifest(tags)
