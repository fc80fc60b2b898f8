"""A bundle's report, for a court (`data/report.html`): one plain page, from the same records that the verifier checks.

Rules
- It is written for people: who decided what, by role and agency, exhibits by their references, London time with UTC beside. Identifiers and
  digests are in its appendix alone. Nobody is named: the agency's copy for a court puts names at their places (`court_copy`).
- A summary of half a sheet comes first, and the first limit begins it: it shows a device's account, and not a person.
- It says "possible breach", whatever was decided, "coverage gap" and "supervised person". A decision is its maker's, in their words.
- No script, picture, outside resource or link to a visited page: it opens anywhere, and prints.
- It holds nothing beyond the bundle's records. It needs no trust of its own, and the verifier does not read it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from offmon.core.alerts.acknowledgement import AcknowledgementRecord, HandoverRecord
from offmon.core.alerts.exhibit import ExhibitRecord
from offmon.core.alerts.opening import stays_closed
from offmon.core.authority.agreement import Withdrawal
from offmon.core.authority.bases import BASES
from offmon.core.authority.capability import rule_of
from offmon.core.authority.order import Instrument, Term, rests_on_conviction
from offmon.core.authority.profile import Profile
from offmon.core.bundle import opened
from offmon.core.bundle.case import Case
from offmon.core.bundle.count import count
from offmon.core.bundle.layout import UNTOLD, LeafAccount, Limit
from offmon.core.bundle.uncovered import SPENT, covered_in, hours_in, not_covered_in
from offmon.core.bundle.ungranted import MEANWHILE, Ungranted, signature_of, ungranted_in
from offmon.core.formats import dsse
from offmon.core.formats.commitment import Unfit, WithholdingGround
from offmon.core.formats.event import Claim, Gap, GapLeaf
from offmon.core.formats.keys import PublicKey
from offmon.core.ids import Digest, Ms
from offmon.core.log import records
from offmon.core.log.audit import Verb
from offmon.core.log.quarantine import NO_AUTHORITY
from offmon.core.log.records import (
    ActionRecord,
    AlertRecord,
    AuthorisationRecord,
    DecisionRecord,
    DeviceRecord,
    ExportRecord,
    NoticeRecord,
    SecondLookRecord,
)
from offmon.server.agencies.queries import AgencyView
from offmon.server.deployments.refusals import PROFILE
from offmon.server.evidence.continuity import Step, steps_of
from offmon.server.evidence.report_labels import Labels
from offmon.server.evidence.report_words import (
    ACTIONS,
    EFFECTS,
    FIELDS,
    GAPS,
    GROUNDS,
    LIMITS,
    OF_SITES,
    OUTCOMES,
    UNDECLARED,
    counted,
    day,
    how_long,
    london,
    sentence,
    utc,
)

MOST_IN_SUMMARY: Final = 4
"""Exhibits, orders and decisions that the summary names one by one; it counts the rest."""


@dataclass(frozen=True, slots=True)
class ReportedDisclosure:
    """One opened disclosure: its number here, the exhibit that it is. `fields`: name and value of each that holds something."""

    number: int
    exhibit: ExhibitRecord | None
    place: records.LeafPlace
    commit: Digest
    at: Ms
    what: str
    rule: str
    list: str
    origin: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision and its entry of the log, what it called for, whether a later one took its place; a second look, and what it `found`."""

    decision: DecisionRecord
    entry: int | None
    outcome: str
    action: ActionRecord | None
    corrected: bool
    look: SecondLookRecord | None
    found: str


