"""Tamperings by the maker of the payload, before approval and export: every manifest, entry and signature is true.

So *complete*, *valid* and the export's own entry find nothing. The content itself gives each away.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from offmon.core.authority.lists import ListDocument
from offmon.core.bundle import layout
from offmon.core.bundle.layout import CaseRun, Index, Item, Limit, RunEntry
from offmon.core.clock import HOUR_MS, Period
from offmon.core.formats import codec, dsse
from offmon.core.formats.commitment import WithholdingGround
from offmon.core.ids import Id, Ms
from offmon.core.log.records import AlertRecord, DecisionOutcome, DecisionRecord
from offmon.verify.verdict import Name
from tests.support.forge import Forge, files_under, loaded
from tests.support.tamper import STRANGER, edit, fails, hidden, holds, honest, refused

type Payload = dict[str, bytes]


# --- a file added ---------------------------------------------------------------------------------------------------------


def a_list(name: str, data: Callable[[bytes], bytes] = lambda data: data) -> Callable[[Payload], Payload]:
    """One more file beside the lists, made of the first of them."""

    def bend(payload: Payload) -> Payload:
        [first, *_] = files_under(payload, "data/lists/")
        return {**payload, f"data/lists/{name}.json": data(payload[first])}

    return bend


def of_a_stranger(data: bytes) -> bytes:
    return dsse.sign(dsse.peek(ListDocument, data), STRANGER)


def swapped(payload: Payload) -> Payload:
    first, second = files_under(payload, "data/lists/")
    return {**payload, first: payload[second], second: payload[first]}


def another(payload: Payload) -> Payload:
    """A list that the agency signed, and that no grant names."""
    document = dsse.peek(ListDocument, payload[files_under(payload, "data/lists/")[0]])
    signed = dsse.sign(replace(document, id=Id("b" * 32)), Forge().keys["list"])
    return {**payload, "data/lists/" + "b" * 32 + "-1.json": signed}


@pytest.mark.parametrize(
    ("name", "code", "words", "bend"),
    [
        (Name.AUTHENTIC, "other-place", "of another thing than its path says", a_list("b" * 32 + "-1")),
        (Name.AUTHENTIC, "other-place", "of another thing than its path says", a_list("b" * 32 + "-1", of_a_stranger)),
        (Name.AUTHENTIC, "other-place", "of another thing than its path says", swapped),
        (Name.AUTHENTIC, "not-json", "is not JSON", a_list("a" * 32 + "-7", lambda _: b"<h1>The judge should know")),
        (Name.CONTINUOUS, "unknown-file", "a file that has no place in it", another),
    ],
)
def test_a_file_added_beside_the_lists(name: Name, code: str, words: str, bend: Callable[[Payload], Payload]) -> None:
    refused(name, code, words, payload=bend)


# --- an alert left out ----------------------------------------------------------------------------------------------------


def rejected() -> tuple[Id, Id]:
    """The alert that was rejected, and its decision."""
    decisions = honest().forge.all(DecisionRecord)
    [one] = [one for one in decisions if one.outcome is DecisionOutcome.NOT_A_MATCH]
    return one.alert, one.id


def without_the_rejected(payload: Payload) -> Payload:
    """Each entry that names the alert is withheld whole, on a ground, and alert and decision are gone."""
    alert, decision = rejected()

    def unsaid(line: RunEntry) -> RunEntry:
        names = line.entry is not None and alert.encode() in line.entry.values
        return replace(line, entry=None, ground=WithholdingGround.NOT_RELEVANT) if names else line

    run = loaded(CaseRun, payload[layout.RUN])
    payload[layout.RUN] = codec.dump(replace(run, entries=tuple(map(unsaid, run.entries))))
    del payload[layout.record_path(AlertRecord.KIND, alert)], payload[layout.record_path(DecisionRecord.KIND, decision)]
    return payload


def test_a_rejected_alert_whose_entries_are_withheld_whole() -> None:
    refused(Name.CONTINUOUS, "entry-unaccounted", "an alert or an end could hide", payload=without_the_rejected)


def test_nor_does_whoever_holds_the_file_withhold_one_of_the_tail() -> None:
    forged = honest()
    first = replace(
        loaded(CaseRun, forged.tags[layout.TAIL]).entries[0], entry=None, ground=WithholdingGround.RESTRICTED
    )
    edit(forged, layout.TAIL, CaseRun, lambda tail: replace(tail, entries=(first, *tail.entries[1:])))
    fails(forged, Name.CONTINUOUS, "entry-unaccounted", "an alert or an end could hide")


def test_who_and_why_of_a_consultation_are_withheld_and_it_counts() -> None:
    [number] = honest().forge.withheld_lines
    line = loaded(CaseRun, honest().payload[layout.RUN]).entries[number]
    assert line.entry is not None
    assert {field.name for field in line.entry.fields if field.ground} == {"actor", "reason", "session", "request"}
    assert holds(honest()).counts.entries_withheld == 0


# --- what the index tells a reader ----------------------------------------------------------------------------------------


def index(**changes: Any) -> Callable[[Payload], Payload]:
    def bend(payload: Payload) -> Payload:
        return {**payload, layout.INDEX: codec.dump(replace(loaded(Index, payload[layout.INDEX]), **changes))}

    return bend


ASKED = loaded(Index, honest().payload[layout.INDEX])
LATER = Ms(ASKED.made_at + 1)


@pytest.mark.parametrize(
    ("name", "code", "words", "bend"),
    [
        (Name.AUTHORISED, "other-period", "another period", index(opened=Period(ASKED.opened.since, LATER))),
        (Name.AUTHORISED, "other-period", "another period", index(opened=Period(ASKED.opened.since, None))),
        (Name.AUTHORISED, "made-at-another-time", "another time", index(made_at=Ms(0))),
        (Name.AUTHORISED, "made-at-another-time", "another time", index(made_at=Ms(ASKED.made_at + HOUR_MS))),
        (Name.CONTINUOUS, "limits-unsaid", "all that no bundle can show", index(limits=tuple(Limit)[:-1])),
        (Name.CONTINUOUS, "limits-unsaid", "all that no bundle can show", index(limits=tuple(Limit)[::-1])),
    ],
)
def test_an_index_that_says_other_than_was_asked_or_done(
    name: Name, code: str, words: str, bend: Callable[[Payload], Payload]
) -> None:
    refused(name, code, words, payload=bend)


# --- nothing of an item shown ---------------------------------------------------------------------------------------------


def showing(*names: str) -> Callable[[Payload], Payload]:
    """A payload in which no other field of any item's body is shown."""

    def bend(payload: Payload) -> Payload:
        for path in files_under(payload, "data/items/"):
            item = loaded(Item, payload[path])
            for name in {field.name for field in item.body.fields} - set(names):
                item = replace(item, body=hidden(item.body, name))
            payload[path] = codec.dump(item)
        return payload

    return bend


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ((), "0 of 10 shown (8 withheld, 1 refused, 1 erased, 2 gaps declared)"),
        # no item has words before but one of a phrase
        (("context_before",), "1 of 10 shown (7 withheld, 1 refused, 1 erased, 2 gaps declared)"),
        (("url",), "7 of 10 shown (1 withheld, 1 refused, 1 erased, 2 gaps declared)"),
    ],
)
def test_an_item_of_which_nothing_is_shown_counts_as_withheld(names: tuple[str, ...], said: str) -> None:
    verdict = holds(Forge(payload=showing(*names)).build())  # each field has its ground
    assert verdict.counts.sentence.startswith(said)
