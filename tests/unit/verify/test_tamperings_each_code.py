"""Every code of the verifier, provoked by one cheap bend each, unless another table's tampering meets it.

Manifests are recomputed, and signed parts are signed again with the true key. The untouched twin verifies (`test_tamperings_file`).
"""

import io
import json
import struct
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from offmon.core.authority.profile import Schedule8, Sensitive
from offmon.core.bundle import layout, read, write
from offmon.core.bundle.layout import CaseRun, EpochJournal, Index, Item, LeafAccount, Record, RunEntry
from offmon.core.clock import DAY_MS, Period
from offmon.core.formats import canon
from offmon.core.formats.commitment import WithholdingGround
from offmon.core.formats.event import GapLeaf
from offmon.core.ids import Digest, Id, Ms
from offmon.core.ids import Origin as LogOrigin
from offmon.core.log.audit import AuditEntry, Operation, Verb
from offmon.core.log.records import AuthorisationRecord
from offmon.verify.app import main
from offmon.verify.verdict import Name
from tests.support.forge import Forged, files_under
from tests.support.tamper import (
    caught,
    edit,
    fails,
    find,
    having,
    hidden,
    honest,
    later,
    refused,
    repacked,
    unreadable,
    with_tag_manifest,
)

OTHER = Id("9" * 32)
JOURNALS = ("data/journal/", "data/items/")
withheld = having(account=LeafAccount.WITHHELD, why="privilege")


def gone(*folders: str) -> Callable[[Forged], None]:
    """Every file of the payload under these folders is left out."""

    def bend(forged: Forged) -> None:
        for path in [path for folder in folders for path in files_under(forged.payload, folder)]:
            del forged.payload[path]

    return bend


def index(**changes: Any) -> Callable[[Forged], None]:
    return lambda forged: edit(forged, layout.INDEX, Index, lambda one: replace(one, **changes))


def line(number: int, **changes: Any) -> Callable[[Forged], None]:
    """One line of the run says something else."""

    def changed(one: RunEntry) -> RunEntry:
        return replace(one, **changes) if one.number == number else one

    return lambda forged: edit(
        forged, layout.RUN, CaseRun, lambda run: replace(run, entries=tuple(map(changed, run.entries)))
    )


def rows(
    wanted: Callable[[layout.EpochRow], bool], change: Callable[[layout.EpochRow], layout.EpochRow]
) -> Callable[[Forged], None]:
    """Rows of every journal, changed."""

    def bend(forged: Forged) -> None:
        for path in files_under(forged.payload, "data/journal/"):
            edit(forged, path, EpochJournal, changed)

    def changed(journal: EpochJournal) -> EpochJournal:
        return replace(journal, rows=tuple(change(row) if wanted(row) else row for row in journal.rows))

    return bend


def is_gap(row: layout.EpochRow) -> bool:
    return row.leaf == "gap"


def is_second(row: layout.EpochRow) -> bool:
    return row.n == 1


def another_gap(row: layout.EpochRow) -> layout.EpochRow:
    assert isinstance(row.opened, GapLeaf)
    return replace(row, opened=replace(row.opened, gap=replace(row.opened.gap, since=Ms(0))))


def record(folder: str, change: Callable[[Record], Record]) -> Callable[[Forged], None]:
    return lambda forged: edit(forged, find(forged, f"data/records/{folder}/"), Record, change)


def both_ways(one: Record) -> Record:
    """Its first field is shown, on a ground for withholding it."""
    return replace(one, fields=(replace(one.fields[0], ground=WithholdingGround.PRIVILEGE), *one.fields[1:]))


def not_served_at(one: Record) -> Record:
    return hidden(one, "served_at")


def moved(folder: str, to: str) -> Callable[[Forged], None]:
    """A file of the folder stands under another name too."""

    def bend(forged: Forged) -> None:
        path = find(forged, folder)
        forged.payload[path.rpartition("/")[0] + "/" + to] = forged.payload[path]

    return bend


def a_field_twice(forged: Forged) -> None:
    def doubled(item: Item) -> Item:
        return replace(item, body=replace(item.body, fields=(item.body.fields[0], *item.body.fields)))

    edit(forged, find(forged, "data/items/"), Item, doubled)


def no_run(forged: Forged) -> None:
    for path in (layout.RUN, layout.TAIL):
        edit(forged, path, CaseRun, having(entries=()))


def no_export(forged: Forged) -> None:
    edit(forged, layout.TAIL, CaseRun, lambda tail: replace(tail, entries=tail.entries[:-1]))


def no_tail(forged: Forged) -> None:
    del forged.tags[layout.TAIL]


def beside(kind: str, change: Callable[[bytes], bytes]) -> Callable[[Forged], None]:
    """The last tag file of a kind, changed."""

    def bend(forged: Forged) -> None:
        path = max(path for path in forged.tags if path.endswith(kind))
        forged.tags[path] = change(forged.tags[path])

    return bend


