"""Which alert a page load joins: its gravest and surest match leads, and all of it goes there (issue 15)."""

from dataclasses import replace
from itertools import permutations

import pytest

from offmon.core.alerts.occurrence import Group, PageLoad, group_of, leading, page_load, unled
from offmon.core.authority.capability import Band, Capability
from offmon.core.formats.event import Claim, Envelope, Gravity
from offmon.core.ids import Count, Ms, Slug
from tests.unit.core.samples import claim_on, digest, ident, profile

CLAIM = claim_on(profile())
ENVELOPE = Envelope(
    deployment=ident("deployment"),
    device=ident("device"),
    epoch=ident("epoch"),
    n=Count(0),
    profile=digest("profile"),
    profile_version=Count(1),
    content_commit=digest("content"),
    claim=CLAIM,
)

URGENT, HIGH, STANDARD = Gravity.URGENT, Gravity.HIGH, Gravity.STANDARD
EXACT, STRONG, POSSIBLE = Band.EXACT, Band.STRONG, Band.POSSIBLE


def match(rule: str, gravity: Gravity = STANDARD, band: Band = POSSIBLE) -> Claim:
    return replace(CLAIM, rule=Slug(rule), gravity=gravity, band=band)


def of(rule: str) -> Group:
    return group_of(match(rule))


@pytest.mark.parametrize(
    ("matches", "undecided", "led_by"),
    [
        ([match("a")], [], "a"),
        ([match("b"), match("a")], [], "a"),
        ([match("a"), match("b")], ["b"], "b"),  # an alert is there for one as good
        ([match("a"), match("b"), match("c")], ["c", "b"], "b"),
        ([match("a"), match("b", band=STRONG)], [], "b"),  # what was searched for, before what the page says
        ([match("a"), match("b", band=STRONG)], ["a"], "b"),
        ([match("a", band=STRONG), match("b", band=EXACT)], ["a"], "b"),
        ([match("a", HIGH), match("b", STANDARD, EXACT)], ["b"], "a"),  # gravity before certainty
        ([match("a", HIGH, STRONG), match("b", URGENT)], ["a"], "b"),
        ([match("a"), match("b")], ["z"], "a"),  # of no match of the page
    ],
)
def test_the_gravest_and_surest_match_leads(matches: list[Claim], undecided: list[str], led_by: str) -> None:
    for order in permutations(matches):
        assert leading(order, {of(rule) for rule in undecided}) == of(led_by)


def test_a_page_load_is_one_place_and_one_time() -> None:
    same = page_load(ENVELOPE)
    assert same == PageLoad(ENVELOPE.device, ENVELOPE.epoch, ENVELOPE.claim.event_at, ENVELOPE.claim.captured_at)
    assert page_load(replace(ENVELOPE, n=ENVELOPE.n + 1, claim=match("other", HIGH, EXACT))) == same
    just_after = Ms(CLAIM.event_at + 1)
    for later in (replace(CLAIM, event_at=just_after), replace(CLAIM, captured_at=just_after)):
        assert page_load(replace(ENVELOPE, claim=later)) != same
    assert page_load(replace(ENVELOPE, epoch=ENVELOPE.device)) != same


def test_a_page_without_a_match_of_the_alert_s_group_is_told() -> None:
    def at(second: int, rule: str, kind: Capability = Capability.SITE) -> Envelope:
        moment = Ms(ENVELOPE.claim.event_at + 1000 * second)
        return replace(ENVELOPE, claim=replace(match(rule), kind=kind, event_at=moment, captured_at=moment))

    first, second = at(1, "a"), at(2, "b")
    assert unled([first, at(1, "b")], of("a")) == set()
    assert unled([first, at(1, "b"), second], of("a")) == {page_load(second)}
    assert unled([at(1, "a", Capability.PHRASE)], of("a")) == {page_load(first)}
    assert unled([], of("a")) == set()
