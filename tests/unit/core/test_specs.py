"""The specs name every tag and type of core, and no other (formats, "The specs of docs/specs")."""

import importlib
import pkgutil
import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

import offmon.core
from offmon.core.authority.capability import CAPABILITIES, Band, Capability, Purpose
from offmon.core.authority.lists import ListDocument
from offmon.core.authority.may_leave import RefusalReason
from offmon.core.authority.profile import Profile, Schedule8
from offmon.core.bundle import layout
from offmon.core.bundle.end_certificate import EndCertificate, EndFacts
from offmon.core.formats.canon import Tag
from offmon.core.formats.commitment import Unfit, WithholdingGround
from offmon.core.formats.event import Body, Claim, Envelope, Gravity, Origin
from offmon.core.formats.trust import KeyRole, KeysDocument
from offmon.core.log.audit import AuditEntry, Operation, Verb
from offmon.core.log.extract import LogExtract

SPECS = Path(__file__).parents[3] / "docs" / "specs"
PAGES = pytest.mark.parametrize("path", sorted(SPECS.glob("*.md")), ids=lambda path: path.stem)
MODULES = [importlib.import_module(m.name) for m in pkgutil.walk_packages(offmon.core.__path__, "offmon.core.")]
TYPES: set[str] = {
    vars(cls)["TYPE"]
    for module in MODULES
    for cls in vars(module).values()
    if isinstance(cls, type) and is_dataclass(cls) and "TYPE" in vars(cls)
}


def spec(name: str) -> str:
    return (SPECS / f"{name}.md").read_text()


def test_every_tag_and_type_stands_in_the_first_spec() -> None:
    named = set(re.findall(r"`(offmon/[a-z-]+@\d+)`", spec("README")))
    assert named == TYPES | set(Tag)


@PAGES
def test_no_spec_names_a_tag_or_type_that_does_not_exist(path: Path) -> None:
    named = set(re.findall(r"offmon/[a-z-]+@\d+", path.read_text()))
    assert named <= TYPES | set(Tag)


@pytest.mark.parametrize(
    ("name", "cls"),
    [
        ("profile-and-keys", KeysDocument),
        ("profile-and-keys", Profile),
        ("profile-and-keys", ListDocument),
        ("disclosure", Envelope),
        ("disclosure", Claim),
        ("disclosure", Body),
        ("audit-entry-and-log", AuditEntry),
        ("log-extract", LogExtract),
        ("end-certificate", EndCertificate),
        ("end-certificate", EndFacts),
        ("README", layout.Index),
        ("README", layout.CaseRun),
        ("README", layout.Record),
        ("README", layout.EpochJournal),
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
        (
            "profile-and-keys",
            [*KeyRole, *Schedule8, *Capability, *Purpose, *sum((rule.fields for rule in CAPABILITIES.values()), ())],
        ),
        ("disclosure", [*RefusalReason, *WithholdingGround, *Unfit, *Band, *Gravity, *Origin, *Capability]),
        ("audit-entry-and-log", list(Operation)),
    ],
)
def test_a_spec_names_every_word_of_its_closed_lists(name: str, words: list[str]) -> None:
    assert not [word for word in words if f"`{word}`" not in spec(name)]


def test_the_order_of_reasons_is_that_of_the_spec() -> None:
    steps = re.findall(r"^\d\. `([a-z-]+)`", spec("disclosure"), flags=re.MULTILINE)
    assert [*steps, "field-not-granted"] == [reason.value for reason in RefusalReason]


NO_VERB = re.compile(r"(?:actor|core)\.|.*\.(?:json|html|txt)$")  # a field of an entry, a file


@PAGES
def test_each_act_is_named_by_the_word_that_its_entry_holds(path: Path) -> None:
    text = path.read_text("utf-8")
    assert {word for word in re.findall(r"`([a-z_]+\.[a-z_]+)`", text) if not NO_VERB.match(word)} <= set(Verb)
    assert not set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)*\b", text)) & set(Verb.__members__)
