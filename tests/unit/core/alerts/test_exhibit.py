"""Exhibits: references, what may be sealed, and continuity without gap or overlap (R-EVD-5 to R-EVD-7)."""

from dataclasses import replace

import pytest

from offmon.core.alerts import exhibit
from offmon.core.alerts.exhibit import CustodyRecord, ExhibitRecord, check_continuity
from offmon.core.authority.profile import HpkeKey
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.records import REJECTING, DecisionOutcome, LeafPlace
from tests.prove.markers import proves
from tests.unit.core.samples import NOW, code_of, digest, ident

EXHIBIT = ExhibitRecord(
    id=ident("exhibit"),
    alert=ident("alert"),
    leaf=LeafPlace(ident("device"), ident("epoch"), 3),
    initials="AB",
    number=1,
    producer=ident("producer"),
    oic=ident("oic"),
    asked_at=Ms(NOW - 1),
    reason="For the investigation.",
    content=digest("content"),
    seal=digest("seal"),
    key=HpkeKey(1, bytes(32)),
    sealed_at=NOW,
)


def chain(*steps: tuple[int, str]) -> list[CustodyRecord]:
    """Sealed now; then, so much later each, handed to these people."""
    here, seal = EXHIBIT.producer, digest("seal")
    links = [CustodyRecord(ident("link 0"), EXHIBIT.id, 0, NOW, "the store", here, here, "sealed", seal)]
    for number, (after, to) in enumerate(steps, 1):
        last = links[-1]
        link = replace(last, id=ident(f"link {number}"), number=number, since=Ms(last.since + after))
        links.append(replace(link, given_by=last.held_by, held_by=ident(to)))
    return links


@pytest.mark.parametrize(
    ("initials", "refused"),
    [("AB", None), ("ABCD", None), ("A", "bad-initials"), ("ABCDE", "bad-initials")]
    + [(odd, "bad-initials") for odd in ("ab", "A1", "", "AB ", "ÄB", "AB\n")],
)
def test_initials_are_as_they_stand_on_a_label(initials: str, refused: str | None) -> None:
    assert code_of(exhibit.check_initials, initials) == refused


def test_a_number_is_given_once_and_never_again() -> None:
    assert EXHIBIT.reference == "AB1"
    assert [exhibit.next_number([]), exhibit.next_number([1, 2]), exhibit.next_number([7])] == [1, 3, 8]
    assert code_of(exhibit.next_number, [exhibit.MOST]) == "no-number-left"


@pytest.mark.parametrize("outcome", [None, *DecisionOutcome])
def test_only_what_a_person_decided_and_did_not_reject_is_sealed(outcome: DecisionOutcome | None) -> None:
    refused = outcome is None or outcome in REJECTING
    assert code_of(exhibit.check_sealable, outcome) == ("not-decided" if refused else None)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, None),
        ({"seal": digest("another")}, "seal-broken"),
        ({"given_by": ident("stranger")}, "not-yours"),
        ({"number": 2}, "not-yours"),
        ({"exhibit": ident("another")}, "not-yours"),
        ({"since": NOW}, "no-hand-over"),
        ({"held_by": EXHIBIT.producer}, "no-hand-over"),
    ],
)
@proves("S28", exhibit.check_hand_over, disabled=lambda last, following: None)
def test_what_a_hand_over_is(changed: dict[str, object], code: str | None) -> None:
    first, second = chain((1, "colleague"))
    assert code_of(exhibit.check_hand_over, first, replace(second, **changed)) == code  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changed",
    [
        {"sealed_at": Ms(NOW - 1)},
        {"producer": ident("another")},
        {"seal": digest("another")},
        {"id": ident("another")},
        {"sealed_at": None, "seal": None},
    ],
)
def test_continuity_begins_with_the_sealing(changed: dict[str, Id | Ms | Digest | None]) -> None:
    assert code_of(check_continuity, replace(EXHIBIT, **changed), chain()) == "continuity-broken"  # type: ignore[arg-type]
    assert code_of(check_continuity, EXHIBIT, []) == "continuity-broken"
