"""The one exit: every reason to refuse, as a table and as properties (design §1.3, §1.9; R-LEG-5, R-LEG-6, R-DPA-8)."""

from dataclasses import fields, replace
from typing import Any

import pytest

from offmon.core.authority import may_leave
from offmon.core.authority.capability import CAPABILITIES, DETECTING, Capability
from offmon.core.authority.leaving import check_listed, decide
from offmon.core.authority.may_leave import MAX_FUTURE_MS, No, RefusalReason, admit, check_body
from offmon.core.authority.profile import Grant, ListRef, Profile, TermPeriod
from offmon.core.authority.silence import ListedEntry, Silence, SilenceReason
from offmon.core.clock import DAY_MS, Period
from offmon.core.formats.event import Body, Disclosure
from offmon.core.ids import Digest, Ms, Slug, Versioned
from tests.prove.markers import proves
from tests.unit.core.samples import (
    BODY,
    EMPTY,
    FINDING,
    LICENCE_TERM,
    NOW,
    PHRASES,
    SHPO_TERM,
    SITES,
    claim_on,
    code_of,
    ident,
    profile,
)

PROFILE = profile()
LEASE_UNTIL = PROFILE.lease.until or 0


def verdict(answer: Grant | No) -> str:
    return answer.reason.value if isinstance(answer, No) else "yes"


OTHER_VERSION = ListRef(SITES.ref.id, Versioned("sites@2"), SITES.ref.digest)
OTHER_DIGEST = ListRef(SITES.ref.id, SITES.ref.name, Digest("00" * 32))
BOTH = tuple(sorted([SHPO_TERM.id, LICENCE_TERM.id]))
LICENCE_OVER = LICENCE_TERM.until or 0
LONG = replace(PROFILE, lease=Period(PROFILE.lease.since, None))
LATER = Ms(LICENCE_OVER + DAY_MS)
LEFT_OUT = Silence(
    id=ident("silence"),
    why=SilenceReason.WORK,
    terms=(),
    entries=(ListedEntry(FINDING.list.id, FINDING.rule),),
    site="listed.invalid",
    week=None,
    period=Period(Ms(0), None),
    said="At work.",
    said_welsh=None,
    given_by=None,
)
SILENT = replace(PROFILE, silences=(LEFT_OUT,))


