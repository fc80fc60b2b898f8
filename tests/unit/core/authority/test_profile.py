"""No live term, no grant: what compiles and what does not, as tables (design §1.1-1.2; R-LEG-5, R-DPA-3, R-DPA-8)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from offmon.core.authority import profile, profile_ending
from offmon.core.authority.bases import Basis
from offmon.core.authority.capability import DETECTING, Capability, Purpose
from offmon.core.authority.order import DeviceKind, Instrument, Term, live_period
from offmon.core.authority.profile import (
    MAX_LEASE_MS,
    SCHEMA,
    Choice,
    Grant,
    ListRef,
    Profile,
    Sensitive,
    compile_grants,
    for_device,
)
from offmon.core.clock import DAY_MS, Period, days
from offmon.core.errors import Malformed
from offmon.core.formats import codec
from offmon.core.ids import Count, Id, Ms, Slug, Versioned
from tests.prove.markers import proves
from tests.unit.core import samples
from tests.unit.core.samples import (
    APD,
    LICENCE,
    LICENCE_TERM,
    NOW,
    ON_BOTH,
    ON_SHPO,
    PHRASES,
    SHPO,
    SHPO_TERM,
    SITES,
    code_of,
    digest,
    grants,
    ident,
    on,
)


def of(kind: Capability, compiled: Any) -> Any:
    found = [grant for grant in compiled if kind == grant.kind]
    assert len(found) == 1
    return found[0]


def terms_of(grant: Grant) -> list[Id]:
    return [t.term for t in grant.terms]


def test_an_order_and_a_licence_are_united() -> None:
    compiled = grants()
    assert terms_of(of(Capability.SITE, compiled)) == sorted([SHPO_TERM.id, LICENCE_TERM.id])
    assert terms_of(of(Capability.PHRASE, compiled)) == [SHPO_TERM.id]


ON_TWO, ON_ONE = (of(kind, grants()) for kind in DETECTING)  # on order and licence; on the order alone
NOT_NOW = replace(ON_ONE, terms=(replace(ON_ONE.terms[0], period=Period(Ms(NOW + 1), None)),))
THEN = on(2026, 11, 1)
NEWER = replace(SHPO, id=ident("newer"), made_on="2026-11-01", served_at=THEN, effective_from=THEN)
ITS_TERM = replace(SHPO_TERM, id=ident("its term"), instrument=NEWER.id, since=THEN, confirmed_at=THEN, capabilities=())

TOMORROWS = replace(NEWER, effective_from=Ms(NOW + DAY_MS))
UNCONFIRMED = replace(ITS_TERM, confirmed_by=None, confirmed_at=None)


def over(one: Instrument, known: Ms) -> Instrument:
    return replace(one, ended_at=on(2026, 11, 1), end_known_at=known)


HAS_ENDED: dict[str, tuple[Grant, tuple[Instrument, ...], tuple[Term, ...], bool]] = {
    "nothing ended": (ON_TWO, (SHPO, LICENCE), (), False),
    "one of two orders ended": (ON_TWO, (SHPO, over(LICENCE, NOW)), (), False),
    "both did": (ON_TWO, (over(SHPO, NOW), over(LICENCE, NOW)), (), True),
    "the only one ended": (ON_ONE, (over(SHPO, NOW), LICENCE), (), True),
    "as nobody knew yet": (ON_ONE, (over(SHPO, Ms(NOW + 1)), LICENCE), (), False),
    "it ends tomorrow": (ON_ONE, (replace(SHPO, ended_at=Ms(NOW + DAY_MS), end_known_at=NOW), LICENCE), (), False),
    "a newer order ends it by law": (ON_ONE, (SHPO, LICENCE, NEWER), (ITS_TERM,), True),
    "one that nobody confirmed does not": (ON_ONE, (SHPO, LICENCE, NEWER), (UNCONFIRMED,), False),
    "nor one that was confirmed since": (ON_ONE, (SHPO, NEWER), (replace(ITS_TERM, confirmed_at=Ms(NOW + 1)),), False),
    "nor one that begins tomorrow": (ON_ONE, (SHPO, TOMORROWS), (ITS_TERM,), False),
    "a licence beside it runs on": (ON_TWO, (SHPO, LICENCE, NEWER), (ITS_TERM,), False),
    "its order is gone": (ON_ONE, (LICENCE,), (), True),
    "its term lets nothing be collected now": (NOT_NOW, (over(SHPO, NOW),), (), False),
}


@pytest.mark.parametrize("row", HAS_ENDED)
def test_a_grant_has_ended_when_no_term_that_it_collects_by_is_in_force_by_what_is_known(row: str) -> None:
    """Of what is collected now the case's orders as they are known now are asked, a newer one too (SA20 s.349; S107)."""
    grant, instruments, others, ended = HAS_ENDED[row]
    assert profile_ending.has_ended(grant, instruments, (SHPO_TERM, LICENCE_TERM, *others), NOW, NOW) is ended


