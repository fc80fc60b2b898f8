"""A bundle's report, for a court (`data/report.html`): one plain page, from the same records that the verifier checks.

Rules
- Limits come first: it shows a device's account, and not a person.
- It says "possible breach", whatever was decided, "coverage gap" and "supervised person". A decision is its maker's, in their words.
- No script, picture, outside resource or link to a visited page: it opens anywhere, and prints.
- It holds nothing beyond the bundle's records. It needs no trust of its own, and the verifier does not read it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from offmon.core import clock
from offmon.core.access.roles import Role
from offmon.core.alerts.exhibit import CustodyRecord, ExhibitRecord
from offmon.core.alerts.opening import stays_closed
from offmon.core.authority.capability import rule_of
from offmon.core.authority.order import BASES, Instrument, Term, TermKind
from offmon.core.authority.profile import Profile
from offmon.core.bundle import opened
from offmon.core.bundle.case import Case
from offmon.core.bundle.count import count
from offmon.core.bundle.exhibits import custody_of
from offmon.core.bundle.layout import UNTOLD, LeafAccount, Limit
from offmon.core.bundle.uncovered import not_covered_in
from offmon.core.bundle.ungranted import MEANWHILE, Ungranted, signature_of, ungranted_in
from offmon.core.formats import dsse
from offmon.core.formats.commitment import Unfit, WithholdingGround
from offmon.core.formats.event import Claim, Gap, GapLeaf, GapReason
from offmon.core.formats.keys import PublicKey
from offmon.core.ids import Id, Ms
from offmon.core.log import records
from offmon.core.log.records import (
    ActionKind,
    ActionRecord,
    AlertRecord,
    AuthorisationRecord,
    DecisionOutcome,
    DecisionRecord,
    DeviceRecord,
    ExportRecord,
    HandoverRecord,
    NoticeRecord,
    SecondLookRecord,
)
from offmon.server.agencies.queries import AgencyView
from offmon.server.deployments.refusals import PROFILE

LIMITS: Final[dict[Limit, str]] = {
    Limit.NOT_WHO: "It shows that something in one account of one device produced this. It does not show who did it.",
    Limit.UNSEQUENCED: "Until an entry was placed in the log, minutes after it was written, it rested on the agency's database.",
    Limit.TWIN_RUN: "A second record kept beside this one from the start could be found by an audit of the log, not from this bundle.",
    Limit.FEEDER: "Whoever shares the account holds the device's key, and could stop the software, start it anew, or open pages in it.",
}
OUTCOMES: Final[dict[DecisionOutcome, str]] = {
    DecisionOutcome.NOT_A_MATCH: "Not a match",
    DecisionOutcome.PERMITTED: "Permitted",
    DecisionOutcome.REASONABLE_EXCUSE: "A reasonable excuse was considered",
    DecisionOutcome.NOT_THIS_PERSON: "Not this person",
    DecisionOutcome.VISIT: "A visit follows",
    DecisionOutcome.INTELLIGENCE: "Kept as intelligence",
    DecisionOutcome.SAFEGUARDING: "Safeguarding referral",
    DecisionOutcome.EVIDENTIAL: "Evidential",
    DecisionOutcome.RECALL_CONSIDERED: "Recall considered",
    DecisionOutcome.STEP_DOWN: "Monitoring to be stepped down",
}
ACTIONS: Final[dict[ActionKind, str]] = {
    ActionKind.VISIT: "a visit",
    ActionKind.INTELLIGENCE: "an intelligence report",
    ActionKind.REFERRAL: "a safeguarding referral",
    ActionKind.INVESTIGATION: "an investigation",
    ActionKind.RECALL_REQUEST: "a request that recall is considered",
    ActionKind.REVIEW: "a review of the monitoring",
}
GAPS: Final[dict[GapReason, str]] = {
    GapReason.AGENT_DOWN: "the software was not running, as when the device is off",
    GapReason.NOT_VISIBLE: "the indicator could not be seen, so nothing was collected",
    GapReason.SOURCE_DOWN: "a browser was not heard or was on another screen, or page text was not read, for example to spare the device",
    GapReason.NO_PROFILE: "no signed profile was in force, so nothing was collected",
    GapReason.CLOCK: "the device's clock had gone back, so nothing was collected",
    GapReason.QUARANTINED: "something could not be examined or kept, or the agency did not take it",
    GapReason.STORE_DAMAGED: "the device's store was damaged or gone, or was an older one",
    GapReason.NEW_EPOCH: "the device began a new journal",
    GapReason.QUEUE_FULL: "the device had no room left, or could not write to its disk",
}
UNDECLARED: Final = "the software ended before this time and started after it; the device does not say that it was off"
GROUNDS: Final[dict[WithholdingGround | Unfit, str]] = {
    WithholdingGround.PRIVILEGE: "legal privilege",
    WithholdingGround.THIRD_PARTY: "about another person",
    WithholdingGround.SENSITIVE: "of a sensitive class",
    WithholdingGround.NOT_RELEVANT: "not of an alert, exhibit or time that was asked for",
    WithholdingGround.RESTRICTED: "restricted",
    Unfit.DOES_NOT_OPEN: "the device sent it in a form that does not open",
    Unfit.NOT_GRANTED: "the device sent it with more than its grant allows",
}
EFFECTS: Final = {
    TermKind.PROHIBITION: "Prohibition",
    TermKind.REQUIREMENT: "Requirement",
    TermKind.TRAVEL: "Foreign travel prohibition",
}
FIELDS: Final = (
    ("url", "Address"),
    ("title", "Title"),
    ("matched_entry", "Matched"),
    ("context_before", "Words before"),
    ("context_after", "Words after"),
)


@dataclass(frozen=True, slots=True)
class ReportedDisclosure:
    """One opened disclosure. `fields`: name and value of each that holds something."""

    n: int
    at: Ms
    what: str
    rule: str
    list: str
    origin: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision, what it called for, whether a later one took its place; and a second look at it, where there was one (`found`)."""

    decision: DecisionRecord
    outcome: str
    action: ActionRecord | None
    corrected: bool
    look: SecondLookRecord | None
    found: str


