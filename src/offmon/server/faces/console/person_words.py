"""What staff read of a person: details, age, assessment, and the entries of their record."""

from datetime import date
from typing import Final

from offmon.core import clock
from offmon.core.authority.no_basis import NO_BASIS, NoBasis
from offmon.core.authority.offences import OFFENCES
from offmon.core.ids import Ms, Slug
from offmon.core.person.age import age_on, is_child
from offmon.core.person.details import Assessed, ContactBy, PersonDetails, Risk, assessed, months_since
from offmon.core.person.device_register import DeviceEntry
from offmon.core.person.entries import Duty, Standing
from offmon.core.person.identifiers.kinds import CAUTIONS, IDENTIFIERS, RESTRICTED, Identifier, masked
from offmon.core.person.mappa import LEAD_AGENCIES, LeadAgency, Mappa, level_change
from offmon.core.states import DeploymentState
from offmon.server.evidence.queries import CaseFile
from offmon.server.faces.console import register_words, words
from offmon.server.people.queries import DetailsView
from offmon.server.people.queries.entries import EntriesView

type Rows = list[tuple[str, str]]

RISK: Final = {Risk.LOW: "Low", Risk.MEDIUM: "Medium", Risk.HIGH: "High", Risk.VERY_HIGH: "Very high"}
CONTACT_BY: Final = {
    ContactBy.POST: "Post",
    ContactBy.VOICEMAIL: "Voicemail",
    ContactBy.PHONE: "Phone",
    ContactBy.IN_PERSON: "In person",
}
STANDING: Final = {Standing.CURRENT: "Current", Standing.SUPERSEDED: "Superseded", Standing.WRONG: "Wrong"}
NOT_RECORDED: Final = "Not recorded"
NOT_ASSESSED: Final = (
    "No risk assessment is recorded. An authorising officer needs one: level, tool, assessor and date."
)
CHILD: Final = (
    "This person is under 18. Explain the notice in words for a child. Involve the youth offending team or an appropriate adult. "
    "Record why the monitoring is in their best interests. Review it sooner than for an adult."
)


def details(kept: DetailsView | None, now: Ms) -> Rows:
    """Who the person is, how to reach them, and how things stand."""
    one = PersonDetails() if kept is None else kept.details
    return [
        ("Date of birth", _born(one, clock.local_day(now))),
        ("Index offence", OFFENCES.get(Slug(one.index_offence), NOT_RECORDED)),
        ("How to reach them safely", _contact(one)),
        ("Household", one.household or NOT_RECORDED),
        ("Who else uses their devices", one.other_users or NOT_RECORDED),
        ("Risk of serious harm", _risk(one, clock.local_day(now))),
        ("Next visit", words.written_day(one.next_visit_on) if one.next_visit_on else "Not planned"),
    ]


def inputs(kept: DetailsView | None, now: Ms) -> Rows:
    """What of the person an authorising officer weighs: the assessment, how old it is, and the age."""
    one, today = PersonDetails() if kept is None else kept.details, clock.local_day(now)
    return [
        ("Risk of serious harm", RISK[Risk(one.risk)] if one.risk else NOT_RECORDED),
        ("Tool", one.tool or NOT_RECORDED),
        ("Assessor", one.risk_assessor or NOT_RECORDED),
        ("Assessed", f"{words.written_day(one.risk_on)}, {_old(one, today)}" if one.risk else NOT_RECORDED),
        ("Date of birth", _born(one, today)),
    ]


def warnings(kept: DetailsView | None, now: Ms) -> list[str]:
    """What to put right or to keep in mind first: an assessment that is missing or old, and a person under 18 (R-RGT-19)."""
    one, today = PersonDetails() if kept is None else kept.details, clock.local_day(now)
    said = [CHILD] if is_child(one.born_on, today) else []
    match assessed(one, today):
        case Assessed.MISSING:
            said.append(NOT_ASSESSED)
        case Assessed.OLD:
            day = words.written_day(one.risk_on)
            said.append(f"The risk assessment is older than 12 months. It is of {day}. Ask for a new one.")
        case Assessed.CURRENT:
            pass
    return said


def level_hint(entries: EntriesView, file: CaseFile) -> str:
    """That the MAPPA level changed since the monitoring was authorised last; empty where it did not (R-LEG-22)."""
    levels, monitoring = entries.levels, file.monitoring
    if monitoring is None or monitoring.deployment.state is DeploymentState.ENDED:
        return ""
    authorised = [one.authorised_at for one in monitoring.authorisations if one.authorised_at is not None]
    history = [(one.says, one.recorded_at) for one in levels]
    change = level_change(history, max(authorised)) if authorised else None
    if change is None:
        return ""
    day = words.written_day(levels[0].says.met_on)
    return f"The MAPPA level changed from {change[0]} to {change[1]} by {day}. Review the monitoring. The level itself changes nothing."


