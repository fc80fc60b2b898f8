"""The table of capabilities is whole, in every room that reads it, and a kind without a row is refused everywhere (R-LEG-5, R-DPA-31)."""

from collections.abc import Callable
from dataclasses import asdict, fields, replace
from enum import StrEnum
from typing import Any

import pytest

from offmon.core.alerts.explanation import explain
from offmon.core.authority.assessing import check_assessed
from offmon.core.authority.capability import CAPABILITIES, SOURCE_WORDS, Capability, Detector, Source, rule_of
from offmon.core.authority.lists import ListDocument, ListEntries
from offmon.core.authority.order import Term
from offmon.core.authority.profile import Choice, Grant, compile_grants
from offmon.core.errors import Malformed, OffmonError, Refused
from offmon.core.formats import codec
from offmon.core.formats.event import Body, Claim
from offmon.match.detectors import DETECTORS
from offmon.match.pipeline import HeldList, Pipeline
from offmon.server.detectors.entries import FORMS, form_of
from offmon.words.catalogue import Language, texts
from tests.support.fake_agency import EXCLUSIONS, SITES, FakeAgency
from tests.unit.core import samples


class Later(StrEnum):
    """A kind of collection that this release does not know."""

    VOICE = "voice"


UNKNOWN: Any = Later.VOICE
PROFILE = samples.profile()
SIGNED = FakeAgency(samples.NOW).sign_list(Capability.SITE, SITES)


def test_each_capability_has_a_row_and_each_row_what_it_takes() -> None:
    assert list(CAPABILITIES) == list(Capability)
    assert set(SOURCE_WORDS) == set(Source) == {source for rule in CAPABILITIES.values() for source in rule.sources}
    for rule in CAPABILITIES.values():
        told = {"sources", "purpose", "called", "hint", "noticed", "reported"}
        told |= {"fields", "found", "not_looked_at"} if rule.follows else set()
        assert all(
            asdict(rule)[name]
            for name in asdict(rule)
            if name not in {"reads_text", "as_listed", "follows"} and (rule.detects or name in told)
        )
        assert rule.sends or not (rule.fields or rule.found)
        assert rule.detects or not rule.entry
        assert not (rule.detects and rule.follows)
        assert list(rule.fields) == sorted({field.name for field in fields(Body)} & set(rule.fields))


def test_each_room_knows_each_detector_and_no_other() -> None:
    assert (
        set(DETECTORS)
        == set(FORMS)
        == {rule.detector for rule in CAPABILITIES.values() if rule.detects}
        == set(Detector)
    )


@pytest.mark.parametrize("language", Language)
def test_each_capability_is_told_of_in_the_same_lines(language: Language) -> None:
    told = [key.split(".")[1:] for key in texts(language) if key.startswith("capability.")]
    lines = {one: {line for kind, line in told if kind == one} for one in Capability}
    assert {kind for kind, _ in told} == set(Capability)
    assert all(found == lines[Capability.SITE] for found in lines.values())


def unknown_choice() -> tuple[Grant, ...]:
    term, declared = replace(samples.SHPO_TERM, capabilities=(UNKNOWN,)), replace(samples.SITES, capability=UNKNOWN)
    choice = Choice(UNKNOWN, (term.id,), (declared.ref.id,), None)
    return compile_grants([samples.SHPO], [term], [choice], [declared], samples.NOW)


def unknown_list() -> HeldList:
    entries = codec.load(ListEntries, SIGNED.entries, max_size=1 << 20)
    return HeldList(SIGNED.ref, replace(SIGNED.document, capability=UNKNOWN), entries)


def made_of(kind: type, whole: object, field: str) -> Callable[[], object]:
    """Reading a document whose `field` says the unknown kind."""
    doc = codec.to_doc(whole)
    assert field in doc
    value: Any = [UNKNOWN.value] if isinstance(doc[field], list) else UNKNOWN.value
    return lambda: codec.from_doc(kind, doc | {field: value})


@pytest.mark.parametrize(
    ("refusal", "meets"),
    [
        (Malformed, made_of(Grant, PROFILE.grants[0], "kind")),
        (Malformed, made_of(Claim, samples.claim_on(PROFILE), "kind")),
        (Malformed, made_of(Term, samples.SHPO_TERM, "capabilities")),
        (Malformed, made_of(ListDocument, SIGNED.document, "capability")),
        (Malformed, lambda: codec.dump(replace(PROFILE.grants[0], kind=UNKNOWN))),
        (Refused, lambda: rule_of(UNKNOWN)),
        (Refused, lambda: form_of(UNKNOWN)),
        (Refused, lambda: form_of(Capability.HISTORY_KEPT)),  # it is known, and has no list
        (Refused, lambda: check_assessed([], [UNKNOWN], samples.NOW)),
        (Refused, lambda: explain(replace(samples.claim_on(PROFILE), kind=UNKNOWN), PROFILE)),
        (Refused, unknown_choice),
        (Refused, lambda: Pipeline(EXCLUSIONS, [unknown_list()])),
    ],
)
def test_a_kind_without_a_row_is_refused(refusal: type[OffmonError], meets: Callable[[], object]) -> None:
    with pytest.raises(refusal):
        meets()