ENDED = replace(LICENCE, ended_at=on(2026, 11, 1), end_known_at=on(2026, 11, 2))


def test_when_the_licence_ends_only_what_rested_on_it_alone_falls() -> None:
    alone = replace(ON_BOTH, terms=(LICENCE_TERM.id,))
    compiled = grants(instruments=(SHPO, ENDED), choices=(ON_BOTH, ON_SHPO, alone))
    assert terms_of(of(Capability.SITE, compiled)) == [SHPO_TERM.id]
    assert of(Capability.PHRASE, compiled) == of(Capability.PHRASE, grants())


def test_a_running_profile_drops_the_licence_by_itself_on_its_last_day() -> None:
    site = of(Capability.SITE, grants())
    last = LICENCE_TERM.until
    assert last is not None
    assert site.terms_at(last - 1) == tuple(sorted([SHPO_TERM.id, LICENCE_TERM.id]))
    assert site.terms_at(last) == (SHPO_TERM.id,)


@pytest.mark.parametrize(
    ("what", "changed"),
    [
        ("no choice", {"choices": ()}),
        ("a choice of no term", {"choices": (replace(ON_BOTH, terms=()),)}),
        ("a choice of no list", {"choices": (replace(ON_BOTH, lists=()),)}),
        ("not yet confirmed", {"terms": (replace(SHPO_TERM, confirmed_by=None, confirmed_at=None), LICENCE_TERM)}),
        ("confirmed by who recorded it", {"terms": (replace(SHPO_TERM, confirmed_by=SHPO_TERM.recorded_by),)}),
        ("before the term begins", {"at": Ms(on(2026, 1, 10) - 1)}),
        ("after the term ended", {"terms": (replace(SHPO_TERM, until=NOW),)}),
        ("before the order was served", {"instruments": (replace(SHPO, served_at=Ms(NOW + 1)), LICENCE)}),
        ("after the order ended", {"instruments": (replace(SHPO, ended_at=NOW, end_known_at=NOW), LICENCE)}),
    ],
)
@proves("S1", live_period, disabled=lambda instrument, term: Period(Ms(0), None))
def test_no_live_term_gives_no_grant(what: str, changed: dict[str, Any]) -> None:
    given: dict[str, Any] = {"choices": (ON_SHPO,)}
    assert grants(**(given | changed)) == ()


PAST = days(date(2026, 1, 1), date(2026, 11, 24))
FRAUD = (Slug("fraud"),)
ABOUT_PHRASES = replace(SHPO_TERM, capabilities=(Capability.PHRASE,))
NEEDS_NOTHING = replace(LICENCE_TERM, capabilities=())


