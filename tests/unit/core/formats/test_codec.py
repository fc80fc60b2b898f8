"""Documents and their types: read back as written, and no field outside the type passes (formats §1)."""

import copy
import pickle
from collections.abc import Iterator
from dataclasses import dataclass, is_dataclass, replace
from typing import Any, ClassVar

import pytest

from offmon.core import ids
from offmon.core.authority import lists, order, profile
from offmon.core.authority.profile import Profile
from offmon.core.errors import Malformed
from offmon.core.formats import codec, envelope, event, protocol, trust, trust_file
from offmon.core.formats.event import Body, Disclosure, Gap, Observation, Origin, PageClass
from offmon.core.log import audit, records
from tests.unit.core.samples import BODY, FINDING, NOW, claim_on, code_of, ident
from tests.unit.core.samples import profile as sample_profile

MODULES = (audit, envelope, event, lists, order, profile, protocol, records, trust, trust_file)
DOCUMENTS = sorted(
    {
        cls
        for module in MODULES
        for cls in vars(module).values()
        if isinstance(cls, type) and is_dataclass(cls) and (hasattr(cls, "TYPE") or hasattr(cls, "KIND"))
    },
    key=lambda cls: cls.__name__,
)


def test_there_are_documents_to_try() -> None:
    assert len(DOCUMENTS) > 30


MISFITS: tuple[Any, ...] = (1.5, [1.5], {"kind": []}, {"kind": "none"}, {})


def spoiled(doc: Any) -> Iterator[Any]:
    """The document with one thing wrong, at every place of every depth."""
    for path in places(doc):
        here = at(doc, path)
        if isinstance(here, dict):
            yield put(doc, path, here | {"extra": None})
            for name in here:
                less = {key: value for key, value in here.items() if key != name}
                yield put(doc, path, less)
                yield put(doc, path, less | {name.upper() + "_": here[name]})
        for misfit in MISFITS:
            yield put(doc, path, misfit)


def places(doc: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = doc.items() if isinstance(doc, dict) else enumerate(doc) if isinstance(doc, list) else ()
    for key, value in items:
        yield from places(value, (*path, key))


def at(doc: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        doc = doc[key]
    return doc


def put(doc: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    changed = copy.deepcopy(doc)
    at(changed, path[:-1])[path[-1]] = value
    return changed


NOTE = event.DeviceNote(ident("device"), ident("epoch"), 0, event.NoteKind.STARTED, NOW, None)
GAP = Gap(ident("device"), ident("epoch"), 1, event.GapReason.CLOCK, NOW, NOW, 0, None, None)
BATCH = event.Batch(NOTE.device, NOTE.epoch, 0, (event.NoteLeaf(NOTE, b""), event.GapLeaf(GAP, b"")), b"", None)


@pytest.mark.parametrize(
    "record", [sample_profile(), claim_on(sample_profile()), BODY, BATCH], ids=["profile", "claim", "body", "batch"]
)
def test_an_unknown_missing_or_misfit_field_at_any_depth_refuses_the_whole(record: Any) -> None:
    tried = 0
    for wrong in spoiled(codec.to_doc(record)):
        tried += 1
        assert code_of(codec.from_doc, type(record), wrong) == "bad-field"
    assert tried > 30


def test_one_kind_of_document_never_passes_for_another() -> None:
    doc = codec.to_doc(BODY)
    for head in ("offmon/body@2", "offmon/envelope@1", None, "offmon/body@1 "):
        assert code_of(codec.from_doc, Body, doc | {"type": head}) == "bad-field"
    assert code_of(codec.load, Profile, b'{"type":"offmon/profile@3"}', max_size=100) == "bad-field"


@dataclass(frozen=True)
class Hidden:
    """No document of ours: what it is would be hidden by a field of its own."""

    KIND: ClassVar[str] = "hidden"

    kind: str


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("AAE=", True),
        ("AAF=", False),
        ("AAE", False),
        ("AA==E", False),
        ("AA\n==", False),
        ("é", False),
        ("-_8=", False),
    ],
)
def test_bytes_have_one_spelling(text: str, fits: bool) -> None:
    doc = {"kind": "note", "note": codec.to_doc(NOTE), "salt": text}
    assert (code_of(codec.from_doc, event.NoteLeaf, doc) is None) == fits


def test_a_refusal_names_what_a_field_should_be() -> None:
    for wrong, what in (({"n": -1}, "a count"), ({"device": "x"}, "a well-formed Id")):
        with pytest.raises(Malformed, match=what):
            codec.from_doc(Gap, codec.to_doc(GAP) | wrong)


def test_only_what_may_be_empty_is_null() -> None:
    doc = codec.to_doc(event.Batch(NOTE.device, NOTE.epoch, 0, (), b"", None))
    assert code_of(codec.from_doc, event.Batch, doc) is None
    assert code_of(codec.from_doc, event.Batch, doc | {"leaves": [None]}) == "bad-field"


def test_no_field_stands_where_the_head_of_its_document_does() -> None:
    with pytest.raises(TypeError, match="document head"):
        codec.to_doc(Hidden("another"))


def test_true_is_not_one_and_a_count_is_not_negative() -> None:
    doc = codec.to_doc(GAP)
    for name, wrong in (("n", True), ("n", -1), ("lost", -5), ("n", 2**53), ("since", -1), ("since", ids.YEAR_9000_MS)):
        assert code_of(codec.from_doc, Gap, doc | {name: wrong}) == "bad-field"
    with pytest.raises(Malformed):
        codec.dump(replace(GAP, lost=-1))  # nor is it written


RAW = (
    FINDING,
    Observation(NOW, "https://listed.invalid/", "Title", PageClass.READABLE, "text", Origin.TYPED),
    Disclosure(claim_on(sample_profile()), BODY),
)


@pytest.mark.parametrize("raw", RAW, ids=lambda raw: type(raw).__name__)
def test_a_raw_fact_is_never_written_read_pickled_or_shown(raw: Any) -> None:
    with pytest.raises(TypeError):
        codec.dump(raw)
    with pytest.raises(TypeError):
        codec.from_doc(type(raw), {})
    for protocol_number in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError):
            pickle.dumps(raw, protocol_number)
    with pytest.raises(TypeError):
        copy.deepcopy(raw)
    assert "listed.invalid" not in f"{raw!r} {raw}"