@dataclass(frozen=True, slots=True)
class Possible:
    """One possible breach: to whom it was passed on when nobody looked in time, and what was decided of it, oldest first."""

    alert: AlertRecord
    gravity: str
    passed_on: tuple[HandoverRecord, ...]
    decided: tuple[Decided, ...]


def render(case: Case, agency: AgencyView) -> bytes:
    """The page, from a payload that was read back."""
    template = _environment().get_template("report.html")
    return template.render(**_facts(case, agency), counts=count(case)).encode()


def _facts(case: Case, agency: AgencyView) -> dict[str, Any]:
    terms, export = _all(case, Term), case.record(ExportRecord, case.index.export).it
    return {
        "agency": agency,
        "index": case.index,
        "root": PublicKey.parse(case.index.root),
        "limits": [*(LIMITS[limit] for limit in case.index.limits), UNTOLD],
        "untold": UNTOLD,
        "people": _people(case, agency),
        "devices": _all(case, DeviceRecord),
        "authorisations": _all(case, AuthorisationRecord),
        "notices": _all(case, NoticeRecord),
        "instruments": [(one, [term for term in terms if term.instrument == one.id]) for one in _all(case, Instrument)],
        "items": sorted((_shown(case, place) for place in case.files.items), key=lambda one: (one.at, one.n)),
        "possible": _possible(case),
        "gaps": _gaps(case),
        "undeclared": not_covered_in(case),
        "why_undeclared": UNDECLARED,
        "ungranted": _ungranted(case),
        "meanwhile": MEANWHILE,
        "exhibits": [(one, _links(case, one)) for one in _all(case, ExhibitRecord)],
        "withheld": withheld(case),
        "by_name": [(one, GROUNDS[one.ground]) for one in export.withheld],
        "export": export,
    }


def _all[T](case: Case, cls: type[T]) -> list[T]:
    kind: str = cls.KIND  # type: ignore[attr-defined]  # every record has one
    return [case.record(cls, record).it for record in case.ids(kind)]


def _people(case: Case, agency: AgencyView) -> dict[Id, str]:
    """Everyone whose act the log says, by role and agency. The log has no names; profiles name the agencies that answer for an order."""
    profiles = (dsse.peek(Profile, data) for one in case.files.profiles.values() for data in one.values())
    agencies = {party.agency: party.name for profile in profiles for party in profile.controllers}
    agencies[agency.id] = agency.name
    actors = [entry.it.actor for _, entry in sorted(case.entries.items()) if "actor" not in entry.withheld]
    return {one.id: f"{role_words(one.role)} of {agencies.get(one.agency, 'another agency')}" for one in actors}


def role_words(role: Role) -> str:
    """No word of a report calls the person anything but supervised, an officer's title included."""
    return "case officer" if role is Role.OFFENDER_MANAGER else role.value.replace("_", " ")


def _shown(case: Case, place: records.LeafPlace) -> ReportedDisclosure:
    item = case.files.items[place]
    claim, values = item.envelope.claim, opened.shown(item.body)
    fields = tuple((words, str(values[name])) for name, words in FIELDS if values.get(name) is not None)
    at = Ms(max(0, claim.event_at + claim.clock_offset_ms))
    origin = claim.origin.value.replace("_", " ")
    return ReportedDisclosure(place.n, at, _reported(claim), claim.rule, claim.list.name, origin, fields)


def _reported(claim: Claim) -> str:
    """What was noticed, and where the match was."""
    rule = rule_of(claim.kind)
    return f"{rule.reported}: {rule.found.get(claim.band, 'not known where').lower()}"


