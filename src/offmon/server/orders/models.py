"""Columns and constraints of orders: instruments, terms and impact assessments, each a projection of its record in `core`.

Rules
- A term is its own row with its own period (R-LEG-3). `verbatim` is restricted: encrypted, and only the console reads it.
- A document's pages are enclosed in the store. The row names each file, and its digest.
- A scan comes first, and waits until its details are recorded beside it. Then it is that instrument's document, by the same id.
- Another person than the recorder confirms a term, or refuses it, by constraint too (R-LEG-24).
- A policy document is the agency's too, in versions. Another person than its preparer agrees to it or refuses it, by constraint too.
- An impact assessment is the agency's, of no case. Another person than its preparer signs it, or refuses it, by constraint too (ADR 7).
"""

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q

from offmon.core.access.roles import Permission
from offmon.core.authority.agreement import Agreement, Door, Withdrawal
from offmon.core.authority.assessment import Assessment
from offmon.core.authority.bases import Basis, Route
from offmon.core.authority.end_event import EndEvent
from offmon.core.authority.licence import LicenceType, Standing
from offmon.core.authority.order import ENDING, Applicant, Compared, Instrument, OrderDocument, Term, TermKind
from offmon.core.authority.policy_document import PolicyDocument
from offmon.core.bundle.layout import NamedField, Record, open_record
from offmon.core.formats import codec, commitment
from offmon.core.formats.canon import Json
from offmon.core.ids import Digest, Id, Ms, Slug
from offmon.core.log.audit import Touched
from offmon.core.log.records import values_of
from offmon.server.base.fields import (
    BoolField,
    BytesField,
    DigestField,
    EnumField,
    IdField,
    IntField,
    MsField,
    TextField,
    TextsField,
    reference,
)
from offmon.server.base.prepared import Given
from offmon.server.base.rows import AgencyRow, CaseRow, DirectoryRow, RecordRow, projects
from offmon.server.base.sessions import Refusable, SecondPerson, agreed_in_another, refused_by_another, waiting_index
from offmon.server.orders.scan import digest_of
from offmon.server.orders.silences.models import SilenceRow  # noqa: F401  # where Django looks for models

MAX_AGREEMENT: Final = 4096


def read_agreement(data: bytes | None) -> Agreement | None:
    """How the person agreed, from the row's canonical JSON. Raises Malformed."""
    return None if data is None else codec.load(Agreement, data, max_size=MAX_AGREEMENT)


class InstrumentRow(RecordRow):
    """An order, a licence or an agreement. Times in ms UTC, dates in ISO 8601. `agreement` is canonical JSON."""

    KIND = Instrument.KIND
    core: ClassVar = projects(Instrument, agreement=lambda row: read_agreement(row.agreement))

    basis = EnumField(Basis)
    controller = IdField()
    made_by = TextField()
    reference = TextField()
    made_on = TextField()
    convicted_on = TextField(null=True)
    served_at = MsField(null=True)
    effective_from = MsField()
    offence_types = TextsField()
    document = DigestField()
    checked = TextField()
    requested_at = MsField(null=True)
    recorded_by = IdField()
    ended_at = MsField(null=True)
    end_known_at = MsField(null=True)
    route = EnumField(Route, null=True)
    varies = IdField(null=True)
    varied_for = EnumField(Applicant, null=True)
    keeps_earlier = BoolField(default=False)
    agreement = BytesField(null=True)
    witness = TextField(null=True)
    adult = TextField(null=True)

    class Meta:
        """An end has both its times or neither (design §1.9)."""

        db_table = "orders_instrument"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_at=None, end_known_at=None) | Q(ended_at__isnull=False, end_known_at__isnull=False),
                name="instrument_end_known",
            ),
        ]

    def as_recorded(self) -> Touched:
        """How an entry names the order without its end, which is all that changes in it once it is recorded."""
        values = self.values() | dict.fromkeys(ENDING)
        return Touched(Slug(self.KIND), self.id, commitment.commit(self.KIND, self.salt, values))


