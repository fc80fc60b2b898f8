"""The specs name every tag and type of core, and no other (formats, "The specs of docs/specs")."""

import importlib
import pkgutil
import re
from dataclasses import fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, NewType, get_args, get_origin, get_type_hints

import pytest

import offmon.core
from offmon.core.authority.decide import Reason
from offmon.core.authority.lists import ListDocument
from offmon.core.authority.order import Capability
from offmon.core.authority.profile import (
    FIELDS,
    Choice,
    HpkeKey,
    PhraseGrant,
    Profile,
    Purpose,
    Schedule8,
    Sensitive,
    SiteGrant,
)
from offmon.core.bundle import layout
from offmon.core.clock import Period
from offmon.core.formats.canon import Tag
from offmon.core.formats.commitment import Ground, Unfit
from offmon.core.formats.event import (
    Band,
    Body,
    Claim,
    DisclosureLeaf,
    Envelope,
    ForgottenLeaf,
    GapLeaf,
    Gravity,
    NoteLeaf,
    Origin,
)
from offmon.core.formats.trust import KeyRole, Keys
from offmon.core.log.audit import Actor, Entry, Operation, Touched
from offmon.core.log.records import LeafPlace

SPECS = Path(__file__).parents[3] / "docs" / "specs"
MODULES = [importlib.import_module(m.name) for m in pkgutil.walk_packages(offmon.core.__path__, "offmon.core.")]
TYPES: set[str] = {
    vars(cls)["TYPE"]
    for module in MODULES
    for cls in vars(module).values()
    if isinstance(cls, type) and is_dataclass(cls) and "TYPE" in vars(cls)
}
RECORDS: dict[str, Any] = {
    vars(cls)["KIND"]: cls
    for module in MODULES
    for cls in vars(module).values()
    if isinstance(cls, type) and is_dataclass(cls) and "KIND" in vars(cls)
    if cls not in {Choice, SiteGrant, PhraseGrant, DisclosureLeaf, GapLeaf, NoteLeaf, ForgottenLeaf}  # parts of others
}
PARTS: dict[str, Any] = {cls.__name__: cls for cls in (Choice, Sensitive, Period, HpkeKey, LeafPlace, Actor, Touched)}
ELSEWHERE = {"Verb", "Operation"}  # closed lists of another spec
PLAIN = {str: "text", bool: "bool", bytes: "bytes"}


def spec(name: str) -> str:
    return (SPECS / f"{name}.md").read_text()


def test_every_tag_and_type_stands_in_the_first_spec() -> None:
    named = set(re.findall(r"`(offmon/[a-z-]+@\d+)`", spec("README")))
    assert named == TYPES | set(Tag)


@pytest.mark.parametrize("path", sorted(SPECS.glob("*.md")), ids=lambda path: path.stem)
def test_no_spec_names_a_tag_or_type_that_does_not_exist(path: Path) -> None:
    named = set(re.findall(r"offmon/[a-z-]+@\d+", path.read_text()))
    assert named <= TYPES | set(Tag)


@pytest.mark.parametrize(
    ("name", "cls"),
    [
        ("profile-and-keys", Keys),
        ("profile-and-keys", Profile),
        ("profile-and-keys", ListDocument),
        ("disclosure", Envelope),
        ("disclosure", Claim),
        ("disclosure", Body),
        ("audit-entry-and-log", Entry),
        ("README", layout.Index),
        ("README", layout.Run),
        ("README", layout.Record),
        ("README", layout.Journal),
        ("README", layout.Item),
    ],
)
def test_a_spec_lists_the_fields_of_its_documents_in_their_order(name: str, cls: Any) -> None:
    text = re.sub(r"\s+", " ", spec(name))
    whole = re.findall(r"`\{((?:[^{}`]|\{[^{}]*\})*)\}`", text)
    listed = [re.findall(r"\w+", re.sub(r": \[?\{[^{}]*\}\]?", "", group)) for group in whole]
    assert [f.name for f in fields(cls)] in listed


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("profile-and-keys", [*KeyRole, *Schedule8, *Capability, *Purpose, *sum(FIELDS.values(), ())]),
        ("disclosure", [*Reason, *Ground, *Unfit, *Band, *Gravity, *Origin, *Capability]),
        ("audit-entry-and-log", list(Operation)),
    ],
)
def test_a_spec_names_every_word_of_its_closed_lists(name: str, words: list[str]) -> None:
    assert not [word for word in words if f"`{word}`" not in spec(name)]


def test_the_order_of_reasons_is_that_of_the_spec() -> None:
    steps = re.findall(r"^\d\. `([a-z-]+)`", spec("disclosure"), flags=re.MULTILINE)
    assert [*steps, "field-not-granted"] == [reason.value for reason in Reason]


def fields_in(column: str) -> dict[str, dict[str, str]]:
    """What the table of records with this heading says: by kind or part, the kind of value of each field."""
    rows = re.search(rf"^\| {column} \| fields \|\n\|---\|---\|\n((?:\|.*\n)+)", spec("records"), flags=re.MULTILINE)
    assert rows is not None
    told = re.findall(r"^\| `(.+?)` \| `(.+?)` \|$", rows[1], flags=re.MULTILINE)
    return {name: dict(field.split(": ") for field in listed.split(", ")) for name, listed in told}


def value_of(hint: Any) -> str:
    """A field's type, as that page writes it."""
    if isinstance(hint, NewType):
        return hint.__name__
    if get_origin(hint) is Annotated:
        return str(get_args(hint)[1]).removeprefix("a ").capitalize()
    if get_origin(hint) is tuple:
        return f"[{value_of(get_args(hint)[0])}]"
    if NoneType in get_args(hint):
        return f"{value_of(get_args(hint)[0])}?"
    return PLAIN.get(hint) or str(hint.__name__)


def values_in(cls: Any) -> list[tuple[str, str]]:
    hints = get_type_hints(cls, include_extras=True)
    return [(field.name, value_of(hints[field.name])) for field in fields(cls)]


@pytest.mark.parametrize(("column", "known"), [("kind", RECORDS | {Body.TYPE: Body}), ("part", PARTS)])
def test_the_spec_of_records_lists_each_kind_and_its_fields_as_core_has_them(
    column: str, known: dict[str, Any]
) -> None:
    told = fields_in(column)
    assert set(told) == set(known)
    for name, cls in known.items():  # what may be withheld of them: test_record_vectors
        said = [(field, kind.replace("day", "text").removesuffix("*")) for field, kind in told[name].items()]
        assert said == values_in(cls)


def test_the_spec_of_records_names_every_word_of_their_closed_lists() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (`.+`) \|$", spec("records").partition("| word |")[2], flags=re.MULTILINE)
    hints = [hint for cls in (*RECORDS.values(), *PARTS.values()) for hint in get_type_hints(cls).values()]
    words = {word for hint in hints for word in (hint, *get_args(hint)) if isinstance(word, type)}
    expected = {word.__name__: list(word) for word in words if issubclass(word, StrEnum)}
    told = {name: re.findall(r"`(.+?)`", listed) for name, listed in rows}
    assert told == {name: listed for name, listed in expected.items() if name not in ELSEWHERE}
