"""The one exit, as properties over small worlds that contain every reason to refuse (design §1.3, §9)."""

from collections import Counter
from dataclasses import fields, replace
from random import Random

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from offmon.core.authority.capability import CAPABILITIES, Capability, Purpose
from offmon.core.authority.leaving import decide
from offmon.core.authority.may_leave import No, RefusalReason, admit, admit_by_meaning, check_body, event_time
from offmon.core.authority.profile import Grant, ListRef, Profile, TermPeriod
from offmon.core.clock import DAY_MS, MINUTE_MS, Period
from offmon.core.formats.event import Body, Claim, Finding
from offmon.core.ids import Ms, Versioned
from tests.unit.core.samples import BODY, EMPTY, FINDING, NOW, PHRASES, SITES, claim_on, ident, profile

PROFILE = profile()
START = Ms(NOW - 15 * DAY_MS)
LISTS = (SITES.ref, PHRASES.ref, ListRef(SITES.ref.id, Versioned("sites@2"), SITES.ref.digest))
TERMS = (ident("a"), ident("b"))

BODIES = (EMPTY, BODY, replace(EMPTY, url="u"), replace(BODY, context_after="more"))

type World = tuple[Profile, Claim, Finding, Body]


def some_grant(chance: Random, name: str) -> Grant:
    kind = chance.choice([Capability.SITE, Capability.SITE, Capability.PHRASE])
    allowed = CAPABILITIES[kind].fields
    since = [Ms(START + chance.randint(0, 25) * DAY_MS) for _ in TERMS]
    periods = [Period(begin, Ms(begin + chance.randint(5, 20) * DAY_MS)) for begin in since]
    return Grant(
        kind=kind,
        id=ident(name),
        terms=tuple(TermPeriod(term, period) for term, period in zip(TERMS, periods, strict=True))[
            : chance.randint(1, 2)
        ],
        purpose=Purpose.SUPERVISION,
        fields=chance.choice([allowed, allowed[-2:]]),
        lists=chance.choice([LISTS[:1], LISTS[:2], LISTS[1:]]),
    )


def some_finding(chance: Random) -> Finding:
    return replace(
        FINDING,
        kind=chance.choice([Capability.SITE, Capability.SITE, Capability.PHRASE]),
        list=chance.choice(LISTS),
        event_at=Ms(START + chance.randint(-4, 34) * DAY_MS),
        clock_offset_ms=chance.choice([0, 0, -1, MINUTE_MS, -3 * DAY_MS]),
        body=chance.choice(BODIES),
    )


def some_claim(chance: Random, whole: Profile) -> Claim:
    finding, grant = some_finding(chance), chance.choice(whole.grants)
    honest = grant.terms_at(event_time(finding))
    return replace(
        claim_on(PROFILE),
        kind=chance.choice([grant.kind, grant.kind, finding.kind]),
        grant=chance.choice([grant.id, grant.id, grant.id, ident("none")]),
        terms=chance.choice([honest, TERMS[:1]]),
        list=chance.choice([grant.lists[0], grant.lists[0], finding.list]),
        event_at=finding.event_at,
        clock_offset_ms=finding.clock_offset_ms,
    )


def some_world(number: int) -> World:
    """A profile, a claim on it, a finding and a body.

    From one number, so that Hypothesis's taste for small values does not make rare what should be common.
    """
    chance = Random(number)  # noqa: S311
    both = (some_grant(chance, "one"), some_grant(chance, "two"))
    whole = replace(PROFILE, grants=both, lease=Period(START, Ms(START + 30 * DAY_MS)))
    return whole, some_claim(chance, whole), some_finding(chance), chance.choice(BODIES)


WORLDS = st.integers(0, 2**32).map(some_world)
AT = Ms(START + 25 * DAY_MS)
RUN = settings(
    max_examples=400, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


def word(answer: object) -> str:
    return answer.reason.value if isinstance(answer, No) else "yes"


def lawful(whole: Profile, grant: Grant, item: Claim | Finding) -> bool:
    """Whether the grant allows it to be collected, said once more in the words of the order and not of the code."""
    when = item.event_at + item.clock_offset_ms
    return (
        item.kind == grant.kind
        and item.list in grant.lists
        and when <= AT + 5 * MINUTE_MS
        and whole.lease.since <= when < (whole.lease.until or 0)
        and any(t.period.since <= when < (t.period.until or 0) for t in grant.terms)
    )


def test_each_reason_to_refuse_occurs_in_at_least_two_in_a_hundred_worlds() -> None:
    seen: Counter[str] = Counter()

    for number in range(1_000):
        whole, claim, finding, body = some_world(number)
        answer = admit(whole, claim, AT)
        seen[f"admit {word(answer)}"] += 1
        named = next((grant for grant in whole.grants if grant.id == claim.grant), None)
        if named is not None:
            seen[f"meaning {word(admit_by_meaning(whole, claim, named))}"] += 1
        if not isinstance(answer, No):
            seen[f"body {check_body(answer, body) is None}"] += 1
        made = decide(whole, finding, AT)
        seen[f"decide {word(made)}"] += 1
        seen["worlds"] += 1
    body_only = {RefusalReason.FIELD_NOT_GRANTED, RefusalReason.SILENCED}  # silences: test_silence
    of_admit = {"yes", *(r.value for r in RefusalReason if r not in body_only)}
    of_meaning = {"yes", "no-grant", "list-not-granted", "out-of-lease", "out-of-period"}
    of_decide = {
        "yes",
        *(r.value for r in RefusalReason if r not in (RefusalReason.WRONG_TERMS, RefusalReason.SILENCED)),
    }
    wanted = [f"admit {a}" for a in of_admit] + [f"meaning {a}" for a in of_meaning]
    wanted += [f"decide {a}" for a in of_decide] + ["body True", "body False"]
    rare = {name: seen[name] for name in wanted if seen[name] < 0.02 * seen["worlds"]}
    assert seen["worlds"] >= 400
    assert not rare


@seed(86)
@RUN
@given(WORLDS)
def test_admit_says_yes_exactly_where_the_order_does(world: World) -> None:
    whole, claim, _, _ = world
    grant = next((g for g in whole.grants if g.id == claim.grant), None)
    when = claim.event_at + claim.clock_offset_ms
    expected = (
        grant is not None
        and lawful(whole, grant, claim)
        and claim.terms == tuple(t.term for t in grant.terms if t.period.since <= when < (t.period.until or 0))
    )
    answer = admit(whole, claim, AT)
    assert isinstance(answer, No) != expected
    if expected:
        assert answer == grant
        assert grant is not None
        assert not isinstance(admit_by_meaning(whole, claim, grant), No)  # what is admitted is also meant


@seed(86)
@RUN
@given(WORLDS)
def test_decide_discloses_exactly_what_both_later_gates_let_stay(world: World) -> None:
    whole, _, finding, _ = world
    there = {f.name for f in fields(finding.body) if getattr(finding.body, f.name) is not None}
    listed = finding.kind is not Capability.SITE or finding.body in (EMPTY, BODY)
    covering = [g for g in whole.grants if lawful(whole, g, finding) and there <= set(g.fields) and listed]
    made = decide(whole, finding, AT)
    if isinstance(made, No):
        assert not covering
        return
    grant = admit(whole, made.claim, AT)
    assert grant == covering[0]
    assert check_body(covering[0], made.body) is None
    assert made.body == finding.body
    assert (made.claim.kind, made.claim.list, made.claim.event_at) == (finding.kind, finding.list, finding.event_at)