class DocumentRow(RecordRow):
    """The document of an instrument: one file or several, each by kind, SHA-256 and the name under which it lies enclosed.

    `damaged_at`: since when what lies there is not what was recorded; nothing is signed on it meanwhile (R-LEG-1). Nobody takes it away
    before the operator says that it was restored, in a trigger too.
    """

    KIND = OrderDocument.KIND
    core: ClassVar = projects(OrderDocument)

    instrument = reference("orders.InstrumentRow", related_name="documents")
    instrument_id: Id
    kinds = TextsField()
    digests = TextsField()
    names = TextsField()
    damaged_at = MsField(null=True)

    class Meta:
        """An instrument has one document."""

        db_table = "orders_document"
        constraints: ClassVar = [models.UniqueConstraint(fields=["instrument"], name="document_one_an_instrument")]

    @property
    def committed(self) -> Digest:
        """What the instrument committed to."""
        document: Digest = self.instrument.document
        return document


class WaitingScan(CaseRow):
    """A scan of which nothing is recorded yet, enclosed as the document that it is to be. Nothing rests on one.

    It `waits` until it is taken up by an instrument, or discarded; then the row says no more where a page lies.
    """

    KIND = "scan"
    COMMITS = ("basis", "kinds", "digests", "kept_by", "kept_at", "waits")

    basis = EnumField(Basis)
    kinds = TextsField()
    digests = TextsField()
    names = TextsField()
    kept_by = IdField()
    kept_at = MsField()
    waits = BoolField(default=True)

    class Meta:
        """What waits no more lies nowhere, by this row."""

        db_table = "orders_waiting_scan"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(waits=True) | Q(names=[]), name="scan_lies_nowhere_once_it_waits_no_more"
            )
        ]

    @property
    def committed(self) -> Digest:
        """What the instrument will commit to."""
        return digest_of([Digest(one) for one in self.digests])


class LicenceRow(CaseRow):
    """What the licence system calls a licence of ours, and the status that it last gave (R-LEG-14). Nobody but the worker sets that.

    `status` is its own word, known to us or not. `active`: an approved version is active while a variation is prepared. `told_at`: when
    the feed brought it. `conditions` are as of `conditions_at`; None: nobody has said them yet. `varied_at`: when the feed brought others.
    """

    KIND = "licence"
    COMMITS = (
        *("instrument", "licence_id", "type", "kind", "policy_version", "conditions", "recorded_by", "recorded_at"),
        *("conditions_at", "status", "status_at", "active", "told_at", "varied_at"),
    )

    instrument = reference("orders.InstrumentRow", related_name="licences")
    instrument_id: Id
    licence_id = TextField()
    type = EnumField(LicenceType)
    kind = TextField()
    policy_version = TextField()
    conditions = TextsField()
    conditions_at = MsField(null=True)
    recorded_by = IdField()
    recorded_at = MsField()
    status = TextField(null=True)
    status_at = MsField(null=True)
    active = BoolField(default=False)
    told_at = MsField(null=True)
    varied_at = MsField(null=True)

    class Meta(CaseRow.Meta):
        """An instrument is one licence. A status has its time, and when it came."""

        db_table = "orders_licence"
        indexes: ClassVar = [models.Index(fields=["agency", "licence_id"], name="licence_by_its_id")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "case", "instrument"], name="licence_one_an_instrument"),
            models.CheckConstraint(
                condition=Q(status=None, status_at=None, told_at=None)
                | Q(status__isnull=False, status_at__isnull=False, told_at__isnull=False),
                name="licence_status_has_its_time",
            ),
        ]

    @property
    def standing(self) -> Standing | None:
        """The status that counts; None where the feed has said nothing yet."""
        if self.status is None or self.status_at is None:
            return None
        return Standing(self.status, self.status_at, self.active)


class EventCheck(CaseRow):
    """That an order ends with an event, and that somebody confirmed that it had not come (R-LEG-18). The newest of an order counts."""

    KIND = "event-check"
    COMMITS = ("instrument", "event", "confirmed_by", "confirmed_at")

    instrument = reference("orders.InstrumentRow", related_name="event_checks")
    instrument_id: Id
    event = EnumField(EndEvent)
    confirmed_by = IdField()
    confirmed_at = MsField()

    class Meta(CaseRow.Meta):
        """Under the app's own name."""

        db_table = "orders_event_check"


