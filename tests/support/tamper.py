"""What an attacker who holds only the file can do to it, and how a test names the check that caught them."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from offmon.core.bundle import layout, read, write
from offmon.core.bundle.account import kind_of
from offmon.core.bundle.layout import CaseRun, EpochJournal, EpochRow, Item, LeafAccount, Record
from offmon.core.formats import canon, codec, commitment, dsse
from offmon.core.formats.canon import Json
from offmon.core.formats.commitment import WithholdingGround
from offmon.core.formats.event import DeviceCheckpoint, GapLeaf
from offmon.core.formats.journal import envelope_commit, leaf_commit, leaf_data_of
from offmon.core.formats.keys import SigningKey
from offmon.core.formats.trust_file import TrustFile
from offmon.core.ids import Digest, Ms
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.log.tlog.merkle import Frontier, leaf_hash
from offmon.verify.app import judge
from offmon.verify.text import as_text
from offmon.verify.verdict import Name, Verdict
from tests.support.forge import Forge, Forged, files_under, loaded

STRANGER = SigningKey.from_seed("force.invalid/86/profile", b"a fresh key of someone else's ..")


@cache
def _honest() -> Forged:
    return Forge().build()


def honest() -> Forged:
    """The untouched twin, as a copy that may be tampered with."""
    made = _honest()
    return replace(made, payload=dict(made.payload), tags=dict(made.tags))


def caught(
    bundle: bytes, trust: TrustFile | None, name: Name, code: str, words: str, *, since: Checkpoint | None = None
) -> Verdict:
    """That the check of this name failed for this reason, in these words, with exit status 1."""
    verdict = judge(bundle, trust, since)
    reasons = {reason.code: reason.sentence for reason in verdict.check(name).reasons}
    assert code in reasons, (verdict.unreadable, [(check.name.value, check.reasons) for check in verdict.checks])
    assert words in reasons[code], reasons[code]
    assert verdict.exit == 1
    return verdict


def fails(forged: Forged, name: Name, code: str, words: str, *, since: Checkpoint | None = None) -> Verdict:
    """That the world's bundle is caught for this reason with the trust file that came with it."""
    return caught(forged.bundle(), forged.trust, name, code, words, since=since)


def holds(forged: Forged) -> Verdict:
    """That the world's bundle verifies with the trust file that came with it."""
    verdict = judge(forged.bundle(), forged.trust)
    assert verdict.exit == 0, as_text(verdict)
    return verdict


def unreadable(bundle: bytes, code: str, words: str) -> None:
    """That there is no bundle to ask anything of, for this reason."""
    verdict = judge(bundle, honest().trust)
    assert verdict.unreadable is not None
    assert (verdict.unreadable.code, verdict.exit) == (code, 2)
    assert words in verdict.unreadable.sentence


def built(world: type[Forge], **attributes: Any) -> Forged:
    """A world of that kind, with these attributes of its own."""
    forge = world()
    for name, value in attributes.items():
        setattr(forge, name, value)
    return forge.build()


def having(**values: Any) -> Callable[[Any], Any]:
    """A bend that gives a record other values."""
    return lambda record: replace(record, **values)


def later(**by: int) -> Callable[[Any], Any]:
    """A bend that moves these times of a record by so many milliseconds."""
    return lambda record: replace(record, **{name: Ms(getattr(record, name) + ms) for name, ms in by.items()})


def once(change: Callable[[Any], Any], which: int = 0) -> Callable[[Any], Any]:
    """A bend that acts on the `which`-th thing of its kind only."""
    seen = iter(range(10_000))
    return lambda value: change(value) if next(seen) == which else value


def refused(name: Name, code: str, words: str, **bends: Any) -> None:
    """That a world with these bends is caught for this reason."""
    fails(Forge(**bends).build(), name, code, words)


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
    fields = tuple(field for field in record.fields if field.name != name)
    return replace(record, fields=fields, values=canon.encode(old))


def hidden(record: Record, name: str) -> Record:
    """The record with a shown field withheld: its commitment stays what it was."""
    old: Any = canon.decode(record.values, max_size=1 << 20)
    del old[name]
    withheld: dict[str, Any] = {"salt": None, "ground": WithholdingGround.RESTRICTED}
    fields = tuple(replace(one, **withheld) if one.name == name else one for one in record.fields)
    return replace(record, fields=fields, values=canon.encode(old))


def without_reason(run: CaseRun, number: int) -> CaseRun:
    """The run with the reason of that entry withheld."""
    line = run.entries[number]
    assert line.entry is not None
    unsaid = replace(line, entry=hidden(line.entry, "reason"))
    return replace(run, entries=(*run.entries[:number], unsaid, *run.entries[number + 1 :]))