def mappa(entry: Mappa) -> str:
    """One MAPPA entry in short."""
    lead = LEAD_AGENCIES[LeadAgency(entry.lead)]
    return f"Category {entry.category}, level {entry.level}, led by: {lead.lower()}"


def duty(entry: Duty) -> str:
    """What kind of order or duty it is."""
    return NO_BASIS[NoBasis(entry.kind)].title


def duties(entries: EntriesView) -> str:
    """The current orders and duties that allow no monitoring."""
    current = [one.says for one in entries.duties if one.standing is Standing.CURRENT]
    return "; ".join(f"{duty(one)}, {one.reference}" for one in current) or "None recorded"


def duty_days(entry: Duty) -> str:
    """From when to when it runs."""
    last = f" to {words.written_day(entry.until)}" if entry.until else ", with no last day"
    return f"From {words.written_day(entry.since)}{last}"


def identifier(one: Identifier, *, records: bool) -> str:
    """An identifier as a page of its person shows it. `records`: whether the reader may record identifiers (R-ID-6)."""
    return one.value if records or one.kind not in RESTRICTED else masked(one.value)


def masked_identifiers(entries: EntriesView) -> str:
    """The current identifiers, each by its last characters (R-ID-10)."""
    current = [one.says for one in entries.identifiers if one.standing is Standing.CURRENT]
    return "; ".join(f"{IDENTIFIERS[one.kind]} {masked(one.value)}" for one in current) or NOT_RECORDED


def entry(says: Mappa | Duty | Identifier | DeviceEntry) -> str:
    """An entry in one line, for whoever may record entries."""
    match says:
        case Mappa():
            return f"MAPPA, {words.written_day(says.met_on)}: {mappa(says)}"
        case Duty():
            return f"{duty(says)}, {says.reference}"
        case Identifier():
            return f"{kind_of(says)} {says.value}"
        case DeviceEntry():
            return f"{says.called}: {register_words.device(says)}"


def copied(entries: EntriesView) -> Rows:
    """The entries as a copy for the person has them: no ViSOR or MAPPS reference (R-ID-6), and no number that may be another person's."""
    open_to_them = [one for one in entries.identifiers if one.says.kind not in RESTRICTED]
    numbers = [_numbered(one.says, one.standing) for one in open_to_them]
    said = [(entry(one.says), one.standing) for one in entries.mappa] + [
        (entry(one.says), one.standing) for one in entries.duties
    ]
    devices = [f"{entry(one.says)}, {STANDING[one.standing].lower()}" for one in entries.devices]
    others = [f"{words_of_it}, {STANDING[standing].lower()}" for words_of_it, standing in said]
    return [
        ("Identifiers", "; ".join(numbers) or NOT_RECORDED),
        ("MAPPA, other orders and duties", "; ".join(others) or NOT_RECORDED),
        ("Known devices", "; ".join(devices) or NOT_RECORDED),
    ]


def _numbered(one: Identifier, standing: Standing) -> str:
    value = masked(one.value) if standing is Standing.WRONG else one.value
    return f"{kind_of(one)} {value}, {STANDING[standing].lower()}"


def kind_of(one: Identifier) -> str:
    """What an identifier is called."""
    return IDENTIFIERS[one.kind]


def cautions(one: Identifier) -> list[str]:
    """What its check cannot tell."""
    return [CAUTIONS[caution] for caution in one.cautions]


def _born(one: PersonDetails, today: date) -> str:
    if not one.born_on:
        return NOT_RECORDED
    age = age_on(date.fromisoformat(one.born_on), today)
    return f"{words.written_day(one.born_on)}, age {age}{', under 18' if is_child(one.born_on, today) else ''}"


def _contact(one: PersonDetails) -> str:
    by = ", ".join(CONTACT_BY[ContactBy(way)] for way in one.contact_by)
    language = f"in {one.contact_language}" if one.contact_language else ""
    return (
        ". ".join(part for part in (", ".join(filter(None, (by, language))), one.safe_contact) if part) or NOT_RECORDED
    )


def _risk(one: PersonDetails, today: date) -> str:
    if not one.risk:
        return NOT_RECORDED
    by = ", ".join(filter(None, (one.tool, one.risk_assessor)))
    said = f"{RISK[Risk(one.risk)]}, assessed on {words.written_day(one.risk_on)}, {_old(one, today)}"
    return f"{said}. {by}" if by else said


def _old(one: PersonDetails, today: date) -> str:
    months = months_since(date.fromisoformat(one.risk_on), today)
    return "less than a month ago" if months < 1 else "1 month ago" if months == 1 else f"{months} months ago"