class LicenceFeed(DirectoryRow):
    """How the licence feed of an agency fares: when it last brought a document, and what was refused. It is about no person.

    `next_by`: when the next document comes at the latest. `refusals`: the newest, each "document: number of the change: code".
    """

    agency = reference("agencies.Agency")
    agency_id: Id
    heard_at = MsField()
    made_at = MsField()
    next_by = MsField()
    changed_at = MsField(null=True)
    applied = IntField(default=0)
    refused = IntField(default=0)
    refused_at = MsField(null=True)
    refusals = TextsField()
    cursor = TextField(null=True)

    class Meta:
        """An agency has one."""

        db_table = "orders_licence_feed"
        constraints: ClassVar = [models.UniqueConstraint(fields=["agency"], name="licence_feed_one_an_agency")]


class Restored(DirectoryRow):
    """That the operator, named by their account, put the document of an instrument back as it was."""

    instrument = reference("orders.InstrumentRow")
    instrument_id: Id
    at = MsField()
    by = TextField()


def _not_due_yet(at: Ms | Given) -> Q:
    return Q(review_by__gt=at)


class TermRow(Refusable, RecordRow):
    """One term of an instrument. `verbatim` lies encrypted; `verbatim_digest` is its field's commitment, for those who may not read it."""

    KIND = Term.KIND
    SECOND = SecondPerson(
        Permission.INSTRUMENT_CONFIRM,
        *("recorded_by", "begun_at", "confirmed_by"),
        due=lambda at: Q(instrument__ended_at=None) | Q(instrument__ended_at__gt=at),
    )
    UNREAD = ("verbatim",)
    core: ClassVar = projects(Term, verbatim_text=lambda _row: None)

    instrument = reference("orders.InstrumentRow", related_name="terms")
    instrument_id: Id
    effect = EnumField(TermKind)
    verbatim = BytesField()
    verbatim_digest = DigestField()
    person_text = TextField()
    person_text_welsh = TextField(null=True)
    source_page = IntField()
    capabilities = TextsField()
    device_kinds = TextsField(default=list)
    since = MsField()
    until = MsField(null=True)
    recorded_by = IdField()
    begun_at = MsField()
    confirmed_by = IdField(null=True)
    confirmed_at = MsField(null=True)
    compared_with = EnumField(Compared, null=True)

    class Meta:
        """Confirmed by a second person, at a time, or refused by one, or not yet (R-LEG-24)."""

        db_table = "orders_term"
        indexes: ClassVar = [waiting_index("term_waits", agreed_by="confirmed_by")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | (
                    Q(confirmed_by__isnull=False, confirmed_at__isnull=False, recorded_by__isnull=False)
                    & ~Q(confirmed_by=F("recorded_by"))
                ),
                name="term_confirmed_by_another",
            ),
            agreed_in_another("term_in_another_sitting", agreed_by="confirmed_by"),
            refused_by_another("term_refused_by_another", begun_by="recorded_by", agreed_by="confirmed_by"),
        ]

    def values(self) -> dict[str, Json]:
        """What is committed of it, without the court's words."""
        shown = values_of(self.core())
        del shown["verbatim_text"]
        return shown

    def commitment(self) -> Digest:
        """The commitment to the whole record: the court's words by their own field's commitment."""
        digests = commitment.digests_of(self.salt, self.values())
        return commitment.commit_of(self.KIND, digests | {"verbatim_text": self.verbatim_digest})

    def opened(self) -> Record:
        """As a bundle shows it: the court's words withheld (they name victims), by their own field's commitment."""
        shown = open_record(self.KIND, self.salt, self.values(), {})
        withheld = NamedField("verbatim_text", self.verbatim_digest, None, Term.RECORD.closed["verbatim_text"])
        return Record(shown.kind, tuple(sorted((*shown.fields, withheld), key=lambda field: field.name)), shown.values)


class WithdrawalRow(RecordRow):
    """That the person withdrew one item that they had agreed to (R-LEG-20). Nobody changes it or takes it back."""

    KIND = Withdrawal.KIND
    core: ClassVar = projects(Withdrawal)

    term = reference("orders.TermRow", related_name="withdrawals")
    term_id: Id
    withdrawn_at = MsField()
    known_at = MsField()
    door = EnumField(Door)

    class Meta:
        """Once for each item, and never known before it happened."""

        db_table = "orders_withdrawal"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["term"], name="withdrawal_one_a_term"),
            models.CheckConstraint(condition=Q(withdrawn_at__lte=F("known_at")), name="withdrawal_known_after"),
        ]