def resigned[T: dsse.Document](data: bytes, cls: type[T], key: SigningKey, change: Callable[[T], T]) -> bytes:
    """A signed document, changed and signed with another key."""
    return dsse.sign(change(dsse.peek(cls, data)), key)


def root_of(journal: EpochJournal, size: int | None = None) -> Digest:
    """The root of the journal's rows as they stand, or of the first `size` of them."""
    rows = journal.rows[:size]
    leaves = (leaf_hash(leaf_data_of(kind_of(journal, row), row.commit, row.ciphertext)) for row in rows)
    return Digest(Frontier().extend(leaves).root.hex())


def journal_signed(journal: EpochJournal, key: SigningKey) -> EpochJournal:
    """The journal under a checkpoint of its own rows as they now stand, by that key."""
    size, root = len(journal.rows), root_of(journal)
    signed = resigned(journal.checkpoint, DeviceCheckpoint, key, lambda c: replace(c, size=size, root=root))
    return replace(journal, checkpoint=signed)


def cut(forged: Forged, path: str, gone: Callable[[EpochRow], bool], key: SigningKey) -> None:
    """Take one row out of a journal as if it had never been: the later ones move up, with their items, and a new checkpoint is signed.

    What is moved is committed to again where its salt is at hand: of gaps, notes and items that are shown.
    """
    journal = loaded(EpochJournal, forged.payload[path])
    [lost] = [row.n for row in journal.rows if gone(row)]
    rows = (_moved(forged, journal, row) if row.n > lost else row for row in journal.rows if row.n != lost)
    shorter = journal_signed(replace(journal, rows=tuple(rows)), key)
    forged.payload[path] = codec.dump(shorter)


def _moved(forged: Forged, journal: EpochJournal, row: EpochRow) -> EpochRow:
    n, path = row.n - 1, layout.item_path(journal.device, journal.epoch, row.n)
    if isinstance(row.opened, GapLeaf):
        leaf = replace(row.opened, gap=replace(row.opened.gap, n=n))
        return replace(row, n=n, opened=leaf, commit=leaf_commit(leaf))
    if path not in forged.payload:
        return replace(row, n=n)
    item = loaded(Item, forged.payload.pop(path))
    envelope = replace(item.envelope, n=n)
    forged.payload[layout.item_path(journal.device, journal.epoch, n)] = codec.dump(replace(item, envelope=envelope))
    return replace(row, n=n, commit=envelope_commit(envelope, item.salt))


def count_one_fewer(forged: Forged, path: str, lost: int) -> None:
    """Rewrite the records of the batches that held the lost leaf or came after it, so that they fit the journal as cut."""
    journal = loaded(EpochJournal, forged.payload[path])
    for where in [where for where in forged.payload if where.startswith("data/records/batch/")]:
        record = loaded(Record, forged.payload[where])
        values: Any = canon.decode(record.values, max_size=1 << 20)
        if values["epoch"] == journal.epoch and values["size"] > lost:
            first, size = values["first"] - (values["first"] > lost), values["size"] - 1
            changed = rewrite(record, first=first, size=size, root=root_of(journal, size))
            forged.payload[where] = codec.dump(changed)


def called(
    account: LeafAccount, why: str | None, before: LeafAccount | None, entry: int | None = None
) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    """A bend of a payload: disclosures of the account `before` (None: all) are called that, and are not shown."""

    def bend(payload: dict[str, bytes]) -> dict[str, bytes]:
        for path in files_under(payload, "data/journal/"):
            journal = loaded(EpochJournal, payload[path])
            chosen = [row for row in journal.rows if row.leaf == "disclosure" and before in {None, row.account}]
            rows = (replace(r, account=account, why=why, entry=entry) if r in chosen else r for r in journal.rows)
            payload[path] = codec.dump(replace(journal, rows=tuple(rows)))
            for row in chosen:
                payload.pop(layout.item_path(journal.device, journal.epoch, row.n), None)
        return payload

    return bend


def repacked(bundle: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The bundle with files changed and no manifest recomputed."""
    files = read.unpack(bundle)
    change(files)
    return write.pack(files)


def with_tag_manifest(files: dict[str, bytes]) -> None:
    """Recompute the list of tag files alone."""
    tags = {path: data for path, data in files.items() if not path.startswith("data/") and path != layout.TAG_MANIFEST}
    files[layout.TAG_MANIFEST] = write.manifest(tags)
