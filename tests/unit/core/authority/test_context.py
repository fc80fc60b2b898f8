"""Sites around a finding: chosen only with a finding, for the same condition; at most ten names, and nothing else (issue 19; S182)."""

from dataclasses import replace
from typing import Any

import pytest

from offmon.core.alerts.occurrence import goes_with
from offmon.core.authority.capability import DETECTING, SENDING, Capability
from offmon.core.authority.leaving import MOST_NEAR, check_near, decide, followed_by
from offmon.core.authority.may_leave import No, RefusalReason, admit, admit_by_newest
from offmon.core.authority.profile import Choice, Grant
from offmon.core.authority.proposals import CODES, WORDINGS
from offmon.core.authority.silence import Silence, SilenceReason
from offmon.core.clock import DAY_MS, Period
from offmon.core.formats.event import Body, Claim, Disclosure, Envelope
from offmon.core.ids import Count, Ms
from tests.prove.markers import proves
from tests.unit.core.samples import (
    BODY,
    EMPTY,
    FINDING,
    LICENCE_TERM,
    NOW,
    ON_BOTH,
    ON_SHPO,
    PHRASES,
    SHPO_TERM,
    SITES,
    code_of,
    digest,
    grants,
    ident,
    profile,
)

NEAR = Capability.CONTEXT
GRANTING = replace(SHPO_TERM, capabilities=tuple(Capability)), replace(LICENCE_TERM, capabilities=tuple(Capability))
CHOICE = Choice(NEAR, (SHPO_TERM.id,), (), None)
LINE = "09:05:07 elsewhere.invalid"
CONTEXT = replace(FINDING, kind=NEAR, body=replace(EMPTY, context_before=LINE))


def compiled(*choices: Choice, **changed: object) -> tuple[Grant, ...]:
    return tuple(one for one in grants(terms=GRANTING, choices=choices, **changed) if one.kind is NEAR)


@pytest.mark.parametrize(
    ("choices", "code"),
    [
        ((ON_BOTH, CHOICE), None),
        ((ON_SHPO, CHOICE), None),
        ((Choice(Capability.HISTORY_KEPT, (SHPO_TERM.id,), (), None),), None),  # that needs no finding
        ((CHOICE,), "context-alone"),
        ((Choice(Capability.HISTORY_KEPT, (SHPO_TERM.id,), (), None), CHOICE), "context-alone"),
        ((ON_SHPO, replace(CHOICE, terms=(LICENCE_TERM.id,))), "context-alone"),  # of another condition
        ((ON_BOTH, replace(CHOICE, lists=(SITES.ref.id,))), "unknown-list"),  # it has none of its own
    ],
)
def test_it_is_chosen_only_with_a_finding_for_the_same_condition(choices: tuple[Choice, ...], code: str | None) -> None:
    assert code_of(compiled, *choices) == code


def test_no_term_no_context() -> None:
    assert code_of(grants, choices=(ON_BOTH, CHOICE)) == "term-does-not-need-it"
    over = tuple(replace(term, until=NOW) for term in GRANTING)
    assert grants(terms=over, choices=(ON_BOTH, CHOICE)) == ()


def test_it_rests_on_the_lists_and_the_terms_that_it_shares_with_each_finding() -> None:
    found = compiled(ON_BOTH, ON_SHPO, replace(CHOICE, terms=(SHPO_TERM.id, LICENCE_TERM.id)))
    shared = {(one.lists, tuple(t.term for t in one.terms)) for one in found}
    both = tuple(sorted((SHPO_TERM.id, LICENCE_TERM.id)))
    assert shared == {((SITES.ref,), both), ((PHRASES.ref,), (SHPO_TERM.id,))}
    assert all(one.fields == ("context_after", "context_before") for one in found)
    assert compiled(CHOICE, ON_SHPO) == compiled(ON_SHPO, CHOICE)  # however they are ordered


