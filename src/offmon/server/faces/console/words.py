"""Names of codes on staff pages, and how times are written (GOV.UK style, Europe/London).

A finding is never more than a *possible breach*. Time not covered is a *coverage gap*, whoever caused it.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from offmon.core import clock
from offmon.core.access.roles import Role
from offmon.core.access.sharing import SharingGround
from offmon.core.access.step_up import Factor
from offmon.core.alerts.follow_up import FOLLOWS, needs_content
from offmon.core.authority.assessment import AssessmentStanding
from offmon.core.authority.bases import BASES
from offmon.core.authority.capability import CAPABILITIES, DETECTING, SOURCE_WORDS, Capability, Source
from offmon.core.authority.offences import OFFENCES
from offmon.core.authority.order import Instrument, Term, TermKind
from offmon.core.authority.protected_contacts import ContactKind
from offmon.core.clock import Period
from offmon.core.formats.commitment import Unfit, WithholdingGround
from offmon.core.formats.event import Gravity, Origin
from offmon.core.formats.keys import PublicKey
from offmon.core.formats.trust_file import TrustedWitness
from offmon.core.ids import Ms, Slug
from offmon.core.log.records import ActionKind, DecisionOutcome, Welfare
from offmon.core.person.deadlines import Channel, RequestKind, RequestOutcome, RequestStage
from offmon.core.person.destruction import OBSTACLE_WORDS, STOPPED_WORDS
from offmon.core.person.restrictions import LETTER, Line, RestrictionGround, Telling
from offmon.core.person.restrictions import RestrictionStanding as Restricted
from offmon.core.public.assurance import Control
from offmon.core.public.assurance import ControlStanding as Looked
from offmon.core.states import AlertState, DeploymentState, DestructionState, ExportState, ListState, ProfileState
from offmon.server.evidence.report_words import GAPS, UNDECLARED
from offmon.server.triage.queries import Waiting
from offmon.words.catalogue import Language

GRAVITY: Final = {Gravity.URGENT: "Urgent", Gravity.HIGH: "High", Gravity.STANDARD: "Standard"}
GRAVITY_COLOUR: Final = {
    Gravity.URGENT: "govuk-tag--red",
    Gravity.HIGH: "govuk-tag--orange",
    Gravity.STANDARD: "govuk-tag--blue",
}
NOTICED: Final = {one: rule.noticed for one, rule in CAPABILITIES.items()}
CAPABILITY: Final = {one: rule.called for one, rule in CAPABILITIES.items()}
CAPABILITY_HINT: Final = {one: rule.hint for one, rule in CAPABILITIES.items()}
LISTED: Final = {one: CAPABILITY[one] for one in DETECTING}
ENTRY: Final = " or ".join(CAPABILITIES[one].entry for one in DETECTING)
"""What a list has an entry of, whatever it is for."""
UNGRANTED: Final = (
    "A device with that profile collected nothing until its next one, and reported no coverage gap. A device that the profile did not reach"
    " kept its earlier one. We refused the disclosures that it collected after the request and sent after the signature."
)
PAPER: Final = {
    Control.PAPER_DATA_PROTECTION: "An independent data protection review",
    Control.PAPER_IWF: "Membership of the Internet Watch Foundation",
    Control.PAPER_NCSC: "A review against the NCSC cloud security principles",
    Control.PAPER_AI: "A review against the police chiefs’ AI checklist",
}
ON_THE_PUBLIC_PAGE: Final = {
    Looked.HOLDS: "Claimed",
    Looked.NOT_HELD: "Not claimed",
    Looked.NOTHING_YET: "Not claimed",
    Looked.FAILS: "Broken",
    Looked.STALE: "Not checked lately",
}

FACTOR: Final = {
    Factor.PASSKEY: "a passkey, which resists phishing",
    Factor.APP: "a code, which does not resist phishing",
    Factor.RECOVERY: "a recovery code",
}

STANDING: Final = {
    AssessmentStanding.IN_FORCE: "In force",
    AssessmentStanding.WAITING: "Waiting for the ICO",
    AssessmentStanding.UNSIGNED: "Not signed",
    AssessmentStanding.DUE: "Due for review",
}
STANDING_COLOUR: Final = {
    AssessmentStanding.IN_FORCE: "govuk-tag--green",
    AssessmentStanding.WAITING: "govuk-tag--yellow",
    AssessmentStanding.UNSIGNED: "govuk-tag--grey",
    AssessmentStanding.DUE: "govuk-tag--red",
}
FOUND: Final = {one: rule.found for one, rule in CAPABILITIES.items()}
"""Where a match was, by how sure it is."""
UNFIT: Final = {
    Unfit.DOES_NOT_OPEN: "The device sent this match in a form that does not open. It is not shown.",
    Unfit.NOT_GRANTED: "The device sent more of this match than it may. None of it is shown.",
}
ORIGIN: Final = {
    Origin.TYPED: "Typed or chosen in the address bar",
    Origin.LINK: "Opened by following a link",
    Origin.OPENED_BY_PAGE: "Opened by another page, not by the person",
    Origin.RELOAD: "Reloaded",
    Origin.BACKGROUND: "Loaded in the background, not shown",
    Origin.UNKNOWN: "Not known",
}
# Each state has its words; nothing comes to some of them yet (docs/reference/states.md).
ALERT: Final = {AlertState.OPEN: "Not decided", AlertState.IN_REVIEW: "In review", AlertState.DECIDED: "Decided"}
DEPLOYMENT: Final = {
    DeploymentState.DRAFT: "Drafted",
    DeploymentState.AUTHORISED: "Authorised",
    DeploymentState.NOTICE_SERVED: "Notice served",
    DeploymentState.ACTIVE: "Active",
    DeploymentState.SUSPENDED: "Suspended",
    DeploymentState.ENDED: "Ended",
}
COLLECTING: Final = "Collecting; not yet shown to work"
WITHHOLDING: Final = {
    WithholdingGround.PRIVILEGE: "Legal privilege",
    WithholdingGround.THIRD_PARTY: "It is about another person",
}
EXPORT: Final = {
    ExportState.ASKED: "Being prepared",
    ExportState.OPENED: "Being prepared, disclosures opened",
    ExportState.BUILT: "Waiting for approval",
    ExportState.APPROVED: "Approved, waiting for the vault",
    ExportState.REFUSED: "Refused",
    ExportState.READY: "Ready to download",
}
DESTRUCTION: Final = {
    DestructionState.ASKED: "Waiting for approval",
    DestructionState.APPROVED: "Approved, waiting for the vault",
    DestructionState.REFUSED: "Refused",
    DestructionState.STOPPED: "Stopped by the vault",
    DestructionState.DONE: "Destroyed",
}
OBSTACLE: Final = OBSTACLE_WORDS
STOPPED: Final = STOPPED_WORDS
PROFILE: Final = {
    ProfileState.ASKED: "Waiting for the signer",
    ProfileState.SIGNED: "Signed",
    ProfileState.REFUSED: "Refused by the signer",
}
LIST_STATE: Final = {
    ListState.DRAFT: "Draft",
    ListState.REFUSED: "Refused",
    ListState.APPROVED: "Approved",
    ListState.LIVE: "Live",
    ListState.PAUSED: "Paused",
    ListState.REPLACED: "Replaced",
}
LIST_COLOUR: Final = {
    ListState.DRAFT: "govuk-tag--yellow",
    ListState.REFUSED: "govuk-tag--red",
    ListState.APPROVED: "govuk-tag--light-blue",
    ListState.LIVE: "govuk-tag--green",
    ListState.PAUSED: "govuk-tag--orange",
    ListState.REPLACED: "govuk-tag--grey",
}
BASIS: Final = {basis: rule.title for basis, rule in BASES.items()}
TERM: Final = {
    TermKind.PROHIBITION: "Prohibition: the person must not do something",
    TermKind.REQUIREMENT: "Requirement: the person must do something",
    TermKind.TRAVEL: "Foreign travel prohibition",
}
GROUND: Final = {
    SharingGround.MAPPA: "Duty to co-operate in MAPPA",
    SharingGround.LICENCE: "Supervision on licence",
    SharingGround.CRIME_AND_DISORDER: "Prevention of crime and disorder",
    SharingGround.OTHER: "Another ground",
}
GROUND_SOURCE: Final = {
    SharingGround.MAPPA: "Criminal Justice Act 2003, section 325",
    SharingGround.LICENCE: "Criminal Justice Act 2003, section 250",
    SharingGround.CRIME_AND_DISORDER: "Crime and Disorder Act 1998, section 115",
}
LANGUAGE: Final = {Language.ENGLISH: "English", Language.WELSH: "Welsh"}
GAP: Final = {reason: (said[:1].upper() + said[1:]).replace("'", "’") for reason, said in GAPS.items()}
NOT_DECLARED: Final = UNDECLARED[:1].upper() + UNDECLARED[1:]
ROLE: Final = {
    Role.OFFENDER_MANAGER: "Offender manager",
    Role.SUPERVISOR: "Supervisor",
    Role.AUTHORISING_OFFICER: "Authorising officer",
    Role.EVIDENCE_OFFICER: "Evidence officer",
    Role.DATA_PROTECTION: "Data protection officer",
    Role.AUDITOR: "Auditor",
    Role.TENANT_ADMIN: "Administrator",
    Role.DUTY_INSPECTOR: "Duty inspector",
    Role.SUPPLIER_OPERATOR: "Supplier’s operator",
    Role.SERVICE: "Service",
    Role.SUPERVISED_PERSON: "Supervised person",
}
CONTACT: Final = {
    ContactKind.SOLICITOR: "Solicitor",
    ContactKind.DOCTOR: "Doctor",
    ContactKind.FAITH: "Faith contact",
    ContactKind.COUNSELLOR: "Counsellor",
    ContactKind.OTHER: "Someone else who helps in confidence",
}
REQUEST: Final = {
    RequestKind.DATA: "Asks for their data",
    RequestKind.OBJECTION: "Objects",
    RequestKind.COMPLAINT: "Complains",
    RequestKind.REVIEW: "Asks for a review",
    RequestKind.DEVICE: "Tells about a device",
}
REQUEST_ASKED: Final = {
    RequestKind.DATA: "Their data",
    RequestKind.OBJECTION: "They object",
    RequestKind.COMPLAINT: "They complain",
    RequestKind.REVIEW: "A review of the monitoring",
    RequestKind.DEVICE: "They tell about a device",
}
REQUEST_OUTCOME: Final = {
    RequestOutcome.AGREED: "Agreed",
    RequestOutcome.PARTLY: "Partly agreed",
    RequestOutcome.NOT_AGREED: "Not agreed",
}
CHANNEL: Final = {
    Channel.PORTAL: "On their own page",
    Channel.PHONE: "By phone",
    Channel.LETTER: "By letter",
    Channel.EMAIL: "By email",
    Channel.IN_PERSON: "In person",
}
STEP: Final = {
    RequestStage.TAKEN_DOWN: "Received",
    RequestStage.TAKEN_UP: "In progress since",
    RequestStage.SHARED: "Shared with the staff of the case",
    RequestStage.EXTENDED: "Told of the two-month extension on",
    RequestStage.ANSWERED: "Answered",
}
RESTRICTION_GROUND: Final = {
    RestrictionGround.INQUIRY: "To avoid obstructing an inquiry, investigation or procedure",
    RestrictionGround.CRIME: "To avoid prejudice to the prevention, detection, investigation or prosecution of crime, or to penalties",
    RestrictionGround.PUBLIC_SECURITY: "To protect public security",
    RestrictionGround.NATIONAL_SECURITY: "To protect national security",
    RestrictionGround.OTHERS: "To protect the rights and freedoms of others",
}
LINE: Final = {Line.SENT: "Disclosures", Line.LOOKED: "Consultations"}
WITH_WHAT_WAS_SENT: Final = (
    "It also holds back every consultation of a disclosure, on any day. It holds back disclosures received since the first day and then"
    " lost, or refused under a newer profile, because nobody knows when they happened."
)
TELLING: Final = {
    Telling.NOTHING: "Nothing",
    Telling.LETTER: "A letter says that data is restricted, and how to challenge this",
}
TELLING_HINT: Final = {
    Telling.NOTHING: "Only if telling the person would undermine the purpose: sections 44(6) and 45(6)",
    Telling.LETTER: "It explains how to complain to the Information Commissioner and apply to a court: sections 44(5) and 45(5)",
}
RESTRICTION: Final = {
    Restricted.WAITING: "Not decided yet",
    Restricted.LAPSED: "Not decided in time",
    Restricted.REFUSED: "Refused",
    Restricted.IN_FORCE: "In force",
    Restricted.LIFTED: "Lifted",
    Restricted.ENDED: "Ended",
}
RESTRICTION_COLOUR: Final = {
    Restricted.WAITING: "govuk-tag--yellow",
    Restricted.LAPSED: "govuk-tag--grey",
    Restricted.REFUSED: "govuk-tag--grey",
    Restricted.IN_FORCE: "govuk-tag--purple",
    Restricted.LIFTED: "govuk-tag--grey",
    Restricted.ENDED: "govuk-tag--grey",
}
OUTCOME: Final = {
    DecisionOutcome.NOT_A_MATCH: ("Not a match", "The disclosure is not about the subject of the list."),
    DecisionOutcome.PERMITTED: ("Permitted", "The order or licence allows it."),
    DecisionOutcome.REASONABLE_EXCUSE: (
        "Reasonable excuse considered",
        "You considered a possible reasonable excuse. Describe it in your reason.",
    ),
    DecisionOutcome.NOT_THIS_PERSON: ("Not this person", "Someone else used the account."),
    DecisionOutcome.VISIT: ("Visit", "Speak to the person, at home or elsewhere."),
    DecisionOutcome.INTELLIGENCE: ("Intelligence", "Submit it as intelligence, with no other step now."),
    DecisionOutcome.SAFEGUARDING: ("Safeguarding referral", "Someone may be at risk. Refer without delay."),
    DecisionOutcome.EVIDENTIAL: ("Evidential", "Keep it for an investigation. A court decides whether an order was breached."),
    DecisionOutcome.RECALL_CONSIDERED: ("Recall considered", "Ask the probation practitioner. Recall is not decided here."),
    DecisionOutcome.STEP_DOWN: ("Step down", "The risk has fallen. Request less monitoring."),
}  # fmt: skip
OUTCOME_GROUPS: Final = (
    (
        "No task follows",
        (
            DecisionOutcome.NOT_A_MATCH,
            DecisionOutcome.PERMITTED,
            DecisionOutcome.NOT_THIS_PERSON,
            DecisionOutcome.REASONABLE_EXCUSE,
        ),
    ),
    (
        "A task follows",
        (
            DecisionOutcome.SAFEGUARDING,
            DecisionOutcome.VISIT,
            DecisionOutcome.INTELLIGENCE,
            DecisionOutcome.EVIDENTIAL,
            DecisionOutcome.RECALL_CONSIDERED,
        ),
    ),
    ("The monitoring changes", (DecisionOutcome.STEP_DOWN,)),
)
ACTION: Final = {
    ActionKind.VISIT: "Visit",
    ActionKind.INTELLIGENCE: "Intelligence report",
    ActionKind.REFERRAL: "Safeguarding referral",
    ActionKind.INVESTIGATION: "Investigation",
    ActionKind.RECALL_REQUEST: "Request to consider recall",
    ActionKind.REVIEW: "Review of the monitoring",
}
WELFARE: Final = {
    Welfare.NO_CONCERN: "Checked: no concern now",
    Welfare.SUPPORT_ARRANGED: "Concern: support is arranged for the contact and afterwards",
    Welfare.HEALTH_SERVICE_TOLD: "Concern: a health service was told",
    Welfare.CONTACT_PUT_OFF: "Concern: contact is postponed or done another way",
}
BODY: Final = {
    "url": "Address",
    "title": "Title of the page",
    "matched_entry": "Matching text",
    "context_before": "Words before it",
    "context_after": "Words after it",
    "sites_before": "Opened before it (UTC)",
    "sites_after": "Opened after it (UTC)",
}

NO_NEED: Final = "No need to view: the like was decided before"
"""Why no disclosure was revealed, in one press."""
OUTCOMES_WITH_CONTENT: Final = ", ".join(OUTCOME[one][0].lower() for one in OUTCOME if needs_content(one))
"""The outcomes that need a look at content, by name."""


def offence(code: str) -> str:
    """A type of offence by its name; one that is not of the vocabulary as words: `of_before` is “Of before”."""
    return OFFENCES.get(Slug(code)) or code.replace("_", " ").replace("-", " ").capitalize()


def watched_hours(office_hours: str) -> str:
    """In which hours somebody looks at this console: one sentence."""
    if not office_hours:
        return "No office hours are recorded. No monitoring can begin until they are."
    return f"Staff review alerts in these hours: {office_hours}."


def out_of_hours(on_call: Mapping[Gravity, str]) -> str:
    """Who is called outside the hours that are watched: one sentence, for each gravity where they differ."""
    contacts = {GRAVITY[gravity]: on_call.get(gravity, "").strip() for gravity in Gravity}
    if not all(contacts.values()):
        missing = " and ".join(called.lower() for called, contact in contacts.items() if not contact)
        return f"Nobody is on call for out-of-hours alerts ({missing}). No monitoring can begin until somebody is."
    if len(set(contacts.values())) == 1:
        return f"Out of hours: {contacts[GRAVITY[Gravity.URGENT]]}."
    return "Out of hours: " + "; ".join(f"{called.lower()}, {contact}" for called, contact in contacts.items()) + "."


def witnessed(witnesses: Iterable[TrustedWitness]) -> str:
    """Who sees what is in the log: each witness with who runs it, and whether they are independent. By the trust file alone."""
    named = [
        f"The witness {PublicKey.parse(one.vkey).name}, run by {one.operator}, cosigns the log. It is "
        f"{'independent' if one.independent else 'not independent'} of this agency and of its supplier."
        for one in witnesses
    ]
    return " ".join(named) or "The trust file of this console names no witness of the log."


def within(outcome: DecisionOutcome) -> str:
    """By when what follows from an outcome must be done: “To be done within 7 days.” Nothing where nothing follows."""
    called = FOLLOWS.get(outcome)
    if called is None:
        return ""
    return " Due by the end of tomorrow." if called.days == 1 else f" Due within {called.days} days."


def ground(of: SharingGround, said: str) -> str:
    """On which ground a case is shared, with its enactment; another one as it was said."""
    return said if of is SharingGround.OTHER else f"{GROUND[of]} ({GROUND_SOURCE[of]})"


def restriction_section(of: RestrictionGround) -> str:
    """Where the Act has a ground: “Data Protection Act 2018, sections 44(4)(a) and 45(4)(a)”."""
    return f"Data Protection Act 2018, sections 44(4)({LETTER[of]}) and 45(4)({LETTER[of]})"


def lines(held: frozenset[Line]) -> str:
    """Which lines a restriction is about: “What was sent and who looked”."""
    return " and ".join(LINE[one] for one in Line if one in held).capitalize()


def days_left(left: int) -> str:
    """“Overdue by 2 days”, “Due today”, “3 days left”."""
    if left < 0:
        return f"Overdue by {_days(-left)}"
    return f"{_days(left)} left" if left else "Due today"


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"


def capabilities(necessary: tuple[Capability, ...]) -> str:
    """What a term makes necessary: “Visits to listed sites, …”."""
    return ", ".join(CAPABILITY[one] for one in necessary) or "Nothing"


def sources(read: tuple[Source, ...]) -> str:
    """Where on a device something is read: “In the browser”."""
    return ", ".join(SOURCE_WORDS[one] for one in read)


def when(at: Ms) -> str:
    """“9 June 2026 at 2:05pm”."""
    local = _local(at)
    return f"{_day(local.date())} at {local.strftime('%I:%M').lstrip('0')}{local.strftime('%p').lower()}"


def day(at: Ms) -> str:
    """“9 June 2026”."""
    return _day(_local(at).date())


def last_day(until: Ms | None) -> str:
    """The last day of a period that ends at `until`, which is no longer in it."""
    return "Until further order" if until is None else day(Ms(until - 1))


def in_force(instrument: Instrument, now: Ms) -> str:
    """“from 9 June 2026, ended 3 July 2026 at 2:05pm”."""
    since = f"from {day(instrument.effective_from)}"
    if instrument.ended_at is None:
        return since
    return f"{since}, {'ended' if instrument.ended_at <= now else 'ends'} {when(instrument.ended_at)}"


def period(of: Period | Term) -> str:
    """“from 9 June 2026, to the end of 3 July 2027”, or “…, until further order”."""
    until = "until further order" if of.until is None else f"to the end of {last_day(of.until)}"
    return f"from {day(of.since)}, {until}"


def order(instrument: Instrument | None) -> str:
    """Which order or licence: its kind and its reference."""
    if instrument is None:
        return "A document that is no longer recorded"
    return f"{BASIS[instrument.basis]}, {instrument.reference}"


def orders_of(terms: Iterable[Term], instruments: Iterable[Instrument]) -> dict[str, str]:
    """Of each term its order and its period: the words that a person is told may be the same in two."""
    by_id = {one.id: one for one in instruments}
    return {term.id: f"{order(by_id.get(term.instrument))}: {period(term)}" for term in terms}


def before(until: Ms) -> date:
    """The last day of a period that ends at `until`, for a form."""
    return _local(Ms(until - 1)).date()


def written_day(text: str) -> str:
    """A day that a document states as `2026-06-09`."""
    return _day(date.fromisoformat(text))


def waiting(of: Waiting) -> str:
    """ "2 possible breaches and 1 task wait": what waits, without where."""
    counted = (
        (of.alerts, "possible breach", "possible breaches"),
        (of.actions, "task", "tasks"),
        (of.requests, "request", "requests"),
        (of.answers, "question to answer", "questions to answer"),
    )
    said = [f"{count} {one if count == 1 else many}" for count, one, many in counted if count]
    return f"{' and '.join(said)} {'waits' if of.total == 1 else 'wait'}"


def long(ms: int) -> str:
    """How long, in the largest whole unit: “3 hours”."""
    for unit, size in (("day", clock.DAY_MS), ("hour", clock.HOUR_MS), ("minute", clock.MINUTE_MS)):
        if ms >= size:
            count = ms // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"


def due(due_at: Ms, now: Ms) -> str:
    """“Due in 3 hours”, “Overdue by 2 days”."""
    return f"Due in {long(due_at - now)}" if due_at > now else f"Overdue by {long(now - due_at)}"


def instant(on: date, at: time) -> Ms:
    """The instant of a day and a time of day as people write them, Europe/London."""
    return clock.at_time(on, at)


def _local(at: Ms) -> datetime:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)).astimezone(clock.LONDON)


def _day(of: date) -> str:
    return f"{of.day} {of.strftime('%B %Y')}"
