"""A grant to keep a history lets nothing leave a device: it has no list and no field, and no claim is of it (R-AI-9; gates 1 to 3)."""

from dataclasses import fields, replace

import pytest

from offmon.core.authority.capability import DETECTING, Capability
from offmon.core.authority.leaving import decide
from offmon.core.authority.may_leave import No, RefusalReason, admit, admit_by_newest, check_body
from offmon.core.authority.noticed import covers
from offmon.core.authority.profile import Choice, ListRef, Profile, compile_grants
from offmon.core.authority.proposals import proposals_for
from offmon.core.formats.event import Body
from tests.prove.markers import proves
from tests.unit.core.samples import (
    EMPTY,
    FINDING,
    NOW,
    PHRASES,
    SHPO,
    SHPO_TERM,
    SITES,
    claim_on,
    code_of,
    ident,
    profile,
)

KEPT = Capability.HISTORY_KEPT
TERM = replace(SHPO_TERM, capabilities=tuple(Capability))
CHOICE = Choice(KEPT, (TERM.id,), (), None)

[GRANT] = compile_grants([SHPO], [TERM], [CHOICE], [], NOW)
PROFILE: Profile = replace(profile(), grants=(GRANT,))


def test_it_needs_a_live_condition_and_names_no_list_and_no_field() -> None:
    assert (GRANT.kind, GRANT.lists, GRANT.fields) == (KEPT, (), ())
    over = replace(TERM, until=NOW)
    assert compile_grants([SHPO], [over], [CHOICE], [], NOW) == ()
    with_list = replace(CHOICE, lists=(SITES.ref.id,))
    assert code_of(compile_grants, [SHPO], [TERM], [with_list], [SITES], NOW) == "unknown-list"


@pytest.mark.parametrize("kind", Capability)
@pytest.mark.parametrize("ref", [SITES.ref, PHRASES.ref])
@proves("S180", admit, disabled=lambda profile, claim, at: GRANT)
def test_gate_one_makes_no_disclosure_of_it(kind: Capability, ref: ListRef) -> None:
    for body in (EMPTY, *(replace(EMPTY, **{one.name: "x"}) for one in fields(Body))):
        found = replace(FINDING, kind=kind, list=ref, body=body)
        assert isinstance(decide(PROFILE, found, NOW), No)


def test_nor_do_the_gates_behind_it_let_it_stay_or_open() -> None:
    claim = replace(claim_on(profile()), kind=KEPT, grant=GRANT.id, terms=GRANT.terms_at(NOW))
    assert admit(PROFILE, claim, NOW) == No(RefusalReason.LIST_NOT_GRANTED)
    assert admit_by_newest([PROFILE], claim, GRANT) == No(RefusalReason.LIST_NOT_GRANTED)
    for one in fields(Body):
        assert check_body(GRANT, replace(EMPTY, **{one.name: ""})) == No(RefusalReason.FIELD_NOT_GRANTED)
    assert KEPT not in DETECTING


def test_a_notice_covers_it_only_by_naming_it() -> None:
    sites = Choice(Capability.SITE, (TERM.id,), (SITES.ref.id,), None)
    assert not covers([sites], [sites, CHOICE])
    assert not covers([replace(CHOICE, terms=(ident("another"),))], [CHOICE])
    assert covers([sites, CHOICE], [CHOICE])


@pytest.mark.parametrize(
    ("words", "proposed"),
    [
        ("Using a device that can retain and display the history of internet use", True),
        ("Deleting the internet history of a device", True),
        ("Do not delete, hide or erase browsing history", True),
        ("Deleting messages from a telephone", False),
    ],
)
def test_words_that_ask_for_a_history_propose_it(words: str, proposed: bool) -> None:
    assert (KEPT in {one.capability for one in proposals_for(words)}) is proposed