def body(before: str | None = None, after: str | None = None) -> Body:
    return replace(EMPTY, context_before=before, context_after=after)


WITH = profile(grants=grants(terms=GRANTING, choices=(ON_BOTH, CHOICE)))


@pytest.mark.parametrize(
    ("said", "leaves"),
    [
        (body(LINE), True),
        (body(None, LINE), True),
        (body("\n".join([LINE] * 4), "\n".join([LINE] * 6)), True),
        (body("\n".join([LINE] * MOST_NEAR), LINE), False),
        (body(), False),
        (body(""), False),
        (body(f"{LINE}/a-page"), False),
        (body("09:05:07 https://elsewhere.invalid"), False),
        (body("09:05:07 Elsewhere.invalid"), False),  # not in the one form
        (body("09:05 elsewhere.invalid"), False),
        (body("24:05:07 elsewhere.invalid"), False),
        (body(f"{LINE} a title"), False),
        (body(f"{LINE}\n"), False),
        (replace(BODY, context_before=LINE), False),
    ],
)
@proves("S182", check_near, disabled=lambda kind, body: None)
def test_nothing_but_ten_names_of_sites_leaves(said: Body, *, leaves: bool) -> None:
    assert isinstance(decide(WITH, replace(CONTEXT, body=said), NOW), Disclosure) is leaves


def test_without_its_own_grant_it_leaves_under_none_and_stays_under_none() -> None:
    without = profile(grants=grants(terms=GRANTING))
    assert decide(without, CONTEXT, NOW) == No(RefusalReason.NO_GRANT)
    verdict = decide(WITH, CONTEXT, NOW)
    assert isinstance(verdict, Disclosure)
    named = next(one for one in WITH.grants if one.id == verdict.claim.grant)
    assert admit(without, verdict.claim, NOW) == No(RefusalReason.NO_GRANT)
    assert admit_by_newest([without], verdict.claim, named) == No(RefusalReason.NO_GRANT)
    silence = Silence(*(ident("s"), SilenceReason.WORK, (), (), None, None, Period(NOW, None), "Work.", None, None))
    assert decide(replace(WITH, silences=(silence,)), CONTEXT, NOW) == No(RefusalReason.SILENCED)


def test_whether_a_finding_may_be_followed_is_asked_of_its_list_and_time() -> None:
    assert followed_by(WITH, SITES.ref, NOW) is not None
    assert followed_by(WITH, PHRASES.ref, NOW) is None
    assert followed_by(WITH, SITES.ref, Ms(SHPO_TERM.since - DAY_MS)) is None
    assert followed_by(profile(), SITES.ref, NOW) is None


def envelope(claim: Claim, **changed: Any) -> Envelope:
    whole = Envelope(
        *(
            ident("deployment"),
            ident("device"),
            ident("epoch"),
            Count(1),
            digest("profile"),
            Count(1),
            digest("body"),
            claim,
        )
    )
    return replace(whole, **changed)


def test_it_goes_with_the_finding_of_its_page_load_list_and_rule() -> None:
    verdicts = decide(WITH, FINDING, NOW), decide(WITH, CONTEXT, NOW)
    finding, near = (envelope(one.claim) for one in verdicts if isinstance(one, Disclosure))
    assert goes_with(near, finding)
    assert not goes_with(finding, near)
    assert not goes_with(near, near)
    assert not goes_with(finding, finding)
    for changed in ({"rule": "another"}, {"list": PHRASES.ref}, {"event_at": NOW + 1}, {"captured_at": NOW + 1}):
        assert not goes_with(near, envelope(replace(finding.claim, **changed)))
    assert not goes_with(near, envelope(finding.claim, device=ident("another device")))


def test_it_is_no_finding_and_no_wording_proposes_it() -> None:
    assert NEAR in SENDING
    assert NEAR not in DETECTING
    assert NEAR not in {kind for one in WORDINGS for kind in one.capabilities}
    assert NEAR not in {kind for row in CODES.values() for kind in row.capabilities}
