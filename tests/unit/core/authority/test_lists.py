"""A list is two documents: its purpose is signed and shown, its entries are enclosed (R-EVD-19)."""

from dataclasses import replace
from typing import Any

import pytest

from offmon.core.authority import lists
from offmon.core.authority.lists import ListDocument, ListEntries, ListEntry, entries_digest, open_entries
from offmon.core.formats import codec, dsse
from offmon.core.formats.event import Gravity
from offmon.core.ids import Slug, Versioned
from tests.unit.core.samples import SITES, code_of, ident, key

ENTRIES = ListEntries(SITES.ref.id, Versioned("sites@1"), (ListEntry(Slug("r1"), "listed.invalid", Gravity.STANDARD),))
DATA = codec.dump(ENTRIES)
DOCUMENT = ListDocument(
    id=SITES.ref.id,
    name=Versioned("sites@1"),
    agency=ident("force"),
    capability=SITES.capability,
    bases=SITES.bases,
    offence_types=SITES.offence_types,
    sensitive=False,
    entries=entries_digest(DATA),
    valid=SITES.valid,
)


def test_the_declared_entries_are_opened() -> None:
    assert open_entries(DOCUMENT, DATA) == ENTRIES


def other(**changed: Any) -> bytes:
    return codec.dump(replace(ENTRIES, **changed))


@pytest.mark.parametrize("data", [other(entries=()), other(name=Versioned("sites@2")), DATA + b" ", b""])
def test_no_other_entries_pass_for_them(data: bytes) -> None:
    assert code_of(open_entries, DOCUMENT, data) == "other-entries"


@pytest.mark.parametrize("changed", [{"list": ident("other")}, {"name": Versioned("sites@2")}])
def test_entries_of_another_list_are_refused_though_declared(changed: dict[str, Any]) -> None:
    data = other(**changed)
    assert code_of(open_entries, replace(DOCUMENT, entries=entries_digest(data)), data) == "other-entries"


def test_a_declaration_says_all_that_compile_asks_for() -> None:
    signed = dsse.sign(DOCUMENT, key("force.invalid/86/list"))
    declared = lists.declaration(signed, DOCUMENT)
    assert declared == replace(SITES, ref=replace(SITES.ref, digest=dsse.digest_of(signed)))
    assert b"listed.invalid" not in signed


@pytest.mark.parametrize(
    ("names", "versions"),
    [
        ([], {}),
        (["sites@1"], {"sites": ["sites@1"]}),
        (["sites@2", "phrases@1", "sites@1"], {"sites": ["sites@1", "sites@2"], "phrases": ["phrases@1"]}),
        (["sites@1", "sites@3", "sites@999999999"], {"sites": ["sites@1"]}),
        (["sites@2", "sites@0"], {"sites": []}),
        (
            ["sites@1", "sites@01", "sites@2 ", "no name", "sites@x", "@2", "sites@" + "9" * 5000],
            {"sites": ["sites@1"]},
        ),
        ([f"sites@{number}" for number in range(1, 13)], {"sites": [f"sites@{number}" for number in range(1, 13)]}),
    ],
)
def test_versions_of_a_list_follow_the_first_without_a_gap(names: list[str], versions: dict[str, list[str]]) -> None:
    assert lists.unbroken(names) == versions