@pytest.mark.parametrize(
    ("what", "whole", "changed", "at", "answer"),
    [
        ("all is well", PROFILE, {}, NOW, "yes"),
        ("a grant that is not in the profile", PROFILE, {"grant": ident("none")}, NOW, "no-grant"),
        ("a profile without grants", replace(PROFILE, grants=()), {}, NOW, "no-grant"),
        ("the grant of another kind", PROFILE, {"kind": Capability.PHRASE}, NOW, "no-grant"),
        ("a list of another kind", PROFILE, {"list": PHRASES.ref}, NOW, "list-not-granted"),
        ("another version of the list", PROFILE, {"list": OTHER_VERSION}, NOW, "list-not-granted"),
        ("another content of the list", PROFILE, {"list": OTHER_DIGEST}, NOW, "list-not-granted"),
        ("five minutes ahead", PROFILE, {"event_at": Ms(NOW + MAX_FUTURE_MS)}, NOW, "yes"),
        ("more than five minutes ahead", PROFILE, {"event_at": Ms(NOW + MAX_FUTURE_MS + 1)}, NOW, "future"),
        ("ahead by the clock's offset", PROFILE, {"clock_offset_ms": MAX_FUTURE_MS + 1}, NOW, "future"),
        ("long ago, reported today", PROFILE, {"event_at": PROFILE.lease.since}, NOW, "yes"),
        ("before the lease", PROFILE, {"event_at": Ms(PROFILE.lease.since - 1)}, NOW, "out-of-lease"),
        ("before it by offset", PROFILE, {"event_at": PROFILE.lease.since, "clock_offset_ms": -1}, NOW, "out-of-lease"),
        ("the lease's last moment", PROFILE, {"event_at": Ms(LEASE_UNTIL - 1)}, Ms(LEASE_UNTIL), "yes"),
        ("the lease is over", PROFILE, {"event_at": Ms(LEASE_UNTIL)}, Ms(LEASE_UNTIL), "out-of-lease"),
        ("a term too few", PROFILE, {"terms": (SHPO_TERM.id,)}, NOW, "wrong-terms"),
        ("a term too many", PROFILE, {"terms": (*BOTH, ident("none"))}, NOW, "wrong-terms"),
        ("terms in another order", PROFILE, {"terms": BOTH[::-1]}, NOW, "wrong-terms"),
        ("no term named", PROFILE, {"terms": ()}, NOW, "wrong-terms"),
        ("it lies in a silence", SILENT, {}, NOW, "silenced"),
        ("the entry beside lies in none", SILENT, {"rule": Slug("beside")}, NOW, "yes"),
        ("the licence's last moment", LONG, {"event_at": Ms(LICENCE_OVER - 1)}, LATER, "yes"),
        ("the licence is over", LONG, {"event_at": Ms(LICENCE_OVER)}, LATER, "wrong-terms"),
        ("and not named", LONG, {"event_at": Ms(LICENCE_OVER), "terms": (SHPO_TERM.id,)}, LATER, "yes"),
        ("before 1970 by offset", PROFILE, {"clock_offset_ms": -(2**52)}, NOW, "out-of-lease"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@proves("S3", admit, disabled=lambda profile, claim, at: next(iter(profile.grants), No(RefusalReason.NO_GRANT)))
def test_who_is_admitted(what: str, whole: Profile, changed: dict[str, Any], at: Ms, answer: str) -> None:
    assert verdict(admit(whole, claim_on(PROFILE, **changed), at)) == answer


SITE = next(g for g in PROFILE.grants if g.kind == "site")


def only(period: Period) -> Profile:
    """The profile with one site grant that rests on one term of that period."""
    return replace(PROFILE, grants=(replace(SITE, terms=(TermPeriod(SHPO_TERM.id, period),)),))


def letting_leave(*names: str) -> Profile:
    """The profile with one site grant that lets these fields leave."""
    return replace(PROFILE, grants=(replace(SITE, fields=tuple(sorted(names))),))


OVER = only(Period(Ms(NOW - 2 * DAY_MS), Ms(NOW - DAY_MS)))


def test_nothing_is_admitted_when_no_term_of_the_grant_is_in_force() -> None:
    for terms in ((), (SHPO_TERM.id,)):
        assert verdict(admit(OVER, claim_on(OVER, terms=terms), NOW)) == "out-of-period"
    assert decide(OVER, FINDING, NOW) == No(RefusalReason.OUT_OF_PERIOD)


@pytest.mark.parametrize(
    ("what", "newer", "changed", "answer"),
    [
        ("the same profile", PROFILE, {}, "yes"),
        ("other ids, other versions", PROFILE, {"grant": ident("old"), "list": OTHER_VERSION, "terms": ()}, "yes"),
        ("no such kind any more", replace(PROFILE, grants=()), {}, "no-grant"),
        ("that list is gone", PROFILE, {"list": PHRASES.ref}, "list-not-granted"),
        ("every term is over", OVER, {}, "out-of-period"),
        ("it lies in a silence", SILENT, {}, "silenced"),
        ("the entry beside lies in none", SILENT, {"rule": Slug("beside")}, "yes"),
        ("a lease cut short", replace(PROFILE, lease=Period(PROFILE.lease.since, NOW)), {}, "out-of-lease"),
        ("a lease that begins later", replace(PROFILE, lease=Period(Ms(NOW + 1), None)), {}, "out-of-lease"),
        ("one more field", letting_leave(*SITE.fields, "matched_entry"), {}, "yes"),
        ("one field fewer", letting_leave(*SITE.fields[1:]), {}, "field-not-granted"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@proves(
    "S5",
    may_leave.admit_by_meaning,
    disabled=lambda profile, claim, named: next(iter(profile.grants), No(RefusalReason.NO_GRANT)),
)
def test_what_a_newer_profile_must_still_mean(what: str, newer: Profile, changed: dict[str, Any], answer: str) -> None:
    assert verdict(may_leave.admit_by_meaning(newer, claim_on(PROFILE, **changed), SITE)) == answer


def begun(version: int, since: int, grants: tuple[Grant, ...] = PROFILE.grants) -> Profile:
    """A profile of that version whose lease begins `since` ms after the event."""
    return replace(PROFILE, version=version, grants=grants, lease=Period(Ms(NOW + since), None))


@pytest.mark.parametrize(
    ("what", "signed", "answer"),
    [
        ("the only one", [begun(1, -9)], "yes"),
        ("none was signed yet", [], "out-of-lease"),
        ("none had begun", [begun(1, 1)], "out-of-lease"),
        ("the newest takes it away", [begun(1, -9), begun(2, -1, ())], "no-grant"),
        ("in whatever order they come", [begun(2, -1, ()), begun(1, -9)], "no-grant"),
        ("that very instant", [begun(1, -9), begun(2, 0, ())], "no-grant"),
        ("what takes it away begins later", [begun(1, -9), begun(2, 1, ())], "yes"),
        ("the newest gives it back", [begun(1, -9), begun(2, -5, ()), begun(3, -1)], "yes"),
        ("and that begins later", [begun(1, -9), begun(2, -5, ()), begun(3, 1)], "no-grant"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_the_newest_of_the_signed_says(what: str, signed: list[Profile], answer: str) -> None:
    assert verdict(may_leave.admit_by_newest(signed, claim_on(PROFILE, event_at=NOW), SITE)) == answer


@pytest.mark.parametrize("kind", DETECTING)
@pytest.mark.parametrize("name", [f.name for f in fields(Body)])
@proves("S4", check_body, disabled=lambda grant, body: None)
def test_a_field_leaves_only_where_the_grant_names_it(kind: Capability, name: str) -> None:
    grant = next(g for g in PROFILE.grants if kind == g.kind)
    body = replace(EMPTY, **{name: ""})  # even an empty text is a field that is there
    refused = None if name in CAPABILITIES[kind].fields else No(RefusalReason.FIELD_NOT_GRANTED)
    assert check_body(grant, body) == refused


@pytest.mark.parametrize(
    ("what", "kind", "body", "answer"),
    [
        ("the site", Capability.SITE, ("https://listed.invalid", None, "listed.invalid"), "yes"),
        ("a site below it", Capability.SITE, ("https://a.listed.invalid", None, "listed.invalid"), "yes"),
        (
            "the path that the entry names",
            Capability.SITE,
            ("https://listed.invalid/a", None, "listed.invalid/a"),
            "yes",
        ),
        ("less than it names", Capability.SITE, ("https://listed.invalid", None, "listed.invalid/a"), "yes"),
        ("nothing", Capability.SITE, (None, None, None), "yes"),
        ("a path", Capability.SITE, ("https://listed.invalid/a", None, "listed.invalid"), "no"),
        ("a path below", Capability.SITE, ("https://listed.invalid/a/b", None, "listed.invalid/a"), "no"),
        ("a path beside", Capability.SITE, ("https://listed.invalid/b", None, "listed.invalid/a"), "no"),
        ("a query", Capability.SITE, ("https://listed.invalid?a", None, "listed.invalid"), "no"),
        ("a fragment", Capability.SITE, ("https://listed.invalid#a", None, "listed.invalid"), "no"),
        ("another site", Capability.SITE, ("https://other.invalid", None, "listed.invalid"), "no"),
        ("text that is no address", Capability.SITE, ("a text", None, "listed.invalid"), "no"),
        ("an empty address", Capability.SITE, ("", None, "listed.invalid"), "no"),
        ("no entry", Capability.SITE, ("https://listed.invalid", None, None), "no"),
        ("a title", Capability.SITE, ("https://listed.invalid", "A page", "listed.invalid"), "no"),
        ("a page with a phrase", Capability.PHRASE, ("https://listed.invalid/a?b", "A page", "a phrase"), "yes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_of_a_site_no_more_leaves_than_the_list_names(
    what: str, kind: Capability, body: tuple[str | None, str | None, str | None], answer: str
) -> None:
    """R-DPA-8: which site it was, and not which page."""
    whole = Body(*body, None, None)
    refs = {Capability.SITE: SITES.ref, Capability.PHRASE: PHRASES.ref}
    made = decide(PROFILE, replace(FINDING, kind=kind, list=refs[kind], body=whole), NOW)
    assert check_listed(kind, whole) == (None if answer == "yes" else No(RefusalReason.FIELD_NOT_GRANTED))
    assert isinstance(made, No) is (answer == "no")


@pytest.mark.parametrize(
    ("what", "whole", "changed", "answer"),
    [
        ("a listed site", PROFILE, {}, "yes"),
        ("an empty body", PROFILE, {"body": EMPTY}, "yes"),
        ("no grants", replace(PROFILE, grants=()), {}, "no-grant"),
        ("a phrase on a site's list", PROFILE, {"kind": Capability.PHRASE}, "list-not-granted"),
        ("a phrase", PROFILE, {"kind": Capability.PHRASE, "list": PHRASES.ref}, "yes"),
        ("a list not granted", PROFILE, {"list": OTHER_DIGEST}, "list-not-granted"),
        ("in the future", PROFILE, {"event_at": Ms(NOW + DAY_MS)}, "future"),
        ("before the lease", PROFILE, {"event_at": Ms(PROFILE.lease.since - 1)}, "out-of-lease"),
        ("a field too many", PROFILE, {"body": replace(BODY, context_before="text around it")}, "field-not-granted"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_device_may_disclose(what: str, whole: Profile, changed: dict[str, Any], answer: str) -> None:
    finding = replace(FINDING, **changed)
    made = decide(whole, finding, NOW)
    if isinstance(made, No):
        assert made.reason.value == answer
    else:
        assert answer == "yes"
        assert made.body == finding.body
        assert check_body(may_leave.check(admit(whole, made.claim, NOW)), made.body) is None


def test_the_reason_is_that_of_the_grant_that_came_nearest() -> None:
    narrow = replace(SITE, id=ident("narrow"), fields=("url",))
    elsewhere = replace(SITE, id=ident("elsewhere"), lists=(PHRASES.ref,))
    for order in ((narrow, elsewhere), (elsewhere, narrow)):
        assert decide(replace(PROFILE, grants=order), FINDING, NOW) == No(RefusalReason.FIELD_NOT_GRANTED)
    assert isinstance(decide(replace(PROFILE, grants=(narrow, elsewhere, SITE)), FINDING, NOW), Disclosure)


def test_a_refusal_carries_its_reason_and_nothing_of_the_finding() -> None:
    assert [f.name for f in fields(No)] == ["reason"]
    assert code_of(may_leave.check, No(RefusalReason.OUT_OF_PERIOD)) == "out-of-period"