def first_hash(line: bytes) -> Callable[[bytes], bytes]:
    return lambda data: b"\n".join([*data.split(b"\n")[:2], line, *data.split(b"\n")[3:]])


def signed_twice(forged: Forged) -> None:
    path = find(forged, "data/profiles/")
    doc = json.loads(forged.payload[path])
    forged.payload[path] = canon.encode({**doc, "signatures": doc["signatures"] * 2})


def no_proof_of_a_profile(forged: Forged) -> None:
    [number, *_] = [n for n, one in enumerate(forged.forge.lines) if one.entry.verb is Verb.PROFILE_SIGNED]
    del forged.tags[layout.proof_path(number)]


@pytest.mark.parametrize(
    ("code", "name", "words", "bend"),
    [
        ("bad-record", Name.AUTHENTIC, "neither shown nor withheld, or both", record("decision", both_ways)),
        ("field-twice", Name.AUTHENTIC, "names a field twice", a_field_twice),
        ("field-withheld", Name.AUTHORISED, "withholds what must be shown", record("notice", not_served_at)),
        ("record-not-logged", Name.AUTHENTIC, "it is nobody's", moved("data/records/decision/", f"{OTHER}.json")),
        ("other-place", Name.AUTHENTIC, "of another thing than its path says", moved("data/journal/", f"{OTHER}.json")),
        ("file-missing", Name.AUTHENTIC, "does not hold tail.json", no_tail),
        ("entry-unaccounted", Name.CONTINUOUS, "is not shown", line(3, entry=None)),
        ("run-order", Name.CONTINUOUS, "in another order than their numbers", line(3, index=0)),
        ("wrong-index", Name.AUTHENTIC, "another place in the log", line(3, index=0)),
        ("run-empty", Name.AUTHENTIC, "no run of audit entries", no_run),
        ("other-case", Name.CONTINUOUS, "of another case", index(case=OTHER)),
        ("other-export", Name.AUTHENTIC, "another export than this", index(export=OTHER)),
        ("wrong-log", Name.AUTHENTIC, "another log than the one", index(origin=LogOrigin("other.invalid/log"))),
        ("limits-unsaid", Name.CONTINUOUS, "a device's account and not a person", index(limits=())),
        ("not-exported", Name.AUTHENTIC, "does not end in the export", no_export),
        ("not-witnessed", Name.AUTHENTIC, "No witnessed checkpoint holds", no_proof_of_a_profile),
        ("bad-proof", Name.AUTHENTIC, "does not begin with", beside(".tlog-proof", lambda data: b"x" + data)),
        ("bad-note", Name.AUTHENTIC, "cut or altered", beside(".tlog-proof", lambda data: data[:-1])),
        ("bad-hash", Name.AUTHENTIC, "a line holds 3", beside(".tlog-proof", first_hash(b"AAAA"))),
        ("bad-base64", Name.AUTHENTIC, "is not base64", beside(".tlog-proof", first_hash(b"AA=A"))),
        ("bad-submission", Name.AUTHENTIC, "begins with the old size", beside(".proof", lambda data: b"x" + data)),
        ("signature-count", Name.AUTHENTIC, "exactly one signature", signed_twice),
        ("profile-left-out", Name.CONTINUOUS, "A profile was signed", gone("data/profiles/")),
        ("unknown-device", Name.AUTHENTIC, "its key is not known", gone("data/profiles/")),
        ("list-left-out", Name.AUTHORISED, "whose declaration is not in the bundle", gone("data/lists/")),
        ("no-batch", Name.AUTHORISED, "No batch that the agency recorded", gone("data/records/batch/")),
        ("epoch-left-out", Name.CONTINUOUS, "of an epoch that the bundle does not hold", gone(*JOURNALS)),
        ("leaf-left-out", Name.CONTINUOUS, "a leaf that no journal of the bundle has", gone(*JOURNALS)),
        ("gap-hidden", Name.CONTINUOUS, "A gap or note of the device is not shown", rows(is_gap, withheld)),
        ("leaf-changed", Name.AUTHENTIC, "not the gap or note that the device committed to", rows(is_gap, another_gap)),
        ("journal-hole", Name.CONTINUOUS, "twice there, or out of its place", rows(is_second, having(n=2))),
    ],
)
def test_by_whoever_holds_the_file(code: str, name: Name, words: str, bend: Callable[[Forged], None]) -> None:
    forged = honest()
    bend(forged)
    fails(forged, name, code, words)


other_root = having(root=Digest("0" * 64))
as_erasure = having(operation=Operation.ERASURE)
authorised_late = later(authorised_at=9 * DAY_MS)


