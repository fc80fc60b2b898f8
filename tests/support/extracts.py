"""An honest extract of an invented agency's log, and what somebody may do to it (docs/specs/log-extract.md)."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from offmon.core.formats import codec
from offmon.core.ids import Digest, Ms, Slug
from offmon.core.log import audit
from offmon.core.log.extract import ExtractEntry, LogExtract, LogSearch
from offmon.core.log.tlog.merkle import leaf_hash
from offmon.core.log.tlog.proving import prove_inclusion, subtrees_of
from tests.support.forge import Forge

type Change = Callable[[LogExtract], LogExtract]


def extract_of(world: Forge, numbers: Iterable[int] | None = None, search: LogSearch | None = None) -> LogExtract:
    """The entries of these numbers of the world's case, by default all, in the newest checkpoint of its log."""
    size, note = world.log.notes[-1]
    subtree = subtrees_of([leaf_hash(entry) for entry in world.log.entries[:size]])
    chosen, entries, previous = None if numbers is None else set(numbers), list[ExtractEntry](), audit.FIRST
    for number, line in enumerate(world.lines):
        path = tuple(Digest(step.hex()) for step in prove_inclusion(line.index, size, subtree))
        if chosen is None or number in chosen:
            entries.append(ExtractEntry(line.entry, line.salt, number, Digest(previous.hex()), line.index, path))
        previous = audit.record_of(world.case, number, previous, audit.commit_of(line.entry, line.salt))
    return LogExtract(
        agency=world.agency,
        search=search or LogSearch(case=world.case),
        purpose=Slug("lawfulness"),
        taken_at=Ms(world.now),
        keys=tuple(world.statements()),
        checkpoint=note.data.decode(),
        entries=tuple(entries),
    )


def with_entry(at: int, **changes: Any) -> Change:
    """One line of it says something else."""

    def change(extract: LogExtract) -> LogExtract:
        lines = list(extract.entries)
        lines[at] = replace(lines[at], **changes)
        return replace(extract, entries=tuple(lines))

    return change


def edited(nth: int, **changes: Any) -> Change:
    """One entry of it says something else, under its own salt and proof."""
    return lambda extract: with_entry(nth, entry=replace(extract.entries[nth].entry, **changes))(extract)


def dumped(extract: LogExtract, *changes: Change) -> bytes:
    """As a file, after these changes."""
    for change in changes:
        extract = change(extract)
    return codec.dump(extract)
