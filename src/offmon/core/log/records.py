"""The records of a case that the log commits to and a bundle shows (formats §3, §9). `order` has Instrument and Term.

Rules
- Each is committed field by field under its own salt. `KIND` names it in an audit entry's `touched` and in the bundle.
- People appear by pseudonymous id. Where two people must act, their fields are side by side, so that anyone can compare them.
- The newest entry that touched a record commits to its newest version. Facts that became known later carry *known from*.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from offmon.core.authority.capability import Capability
from offmon.core.authority.profile import Choice, HpkeKey, Setting
from offmon.core.authority.standstill import Why
from offmon.core.errors import Refused
from offmon.core.formats import codec
from offmon.core.formats.canon import Json
from offmon.core.formats.commitment import WithholdingGround
from offmon.core.formats.event import Gravity
from offmon.core.ids import Count, Digest, Id, Ms, Slug, Versioned, VKey
from offmon.core.log.kinds import TEXT, InBundle, RecordKind, at, before
from offmon.core.log.verbs import Verb
from offmon.core.states import AlertState, DeploymentState, DestructionState, ExportState, ProfileState


@dataclass(frozen=True, slots=True)
class DeploymentRecord:
    """One person's monitoring under a set of instruments. `evidence_key` is the public half of the vault's key for it.

    `why` and `stopped_at`: of a suspension that lasts, or of the end.
    """

    KIND: ClassVar[str] = "deployment"
    RECORD: ClassVar = RecordKind(
        made={Verb.DEPLOYMENT_DRAFTED},
        changed={
            Verb.DEPLOYMENT_AUTHORISED,
            Verb.EVIDENCE_KEY_MADE,
            Verb.NOTICE_SERVED,
            Verb.DEPLOYMENT_MOVED,
            Verb.DEPLOYMENT_SUSPENDED,
            Verb.DEPLOYMENT_RESUMED,
            Verb.DEPLOYMENT_ENDED,
            Verb.DISPOSED,
        },
        times=(at("stopped_at", Verb.DEPLOYMENT_SUSPENDED, Verb.DEPLOYMENT_ENDED),),
        bundle=InBundle.HELD,
    )

    id: Id
    state: DeploymentState
    opened_by: Id
    evidence_key: HpkeKey | None
    delay_days: Count
    why: Why | None = None
    stopped_at: Ms | None = None


@dataclass(frozen=True, slots=True)
class AuthorisationRecord:
    """What was authorised: the choices, drafted by one and authorised by another with the four answers (R-LEG-24).

    `review_by`: when the first review is due (`core.authority.review`). `offered`: the settings of which the authoriser chose one, least
    intrusive first (`core.authority.settings`); a draft has the last of them. `reading`: how a lawyer reads unclear conditions (R-LEG-26).
    """

    KIND: ClassVar[str] = "authorisation"
    RECORD: ClassVar = RecordKind(
        made={Verb.DEPLOYMENT_DRAFTED},
        changed={Verb.DEPLOYMENT_AUTHORISED},
        times=(at("authorised_at", Verb.DEPLOYMENT_AUTHORISED),),
        withholds={"reading": TEXT},
    )

    id: Id
    deployment: Id
    choices: tuple[Choice, ...]
    drafted_by: Id
    authorised_by: Id | None
    authorised_at: Ms | None
    aim: str | None
    rational_link: str | None
    less_intrusive: str | None
    fair_balance: str | None
    review_by: Ms | None = None
    offered: tuple[Setting, ...] = ()
    reading: str | None = None


@dataclass(frozen=True, slots=True)
class NoticeRecord:
    """The notice as served (R-RGT-1, R-RGT-2). A refusal to sign stops nothing. `read_back`: the person said what it means."""

    KIND: ClassVar[str] = "notice"
    RECORD: ClassVar = RecordKind(
        made={Verb.NOTICE_SERVED}, times=(before("served_at", Verb.NOTICE_SERVED),), withholds={"questions": TEXT}
    )

    id: Id
    deployment: Id
    served_by: Id
    served_at: Ms
    method: str
    language: str
    acknowledged: bool
    text: Digest
    interpreter: str | None = None
    read_back: bool = False
    questions: str | None = None


@dataclass(frozen=True, slots=True)
class DeviceRecord:
    """An enrolled device: its own keys, and the account that tells OS accounts of one machine apart."""

    KIND: ClassVar[str] = "device"
    RECORD: ClassVar = RecordKind(made={Verb.DEVICE_ENROLLED}, times=(at("enrolled_at", Verb.DEVICE_ENROLLED),))

    id: Id
    deployment: Id
    device_key: VKey
    list_key: HpkeKey
    account: Digest
    enrolled_at: Ms


@dataclass(frozen=True, slots=True)
class ProfileRecord:
    """A profile, from request to signature. `digest` is that of the signed document, once there is one."""

    KIND: ClassVar[str] = "profile"
    RECORD: ClassVar = RecordKind(made={Verb.PROFILE_ASKED}, changed={Verb.PROFILE_SIGNED})

    id: Id
    deployment: Id
    device: Id
    version: Count
    state: ProfileState
    authorisation: Id
    asked_by: Id
    lease_since: Ms
    lease_until: Ms
    digest: Digest | None


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """One batch as received: leaves `first` to `size - 1`; `root` and `checkpoint` are the device's own commitment over them.

    `silent_since`, `silent_until`: with the first new leaves of another run of the agent, between which times nothing was heard of the
    device: from an earlier run's last checkpoint to this one's first, by the agency's clock, said in raw device time.
    `clock_offset_ms`: what corrects the device's clock, as its checkpoint says.
    """

    KIND: ClassVar[str] = "batch"
    RECORD: ClassVar = RecordKind(made={Verb.BATCH_RECEIVED}, times=(at("received_at", Verb.BATCH_RECEIVED),))

    id: Id
    device: Id
    epoch: Id
    first: Count
    size: Count
    root: Digest
    checkpoint: Digest
    received_at: Ms
    silent_since: Ms | None = None
    silent_until: Ms | None = None
    clock_offset_ms: int | None = None


@dataclass(frozen=True, slots=True)
class LeafPlace:
    """A leaf, by its place."""

    device: Id
    epoch: Id
    n: Count


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """A group of like page loads (`core.alerts.occurrence`): same deployment, kind, list, rule. A machine opens it; people close it."""

    KIND: ClassVar[str] = "alert"
    RECORD: ClassVar = RecordKind(
        made={Verb.ALERT_RAISED},
        changed={Verb.ALERT_RAISED, Verb.ALERT_PASSED_ON, Verb.ALERT_ASSIGNED, Verb.ALERT_DECIDED},
        times=(at("opened_at", Verb.ALERT_RAISED),),
    )

    id: Id
    deployment: Id
    capability: Capability
    list: Versioned
    rule: Slug
    gravity: Gravity
    state: AlertState
    opened_at: Ms
    leaves: tuple[LeafPlace, ...]


class DecisionOutcome(StrEnum):
    """What a human may decide of an alert. None of them is a finding that an offence was committed (R-LEG-28)."""

    NOT_A_MATCH = "not_a_match"
    PERMITTED = "permitted"
    REASONABLE_EXCUSE = "reasonable_excuse_considered"
    NOT_THIS_PERSON = "not_this_person"
    VISIT = "visit"
    INTELLIGENCE = "intelligence"
    SAFEGUARDING = "safeguarding_referral"
    EVIDENTIAL = "evidential"
    RECALL_CONSIDERED = "recall_considered"
    STEP_DOWN = "step_down"


REJECTING: Final = frozenset({DecisionOutcome.NOT_A_MATCH, DecisionOutcome.PERMITTED, DecisionOutcome.NOT_THIS_PERSON})


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """A named human's decision on an alert: outcome and reason, in their words. `corrects`: the decision that it replaces.

    `unseen_reason`: why its maker opened no disclosure before an outcome that needs a look at one.
    """

    KIND: ClassVar[str] = "decision"
    RECORD: ClassVar = RecordKind(
        made={Verb.ALERT_DECIDED, Verb.DECISION_CORRECTED},
        times=(at("decided_at", Verb.ALERT_DECIDED, Verb.DECISION_CORRECTED),),
        withholds={"reason": TEXT, "why_corrected": TEXT},
    )

    id: Id
    alert: Id
    outcome: DecisionOutcome
    reason: str
    decided_by: Id
    decided_at: Ms
    corrects: Id | None = None
    why_corrected: str | None = None
    unseen_reason: str | None = None


@dataclass(frozen=True, slots=True)
class SecondLookRecord:
    """A decision that chance drew for a supervisor, and what they found before they saw it (`core.alerts.second_look`)."""

    KIND: ClassVar[str] = "second-look"
    RECORD: ClassVar = RecordKind(
        made={Verb.DECISION_DRAWN},
        changed={Verb.DECISION_LOOKED_AT_AGAIN},
        times=(at("drawn_at", Verb.DECISION_DRAWN), at("looked_at", Verb.DECISION_LOOKED_AT_AGAIN)),
        withholds={"reason": None},
    )

    id: Id
    alert: Id
    decision: Id
    drawn_by: Id
    drawn_at: Ms
    outcome: DecisionOutcome | None
    reason: str | None
    looked_at: Ms | None


class ActionKind(StrEnum):
    """What may follow from a decision. `core.alerts.follow_up` says from which, and by when."""

    VISIT = "visit"
    INTELLIGENCE = "intelligence_report"
    REFERRAL = "safeguarding_referral"
    INVESTIGATION = "investigation"
    RECALL_REQUEST = "recall_request"
    REVIEW = "review_of_monitoring"


class Welfare(StrEnum):
    """What came of asking whether the person may harm themselves (R-RGT-18). A closed list: the rest belongs in a health record."""

    NO_CONCERN = "no_concern"
    SUPPORT_ARRANGED = "support_arranged"
    HEALTH_SERVICE_TOLD = "health_service_told"
    CONTACT_PUT_OFF = "contact_put_off"


@dataclass(frozen=True, slots=True)
class ActionRecord:
    """What follows from a decision (design §1.7). `outside_reference`: where it stands in the system in which it was done.

    `welfare_due`: before contact about a serious alert someone asks whether the person may harm themselves, and says what came of it.
    `cancelled_in`: the correction of the decision that cancelled it.
    """

    KIND: ClassVar[str] = "action"
    RECORD: ClassVar = RecordKind(
        made={Verb.ALERT_DECIDED, Verb.DECISION_CORRECTED},
        changed={Verb.ACTION_WELFARE, Verb.ACTION_DONE, Verb.DECISION_CORRECTED},
        times=(at("welfare_at", Verb.ACTION_WELFARE), at("done_at", Verb.ACTION_DONE)),
        withholds={  # they may name others
            "welfare": None,
            "outside_reference": None,
            "outcome": None,
            "cancelled_reason": TEXT,
        },
        closed={"welfare": WithholdingGround.SENSITIVE},  # how someone was is about their health
    )

    id: Id
    decision: Id
    alert: Id
    what: ActionKind
    owner: Id
    due_at: Ms
    welfare_due: bool
    welfare: Welfare | None
    welfare_by: Id | None
    welfare_at: Ms | None
    outside_reference: str | None
    outcome: str | None
    done_by: Id | None
    done_at: Ms | None
    cancelled_in: Id | None = None
    cancelled_reason: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.done_at is None and self.cancelled_in is None


@dataclass(frozen=True, slots=True)
class RevealRecord:
    """A request to open what was sent of one page load, by one person, for a reason; used once.

    `others`: the disclosures of the same page beside `leaf`, by the ids of their rows.
    """

    KIND: ClassVar[str] = "reveal"

    id: Id
    alert: Id
    leaf: LeafPlace
    asked_by: Id
    asked_at: Ms
    reason: str
    others: tuple[Id, ...] = ()


@dataclass(frozen=True, slots=True)
class WithheldDisclosure:
    """A disclosure of a chosen alert that the asker of a bundle withholds: on which ground, and a note for those who read the bundle."""

    leaf: LeafPlace
    ground: WithholdingGround
    note: str


@dataclass(frozen=True, slots=True)
class ExportRecord:
    """A bundle asked by one and approved, or refused with a reason, by another. `manifest` is the payload's, once built.

    `alerts` and `exhibits`: what it opens (`core.alerts.opening`). `closed_reason`: why an alert is opened that stays closed otherwise.
    `withheld`: the disclosures of those alerts that stay closed.
    """

    KIND: ClassVar[str] = "export"
    RECORD: ClassVar = RecordKind(
        made={Verb.EXPORT_ASKED},
        changed={
            Verb.EXPORT_OPENED,
            Verb.EXPORT_BUILT,
            Verb.EXPORT_APPROVED,
            Verb.EXPORT_REFUSED,
            Verb.EXPORTED,
        },
        times=(
            at("asked_at", Verb.EXPORT_ASKED),
            at("approved_at", Verb.EXPORT_APPROVED),
            at("refused_at", Verb.EXPORT_REFUSED),
        ),
        withholds={"reason": TEXT, "recipient": TEXT, "refused_reason": TEXT, "closed_reason": TEXT},
    )

    id: Id
    state: ExportState
    asked_by: Id
    asked_at: Ms
    reason: str
    recipient: str
    opened_since: Ms
    opened_until: Ms
    manifest: Digest | None
    approved_by: Id | None
    approved_at: Ms | None
    refused_by: Id | None = None
    refused_at: Ms | None = None
    refused_reason: str | None = None
    alerts: tuple[Id, ...] | None = None
    exhibits: tuple[Id, ...] = ()
    closed_reason: str | None = None
    withheld: tuple[WithheldDisclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class DestructionRecord:
    """That a deployment's key is destroyed: asked by one, approved, or refused with a reason, by another, done or stopped by the vault.

    `key`: the digest of the key's public half. `stopped_why`: the code of what was in the way.
    """

    KIND: ClassVar[str] = "destruction"
    RECORD: ClassVar = RecordKind(
        made={Verb.DESTRUCTION_ASKED},
        changed={
            Verb.DESTRUCTION_APPROVED,
            Verb.DESTRUCTION_REFUSED,
            Verb.DESTRUCTION_STOPPED,
            Verb.DESTRUCTION_DONE,
        },
        times=(
            at("asked_at", Verb.DESTRUCTION_ASKED),
            at("approved_at", Verb.DESTRUCTION_APPROVED),
            at("refused_at", Verb.DESTRUCTION_REFUSED),
            at("stopped_at", Verb.DESTRUCTION_STOPPED),
            at("done_at", Verb.DESTRUCTION_DONE),
        ),
        withholds={"reason": TEXT, "refused_reason": TEXT},
    )

    id: Id
    deployment: Id
    key: Digest
    state: DestructionState
    asked_by: Id
    asked_at: Ms
    reason: str
    approved_by: Id | None
    approved_at: Ms | None
    refused_by: Id | None
    refused_at: Ms | None
    refused_reason: str | None
    stopped_at: Ms | None
    stopped_why: Slug | None
    done_at: Ms | None


def values_of(record: object) -> dict[str, Json]:
    """A record's fields as they are committed to, by name (its `kind` stands outside them)."""
    doc = codec.to_doc(record)
    doc.pop("kind", None)
    return doc