@pytest.mark.parametrize(
    ("what", "changed", "refused"),
    [
        ("a list that is not there", {"lists": (PHRASES,)}, "unknown-list"),
        ("a list for another kind", {"lists": (replace(SITES, capability=Capability.PHRASE), PHRASES)}, "unknown-list"),
        ("a list that is no longer valid", {"lists": (replace(SITES, valid=PAST), PHRASES)}, "unknown-list"),
        ("a list for other orders", {"lists": (replace(SITES, bases=(Basis.SHPO_SC,)), PHRASES)}, "list-mismatch"),
        ("a list for other offences", {"lists": (replace(SITES, offence_types=FRAUD), PHRASES)}, "list-mismatch"),
        ("another offence", {"instruments": (replace(SHPO, offence_types=FRAUD), LICENCE)}, "list-mismatch"),
        ("a term that does not need it", {"terms": (ABOUT_PHRASES, LICENCE_TERM)}, "term-does-not-need-it"),
        ("a term that needs nothing", {"terms": (SHPO_TERM, NEEDS_NOTHING)}, "term-does-not-need-it"),
        ("a term that is not recorded", {"terms": (SHPO_TERM,)}, "unknown-term"),
        ("an order that is not recorded", {"instruments": (SHPO,)}, "unknown-term"),
        ("another person's order", {"instruments": (SHPO, replace(LICENCE, case=ident("other")))}, "other-case"),
        ("an order never served", {"instruments": (replace(SHPO, served_at=None), LICENCE)}, "not-served"),
        ("a licence without request", {"instruments": (SHPO, replace(LICENCE, requested_at=None))}, "no-request"),
        ("the old Act", {"instruments": (replace(SHPO, convicted_on="2020-11-30"), LICENCE)}, "wrong-code"),
        ("a term too short", {"terms": (replace(SHPO_TERM, until=on(2031, 1, 9)), LICENCE_TERM)}, "term-too-short"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_unlawful_is_refused_and_not_left_out(what: str, changed: dict[str, Any], refused: str) -> None:
    assert code_of(grants, **changed) == refused


@pytest.mark.parametrize(
    ("why", "refused"),
    [
        (APD, None),
        (None, "sensitive-without-condition"),
        (replace(APD, strictly_necessary=" "), "sensitive-without-condition"),
        (replace(APD, apd_period=PAST), "sensitive-without-condition"),
        (replace(APD, apd_period=Period(NOW, None)), None),
        (replace(APD, apd_period=Period(Ms(NOW + 1), None)), "sensitive-without-condition"),
    ],
)
@proves("S7", profile._check_list, disabled=lambda lists, list_id, choice, instruments, at: lists[list_id])
def test_a_sensitive_list_needs_necessity_and_a_policy_in_force(why: Sensitive | None, refused: str | None) -> None:
    lists = (replace(SITES, sensitive=True),)
    assert code_of(grants, lists=lists, choices=(replace(ON_BOTH, sensitive=why),)) == refused


@pytest.mark.parametrize(
    ("periods", "until"),
    [
        ([], None),
        ([Period(NOW, None)], None),
        ([Period(NOW, Ms(NOW + 2))], NOW + 2),
        ([Period(NOW, Ms(NOW + 3)), Period(NOW, Ms(NOW + 2))], NOW + 2),
        ([Period(Ms(NOW - 9), NOW), Period(NOW, Ms(NOW + 3))], NOW + 3),  # over: for `compile_grants` to refuse
        ([Period(Ms(NOW + 1), Ms(NOW + 2))], None),  # not begun: so is this
    ],
)
def test_a_lease_ends_with_the_policy_documents_that_it_rests_on(periods: list[Period], until: int | None) -> None:
    choices = [ON_SHPO, *(replace(ON_BOTH, sensitive=replace(APD, apd_period=one)) for one in periods)]
    assert profile.documented_until(choices, NOW) == until
    longest = Ms(NOW + MAX_LEASE_MS)
    wanted = None if until is None else "policy-ends-first"
    assert code_of(profile.check_documented, choices, Period(NOW, longest)) == wanted
    assert code_of(profile.check_documented, choices, Period(NOW, None)) == wanted
    assert code_of(profile.check_documented, choices, Period(NOW, longest if until is None else Ms(until))) is None


@pytest.mark.parametrize("condition", [None, "", "3-vital-interests"])
def test_a_sensitive_list_needs_a_condition_of_schedule_8(condition: str | None) -> None:
    doc = codec.to_doc(replace(ON_BOTH, sensitive=APD))
    inner: Any = doc["sensitive"]
    inner["condition"] = condition
    with pytest.raises(Malformed):
        codec.from_doc(type(ON_BOTH), doc)


def test_grants_keep_their_ids_when_a_profile_is_renewed() -> None:
    later = grants(at=Ms(NOW + 20 * DAY_MS))
    assert later == grants()
    assert grants(choices=(ON_SHPO, ON_BOTH)) == grants()


def test_what_is_chosen_twice_counts_once() -> None:
    twice = replace(ON_BOTH, terms=ON_BOTH.terms * 2, lists=ON_BOTH.lists * 2)
    assert grants(choices=(twice, ON_BOTH, ON_SHPO)) == grants()


@pytest.mark.parametrize(
    "changed",
    [
        {"choices": (replace(ON_BOTH, terms=(SHPO_TERM.id,)), ON_SHPO)},
        {"terms": (replace(SHPO_TERM, since=on(2026, 1, 11)), LICENCE_TERM)},
        {"terms": (replace(SHPO_TERM, until=on(2032, 1, 10)), LICENCE_TERM)},
        {"instruments": (SHPO, ENDED)},
        {"lists": (replace(SITES, ref=ListRef(SITES.ref.id, Versioned("sites@2"), SITES.ref.digest)), PHRASES)},
        {"lists": (replace(SITES, ref=ListRef(SITES.ref.id, SITES.ref.name, digest("other"))), PHRASES)},
    ],
)
def test_another_content_is_another_grant(changed: dict[str, Any]) -> None:
    assert of(Capability.SITE, grants(**changed)).id != of(Capability.SITE, grants()).id


def test_a_list_of_other_offences_too_is_fine_where_one_is_the_orders() -> None:
    both = replace(SHPO, offence_types=(*FRAUD, Slug("iioc")))
    assert code_of(grants, instruments=(both, LICENCE)) is None


@pytest.mark.parametrize(
    ("lease", "refused"),
    [
        (Period(NOW, Ms(NOW + MAX_LEASE_MS)), None),
        (Period(NOW, Ms(NOW + MAX_LEASE_MS + 1)), "lease-too-long"),
        (Period(NOW, None), "lease-too-long"),
    ],
)
@proves("S2", profile.check_lease, disabled=lambda profile: None)
def test_a_lease_is_closed_and_at_most_thirty_days(lease: Period, refused: str | None) -> None:
    assert code_of(profile.check_lease, samples.profile(lease=lease)) == refused


@pytest.mark.parametrize(("reads", "refused"), [(0, "old-schema"), (SCHEMA, None), (SCHEMA + 1, None)])
def test_a_device_reads_what_is_signed_or_is_not_enrolled(reads: int, refused: str | None) -> None:
    """Formats 4: the signer issues none newer than a device reads."""
    assert code_of(profile.check_reads, Count(reads)) == refused


@pytest.mark.parametrize(("field", "value"), [("purpose", "hr"), ("purpose", ""), ("purpose", None), ("kind", "voice")])
def test_a_grant_is_of_a_known_kind_for_supervision_or_the_profile_is_refused(field: str, value: str | None) -> None:
    assert {grant.purpose for grant in grants()} == {Purpose.SUPERVISION}
    doc: Any = codec.to_doc(samples.profile())
    doc["grants"][0][field] = value
    with pytest.raises(Malformed):
        codec.from_doc(Profile, doc)


@pytest.mark.parametrize(
    ("what", "named", "kind", "rests"),
    [
        ("R-LEG-15 it names no kind", (), DeviceKind.COMPUTER, True),
        ("R-LEG-15 it names this kind", (DeviceKind.PHONE, DeviceKind.COMPUTER), DeviceKind.COMPUTER, True),
        ("R-LEG-15 it names another kind", (DeviceKind.PHONE,), DeviceKind.COMPUTER, False),
        ("R-LEG-15 nobody recorded the kind", (DeviceKind.PHONE,), None, False),
        ("R-LEG-15 neither is said", (), None, True),
    ],
)
@proves("S179", for_device, disabled=lambda choices, terms, kind: tuple(choices))
def test_what_a_condition_grants_a_kind_of_device(
    what: str, named: tuple[DeviceKind, ...], kind: DeviceKind | None, rests: bool
) -> None:
    term, choice = (
        replace(SHPO_TERM, device_kinds=named),
        Choice(Capability.SITE, (SHPO_TERM.id,), (SITES.ref.id,), None),
    )
    [left] = for_device([choice], [term], kind)
    assert (left.terms == choice.terms) is rests
    assert bool(compile_grants([SHPO], [term], [left], [SITES], NOW)) is rests