class AssessmentRow(Refusable, AgencyRow):
    """A data protection impact assessment (R-DPA-31). `asked_at` and `answered_at`: the prior consultation of the ICO, where one is due.

    `kept_as`: the name of the enclosed document in the store. No entry commits to it; `document` is the digest that it must have.
    """

    KIND = Assessment.KIND
    core: ClassVar = projects(Assessment)
    SECOND = SecondPerson(Permission.ASSESSMENT_SIGN, *("prepared_by", "prepared_at", "signed_by"), due=_not_due_yet)

    title = TextField()
    capabilities = TextsField()
    sources = TextsField()
    document = DigestField()
    kept_as = TextField()
    prepared_by = IdField()
    prepared_at = MsField()
    review_by = MsField()
    signed_by = IdField(null=True)
    signed_at = MsField(null=True)
    asked_at = MsField(null=True)
    answered_at = MsField(null=True)
    extended = BoolField(default=False)

    class Meta:
        """Signed by a second person, at a time, or refused by one, or not yet; reviewed within a year; answered only where asked."""

        db_table = "orders_assessment"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(signed_by=None, signed_at=None)
                | (
                    Q(signed_by__isnull=False, signed_at__isnull=False, prepared_by__isnull=False)
                    & ~Q(signed_by=F("prepared_by"))
                ),
                name="assessment_signed_by_another",
            ),
            agreed_in_another("assessment_in_another_sitting", agreed_by="signed_by"),
            refused_by_another("assessment_refused_by_another", begun_by="prepared_by", agreed_by="signed_by"),
            models.CheckConstraint(
                condition=Q(review_by__gt=F("prepared_at"), review_by__lte=F("prepared_at") + 366 * 86_400_000),
                name="assessment_reviewed_within_a_year",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(asked_at__isnull=False, answered_at__gte=F("asked_at")),
                name="assessment_answered_when_asked",
            ),
        ]

    def values(self) -> dict[str, Json]:
        """The record's fields by name."""
        return values_of(self.core())


class PolicyDocumentRow(Refusable, AgencyRow):
    """A version of the agency's appropriate policy document (R-DPA-4). `kept_as`: as of an assessment."""

    KIND = "policy-document"
    COMMITS = (
        *("version", "title", "principles", "retention", "owner", "document", "since", "review_by"),
        *("prepared_by", "prepared_at", "agreed_by", "agreed_at", "refused_by", "refused_at", "refusal"),
    )
    stated: ClassVar = projects(PolicyDocument)
    SECOND = SecondPerson(Permission.POLICY_AGREE, *("prepared_by", "prepared_at", "agreed_by"), due=_not_due_yet)

    version = IntField()
    title = TextField()
    principles = TextField()
    retention = TextField()
    owner = TextField()
    document = DigestField()
    kept_as = TextField()
    since = MsField()
    review_by = MsField()
    prepared_by = IdField()
    prepared_at = MsField()
    agreed_by = IdField(null=True)
    agreed_at = MsField(null=True)

    class Meta:
        """Agreed to by another person in another session, or refused by another with a reason, never both; reviewed within a year."""

        db_table = "orders_policy_document"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "version"], name="policy_one_of_a_version"),
            models.CheckConstraint(
                condition=Q(agreed_by=None, agreed_at=None)
                | (
                    Q(agreed_by__isnull=False, agreed_at__isnull=False, prepared_by__isnull=False)
                    & ~Q(agreed_by=F("prepared_by"))
                ),
                name="policy_agreed_by_another",
            ),
            agreed_in_another("policy_in_another_sitting", agreed_by="agreed_by"),
            refused_by_another("policy_refused_by_another", begun_by="prepared_by", agreed_by="agreed_by"),
            models.CheckConstraint(
                condition=Q(review_by__gt=F("since"), review_by__lte=F("prepared_at") + 366 * 86_400_000),
                name="policy_reviewed_within_a_year",
            ),
        ]