@dataclass(frozen=True, slots=True)
class Possible:
    """One possible breach by its number here: what was found, its exhibits, to whom it was passed on, and decisions, oldest first."""

    number: int
    alert: AlertRecord
    what: str
    gravity: str
    exhibits: tuple[str, ...]
    passed_on: tuple[HandoverRecord, ...]
    acknowledged: tuple[AcknowledgementRecord, ...]
    decided: tuple[Decided, ...]


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One exhibit: the possible breach that it is of, what the disclosure says, and its continuity."""

    record: ExhibitRecord
    possible: Possible | None
    what: str
    steps: tuple[Step, ...]


def render(case: Case, agency: AgencyView) -> bytes:
    """The page, from a payload that was read back."""
    template = _environment().get_template("report.html")
    return template.render(**_facts(case, agency), counts=count(case)).encode()


def _facts(case: Case, agency: AgencyView) -> dict[str, Any]:
    terms, export = _all(case, Term), case.record(ExportRecord, case.index.export).it
    exhibits = sorted(_all(case, ExhibitRecord), key=lambda one: (one.initials, one.number))
    possible, gaps = _possible(case, exhibits), _gaps(case)
    undeclared = not_covered_in(case)
    return {
        "agency": agency,
        "index": case.index,
        "root": PublicKey.parse(case.index.root),
        "first_limit": LIMITS[Limit.NOT_WHO],
        "limits": [*(LIMITS[limit] for limit in case.index.limits), UNTOLD],
        "untold": UNTOLD,
        "labels": Labels(case, agency),
        "devices": _all(case, DeviceRecord),
        "authorisations": _all(case, AuthorisationRecord),
        "notices": _all(case, NoticeRecord),
        "withdrawn": {one.term: one for one in _all(case, Withdrawal)},
        "instruments": [(one, [term for term in terms if term.instrument == one.id]) for one in _all(case, Instrument)],
        "items": _items(case, exhibits),
        "possible": possible,
        "gaps": gaps,
        "undeclared": undeclared,
        "covered": covered_in(case),
        "hours": hours_in(case),
        "spent": SPENT,
        "lasted": sum(gap.until - gap.since for gap, _ in gaps) + sum(one.until - one.since for one in undeclared),
        "why_undeclared": UNDECLARED,
        "ungranted": _ungranted(case),
        "meanwhile": MEANWHILE,
        "exhibits": [_exhibit(case, one, possible) for one in exhibits],
        "withheld": withheld(case),
        "by_name": [(one, GROUNDS[one.ground]) for one in export.withheld],
        "export": export,
        "most": MOST_IN_SUMMARY,
    }


def _all[T](case: Case, cls: type[T]) -> list[T]:
    kind: str = cls.KIND  # type: ignore[attr-defined]  # every record has one
    return [case.record(cls, record).it for record in case.ids(kind)]


def _items(case: Case, exhibits: Sequence[ExhibitRecord]) -> list[ReportedDisclosure]:
    """What is shown, by time."""
    sealed = {one.leaf: one for one in exhibits}
    places = sorted(case.files.items, key=lambda place: (_at(case.files.items[place].envelope.claim), place.n))
    return [_shown(case, place, number, sealed.get(place)) for number, place in enumerate(places, 1)]


def _shown(case: Case, place: records.LeafPlace, number: int, exhibit: ExhibitRecord | None) -> ReportedDisclosure:
    item = case.files.items[place]
    claim, values = item.envelope.claim, opened.shown(item.body)
    said = FIELDS if not rule_of(claim.kind).follows else tuple(OF_SITES.items())
    fields = tuple((words, str(values[name])) for name, words in said if values.get(name) is not None)
    commit, origin = item.envelope.content_commit, claim.origin.value.replace("_", " ")
    what = _reported(claim)
    return ReportedDisclosure(
        number, exhibit, place, commit, _at(claim), what, claim.rule, claim.list.name, origin, fields
    )


def _at(claim: Claim) -> Ms:
    return Ms(max(0, claim.event_at + claim.clock_offset_ms))


def _reported(claim: Claim) -> str:
    """What was noticed, and where the match was."""
    rule = rule_of(claim.kind)
    return f"{rule.reported}: {rule.found.get(claim.band, 'not known where').lower()}"


def _possible(case: Case, exhibits: Sequence[ExhibitRecord]) -> list[Possible]:
    """Every one that the software raised, by time."""
    passed = sorted(_all(case, HandoverRecord), key=lambda one: one.at)
    answered = sorted(_all(case, AcknowledgementRecord), key=lambda one: one.at)
    following = {action.decision: action for action in _all(case, ActionRecord)}
    looks = {look.decision: look for look in _all(case, SecondLookRecord) if look.outcome is not None}
    alerts = sorted(_all(case, AlertRecord), key=lambda alert: (alert.opened_at, alert.id))
    return [
        Possible(
            number,
            alert,
            rule_of(alert.capability).reported,
            alert.gravity.value,
            tuple(one.reference for one in exhibits if one.alert == alert.id),
            tuple(one for one in passed if one.alert == alert.id),
            tuple(one for one in answered if one.alert == alert.id),
            tuple(
                _decided(case, one, following.get(one.id), looks.get(one.id), corrected=one is not line[-1])
                for line in [case.decisions.get(alert.id, [])]
                for one in line
            ),
        )
        for number, alert in enumerate(alerts, 1)
    ]


def _decided(
    case: Case, one: DecisionRecord, action: ActionRecord | None, look: SecondLookRecord | None, *, corrected: bool
) -> Decided:
    key = (DecisionRecord.KIND, one.id)
    said = [*case.acts(Verb.ALERT_DECIDED, key), *case.acts(Verb.DECISION_CORRECTED, key)]
    entry = min((number for number, _ in said), default=None)
    found = "" if look is None or look.outcome is None else OUTCOMES[look.outcome]
    return Decided(one, entry, OUTCOMES[one.outcome], action, corrected, look, found)


def _exhibit(case: Case, one: ExhibitRecord, possible: Sequence[Possible]) -> Exhibit:
    of_it = next((breach for breach in possible if breach.alert.id == one.alert), None)
    item = case.files.items.get(one.leaf)
    what = _reported(item.envelope.claim) if item else "a disclosure that this bundle does not open"
    return Exhibit(one, of_it, what, tuple(steps_of(case, one)))


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
        case LeafAccount.WITHHELD if why == NO_AUTHORITY:
            return "Disclosure quarantined, and not shown: it became known later that its time had no authority"
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
    environment.filters |= {
        "london": london,
        "utc": utc,
        "day": day,
        "how_long": how_long,
        "counted": counted,
        "sentence": sentence,
        "title_of": lambda basis: BASES[basis].title,
        "source_of": lambda basis: BASES[basis].source,
        "rests_on_conviction": rests_on_conviction,
        "what_follows": lambda kind: ACTIONS[kind],
        "effect": lambda kind: EFFECTS[kind],
    }
    return environment