def test_a_body_shows_nothing_of_itself_in_a_log() -> None:
    assert "listed.invalid" not in f"{BODY!r} {BODY} {envelope.Enclosed(bytes(32), BODY)!r}"


def test_what_is_hashed_has_one_form_alone_so_that_no_hash_moves() -> None:
    item = replace(NOTE, note=event.NoteKind.AGREEMENT_WITHDRAWN, term=NOTE.device)
    older, newest = codec.to_doc(NOTE), codec.to_doc(item)
    assert (older["type"], newest["type"]) == ("offmon/note@1", "offmon/note@2")
    assert [codec.from_doc(event.DeviceNote, one) for one in (older, newest)] == [NOTE, item]
    assert "term" not in older
    for twin in (newest | {"term": None}, older | {"type": "offmon/note@2", "term": None}):
        assert code_of(codec.from_doc, event.DeviceNote, twin) == "bad-field"


SALT: Any = bytes(32)
MISTAKES: tuple[Any, ...] = (
    event.NoteLeaf(NOTE, "text"),  # type: ignore[arg-type]
    event.NoteLeaf(NOTE, bytearray(32)),  # type: ignore[arg-type]
    event.NoteLeaf(GAP, SALT),  # type: ignore[arg-type]
    replace(NOTE, note="unheard_of"),  # type: ignore[arg-type]
    replace(NOTE, device=b"x"),  # type: ignore[arg-type]
    event.Acknowledged(SALT, "proof"),  # type: ignore[arg-type]
    event.Batch(NOTE.device, NOTE.epoch, 0, (NOTE,), b"", None),  # type: ignore[arg-type]
    event.Batch(NOTE.device, NOTE.epoch, 0, (None,), b"", None),  # type: ignore[arg-type]
    event.Batch(NOTE.device, NOTE.epoch, 0, "", b"", None),  # type: ignore[arg-type]
)


@pytest.mark.parametrize("mistake", MISTAKES, ids=range(len(MISTAKES)))
def test_what_could_not_be_read_back_is_not_written(mistake: Any) -> None:
    assert code_of(codec.to_doc, mistake) == "bad-field"