def unsigned(entry: AuditEntry) -> AuditEntry:
    """An entry of a signature is of another verb, which is another operation."""
    other = Verb.DEPLOYMENT_DRAFTED
    return replace(entry, verb=other, operation=other.operation) if entry.verb is Verb.PROFILE_SIGNED else entry


def documented(one: AuthorisationRecord) -> AuthorisationRecord:
    """Its first choice has a policy document that ends a week after it was authorised."""
    assert one.authorised_at is not None
    period = Period(Ms(one.authorised_at - DAY_MS), Ms(one.authorised_at + 7 * DAY_MS))
    sensitive = Sensitive("Nothing milder shows it.", Schedule8.STATUTORY, OTHER, period)
    return replace(one, choices=(replace(one.choices[0], sensitive=sensitive), *one.choices[1:]))


@pytest.mark.parametrize(
    ("code", "name", "words", "bends"),
    [
        ("wrong-operation", Name.AUTHENTIC, "another operation than its verb", {"entry": as_erasure}),
        ("profile-not-logged", Name.AUTHENTIC, "No entry of the run says that this profile", {"entry": unsigned}),
        ("journal-differs", Name.AUTHENTIC, "not what the device signed", {"checkpoint": other_root}),
        ("other-agency", Name.AUTHENTIC, "another agency's", {"statement": having(agency=OTHER)}),
        ("list-of-other-agency", Name.AUTHORISED, "is another agency's", {"list": having(agency=OTHER)}),
        ("not-yet-authorised", Name.AUTHORISED, "before anyone had authorised it", {"authorisation": authorised_late}),
        ("policy-ends-first", Name.AUTHORISED, "outlast a policy document", {"authorisation": documented}),
    ],
)
def test_by_whoever_holds_keys(code: str, name: Name, words: str, bends: dict[str, Any]) -> None:
    refused(name, code, words, **bends)


def bad_manifest(files: dict[str, bytes]) -> None:
    files[layout.MANIFEST] += b"a line\n"
    with_tag_manifest(files)


def no_manifest(files: dict[str, bytes]) -> None:
    del files[layout.TAG_MANIFEST]


@pytest.mark.parametrize(
    ("code", "words", "change"),
    [
        ("bad-manifest", "not a sorted list of checksums", bad_manifest),
        ("manifest-missing", "no list of its files", no_manifest),
    ],
)
def test_by_whoever_forgets_a_list(code: str, words: str, change: Callable[[dict[str, bytes]], None]) -> None:
    forged = honest()
    caught(repacked(forged.bundle(), change), forged.trust, Name.COMPLETE, code, words)


def headed(at: int, value: int) -> Callable[[bytes], bytes]:
    """The archive with a number of its first header changed."""
    return lambda data: data[:at] + struct.pack("<H", value) + data[at + 2 :]


def no_declaration(data: bytes) -> bytes:
    return write.pack({path: content for path, content in read.unpack(data).items() if path != layout.DECLARATION})


def first_twice(data: bytes) -> bytes:
    size, name = struct.unpack_from("<I4xH", data, 18)
    end = write.LOCAL.size + name + size
    return data[:end] + data


@pytest.mark.parametrize(
    ("code", "words", "change"),
    [
        ("encrypted", "is encrypted", headed(6, 1)),
        ("compressed", "so that nothing can inflate", headed(8, 8)),
        ("not-canonical-zip", "not in the one form", lambda data: data + b"\0"),
        ("not-a-bag", "does not hold a BagIt 1.0 bag", no_declaration),
        ("file-twice", "two files of one path", first_twice),
    ],
)
def test_by_whoever_packs_it_again(code: str, words: str, change: Callable[[bytes], bytes]) -> None:
    unreadable(change(honest().bundle()), code, words)


@pytest.mark.parametrize(
    ("code", "words", "limit"),
    [("too-large", "at most 9 are read", "MAX_BUNDLE"), ("too-many-files", "more than 9 files", "MAX_FILES")],
)
def test_by_whoever_sends_more_than_is_read(code: str, words: str, limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = honest().bundle()
    monkeypatch.setattr(write, limit, 9)
    unreadable(bundle, code, words)


@pytest.mark.parametrize(
    ("code", "words", "size"), [("no-file", "cannot be read", None), ("too-large", "it is not read", 10)]
)
def test_by_whoever_gives_the_command_another_file(
    code: str, words: str, size: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "MAX_BUNDLE", 9)
    if size is not None:
        (tmp_path / "b.zip").write_bytes(bytes(size))
    not_read(tmp_path / "b.zip", code, words)


def not_read(file: Path, code: str, words: str) -> None:
    """That the command says so, and ends with 2."""
    said = io.StringIO()
    with redirect_stdout(said):
        assert main([str(file), "--json"]) == 2
    reason = json.loads(said.getvalue())["unreadable"]
    assert reason["code"] == code
    assert words in reason["sentence"]