def _possible(case: Case) -> list[Possible]:
    passed = sorted(_all(case, HandoverRecord), key=lambda one: one.at)
    following = {action.decision: action for action in _all(case, ActionRecord)}
    looks = {look.decision: look for look in _all(case, SecondLookRecord) if look.outcome is not None}
    alerts = sorted(_all(case, AlertRecord), key=lambda alert: (alert.opened_at, alert.id))
    return [
        Possible(
            alert,
            alert.gravity.value,
            tuple(one for one in passed if one.alert == alert.id),
            tuple(
                Decided(
                    one, OUTCOMES[one.outcome], following.get(one.id), one is not line[-1], *_look(looks.get(one.id))
                )
                for line in [case.decisions.get(alert.id, [])]
                for one in line
            ),
        )
        for alert in alerts
    ]


def _look(look: SecondLookRecord | None) -> tuple[SecondLookRecord | None, str]:
    return look, "" if look is None or look.outcome is None else OUTCOMES[look.outcome]


def _links(case: Case, one: ExhibitRecord) -> list[CustodyRecord]:
    return sorted(custody_of(case, one.id), key=lambda link: link.number)


def _gaps(case: Case) -> list[tuple[Gap, str]]:
    rows = (row.opened for journal in case.files.journals.values() for row in journal.rows)
    gaps = (row.gap for row in rows if isinstance(row, GapLeaf))
    return [(gap, GAPS[gap.reason]) for gap in sorted(gaps, key=lambda gap: (gap.since, gap.n))]


def _ungranted(case: Case) -> list[tuple[Ungranted, str]]:
    """Each time under a profile without grants, and why. What the entry of its signature says is why what was asked for was not signed."""
    devices = case.files.profiles.values()
    found = ungranted_in(case, ([dsse.peek(Profile, data) for _, data in sorted(one.items())] for one in devices))
    return [(one, _why_nothing(signature_of(case, one.device, one.version).reason)) for one in found]


def _why_nothing(reason: str | None) -> str:
    if reason is None:  # an order in force may have asked for what nobody chose
        return "nothing of what was authorised rests on an order that was in force then"
    return f"the profile that was asked for was not signed, because {PROFILE.get(reason, reason.replace('-', ' '))}"


def withheld(case: Case) -> list[tuple[str, int]]:
    """What is left out, in words, and how many of it."""
    counts: dict[str, int] = {}
    closed = _closed(case)
    for journal in case.files.journals.values():
        for row in journal.rows:
            if row.account is not LeafAccount.SHOWN:
                place = records.LeafPlace(journal.device, journal.epoch, row.n)
                said = closed.get(place) if row.why == WithholdingGround.NOT_RELEVANT else None
                why = said or _why(row.account, row.why or "")
                counts[why] = counts.get(why, 0) + 1
    verbatim = sum(case.record(Term, term).withheld == {"verbatim_text"} for term in case.ids(Term.KIND))
    if verbatim:
        counts["The court's own words of a term: they may name people the order protects"] = verbatim
    return list(counts.items())


def _closed(case: Case) -> dict[records.LeafPlace, str]:
    """The disclosures of alerts that stay closed, and why in words: nobody decided them, or they were not a match or not this person."""
    found: dict[records.LeafPlace, str] = {}
    for alert in case.readable(AlertRecord):
        line = case.decisions.get(alert.id, [])
        outcome = line[-1].outcome if line else None
        if stays_closed(outcome):
            why = "nobody has decided on it yet" if outcome is None else OUTCOMES[outcome].lower()
            found |= dict.fromkeys(alert.leaves, f"Disclosure left closed: {why}")
    return found


def _why(account: LeafAccount, why: str) -> str:
    match account:
        case LeafAccount.WITHHELD:
            ground = Unfit(why) if why in set(Unfit) else WithholdingGround(why)
            return f"Disclosure {'not shown' if ground in set(Unfit) else 'not opened'}: {GROUNDS[ground]}"
        case LeafAccount.REFUSED:
            return f"Disclosure refused on receipt, and not kept: {why.replace('-', ' ')}"
        case LeafAccount.LOST:
            return "Disclosure received, then lost by the agency, which had to restore an older copy of its records"
        case _:
            return f"Disclosure erased: {why.replace('-', ' ')}"


def _environment() -> Environment:
    folder = Path(__file__).parent / "templates"
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["when"] = _when
    environment.filters["title_of"] = lambda basis: BASES[basis].title
    environment.filters["source_of"] = lambda basis: BASES[basis].source
    environment.filters["what_follows"] = lambda kind: ACTIONS[kind]
    environment.filters["effect"] = lambda kind: EFFECTS[kind]
    return environment


def _when(at: int | None) -> str:
    """An instant in London with UTC beside, to the second (R-EVD-24); the records have the millisecond."""
    if at is None:
        return "until further order"
    utc, london = clock.utc_text(Ms(at))[:19].replace("T", " "), clock.london_text(Ms(at))
    return f"{london} in London ({utc} UTC)"