def check_two_people(first: Id, second: Id | None, what: str) -> None:
    """Raises Refused unless a second person is there and is not the first (R-LEG-24, design §5)."""
    if second is None or first == second:
        raise Refused("one-person", f"{what} needs a second person. Ask a colleague who did not make the request.")


def check_two_sessions(first: Id | None, second: Id | None, what: str) -> None:
    """Raises Refused unless two known sessions did the two acts: two accounts in one browser may be one person (R-LEG-24)."""
    if first is None:
        raise Refused(
            "one-session", f"{what} needs two sessions, and the first is not recorded. A colleague must start again."
        )
    if second is None or first == second:
        raise Refused(
            "one-session", f"{what} needs a second person's own session. Sign in yourself, in your own browser."
        )


def check_authorised(authorisation: AuthorisationRecord) -> None:
    """Raises Refused unless two people and four answers stand behind the choices, which were offered (R-LEG-24)."""
    check_two_people(authorisation.drafted_by, authorisation.authorised_by, "Authorising monitoring")
    answers = (authorisation.aim, authorisation.rational_link, authorisation.less_intrusive, authorisation.fair_balance)
    if not all(answer and answer.strip() for answer in answers):
        raise Refused("four-answers", "Answer each of the four questions of proportionality in your own words.")
    if authorisation.offered and Setting(authorisation.choices) not in authorisation.offered:
        raise Refused("not-offered", "What was authorised is no setting that was offered. Draft a new authorisation.")
