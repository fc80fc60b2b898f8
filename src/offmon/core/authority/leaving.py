"""Gate 1: what a device asks of a finding before it leaves (design §1.3; R-LEG-5, R-DPA-8).

Rules
- `decide` is `admit` and `check_body` (`may_leave`), then `check_listed` and `check_near`. These two are asked on the device alone: bodies
  sent before them still open and verify.
- `check_listed`: where the capability says so, the address goes no further than the list's entry, and there is no title.
- `check_near`: what follows a finding holds names of sites with their times, at most `MOST_NEAR`, and nothing else (S182).
- A disclosure names exactly the terms of its grant in force at event time (raw device time plus offset).
"""

import re
from typing import Final

from offmon.core.authority.capability import FOLLOWING, Capability, rule_of
from offmon.core.authority.may_leave import No, RefusalReason, admit, check_body, event_time
from offmon.core.authority.profile import Grant, ListRef, Profile
from offmon.core.formats.event import Body, Claim, Disclosure, Finding
from offmon.core.ids import Ms
from offmon.core.text.addresses import as_listed, normal_host

MOST_NEAR: Final = 10
_NEAR: Final = re.compile(r"(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2} (\S+)")


def decide(profile: Profile, finding: Finding, at: Ms) -> Disclosure | No:
    """Gate 1: whether a finding may leave this device now. The first grant, in the profile's order, that covers it is named.

    Where none covers it, the reason is that of the grant that came nearest; nothing of the finding is kept.
    """
    nearest = No(RefusalReason.NO_GRANT)
    for grant in profile.grants:
        claim = _claim(finding, grant)
        verdict = admit(profile, claim, at)
        if isinstance(verdict, No):
            nearest = max(nearest, verdict, key=lambda no: list(RefusalReason).index(no.reason))
            continue
        kind, body = finding.kind, finding.body
        refused = check_body(grant, body) or check_listed(kind, body) or check_near(kind, body)
        if refused is None:
            return Disclosure(claim, finding.body)
        nearest = refused
    return nearest


def check_listed(kind: Capability, body: Body) -> No | None:
    """None if the body says no more of a page than the entry of the list names, or the capability lets the whole address leave."""
    rule = rule_of(kind)
    no_title = body.title is None or "title" in rule.leaving
    within = not rule.as_listed or body.url is None or body.url == as_listed(body.url, body.matched_entry or "") != ""
    return None if no_title and within else No(RefusalReason.FIELD_NOT_GRANTED)


def followed_by(profile: Profile, found_by: ListRef, when: Ms) -> Grant | None:
    """The grant under which something may follow a finding of that list, with a term in force at its time; None: there is none."""
    kin = (one for one in profile.grants if one.kind in FOLLOWING and found_by in one.lists)
    return next((one for one in kin if one.terms_at(when)), None)


def check_near(kind: Capability, body: Body) -> No | None:
    """None if what follows a finding says only at what times (UTC) which sites were open, at most ten; or the capability follows none."""
    lines = "\n".join(one for one in (body.context_before, body.context_after) if one is not None).split("\n")
    said = [match[1] for line in lines if (match := _NEAR.fullmatch(line))]
    near = len(said) == len(lines) <= MOST_NEAR and all(normal_host(host) == host for host in said)
    return None if near or not rule_of(kind).follows else No(RefusalReason.FIELD_NOT_GRANTED)


def _claim(finding: Finding, grant: Grant) -> Claim:
    return Claim(
        kind=finding.kind,
        grant=grant.id,
        terms=grant.terms_at(event_time(finding)),
        detector=finding.detector,
        list=finding.list,
        rule=finding.rule,
        band=finding.band,
        gravity=finding.gravity,
        origin=finding.origin,
        event_at=finding.event_at,
        captured_at=finding.captured_at,
        clock_offset_ms=finding.clock_offset_ms,
    )
