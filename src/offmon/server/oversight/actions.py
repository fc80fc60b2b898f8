"""Every write to oversight."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q

from offmon.core import clock as time
from offmon.core.access.roles import Permission
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.public import analytics_consent
from offmon.core.public.alert_figures import Figure, starts
from offmon.core.public.analytics_consent import GivenConsent
from offmon.core.public.assurance import Control, Observation
from offmon.server.audit.actions import append
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import action
from offmon.server.oversight.control_checks import PAPERS
from offmon.server.oversight.models import (
    AlertFigure,
    Attestation,
    CookieChoice,
    Enquiry,
    EnquiryDeletion,
    EnquiryReading,
    Look,
    PageCount,
    Walked,
)

ENQUIRY_LASTS_MS: Final = 183 * time.DAY_MS


def do_note(looks: list[Observation]) -> None:
    """Keep the newest look at each of these controls, and since when it stands so. Directory rows: nothing in them is about anyone.

    Assurance alone calls it, and one at a time.
    """
    before = {row.control: row for row in Look.objects.only("control", "standing", "since")}
    rows = [
        Look(
            control=look.control,
            standing=look.standing,
            figure=look.figure,
            at=look.at,
            since=_since(look, before.get(look.control)),
            issuer=None if look.paper is None else look.paper.issuer,
            until=None if look.paper is None else look.paper.until,
        )
        for look in looks
    ]
    with transaction.atomic(durable=True):
        Look.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["control"],
            update_fields=["standing", "figure", "at", "since", "issuer", "until"],
        )


def _since(look: Observation, before: Look | None) -> Ms:
    """Since when a control stands as it was found: as before while nothing changed, else from this look on."""
    return look.at if before is None or before.standing is not look.standing else before.since


@action
def do_note_walk(whole_at: Ms | None, *, actor: Actor) -> None:
    """Keep that the rows of the actor's agency were looked at now, and when all of them had been last."""
    at = clock.now()
    row = Walked(agency=actor.agency, at=at, whole_at=at if whole_at is None else whole_at)
    changed = ["at"] if whole_at is None else ["at", "whole_at"]
    Walked.objects.bulk_create([row], update_conflicts=True, unique_fields=["agency"], update_fields=changed)


@dataclass(frozen=True, slots=True)
class CheckedPaper:
    """A paper as whoever checked it read it. Times in ms UTC."""

    control: Control
    document: str
    issuer: str
    since: Ms
    until: Ms


@action
def do_record_attestation(paper: CheckedPaper, *, actor: Actor) -> Id:
    """Record a paper that was seen. Raises Refused (`no-such-paper`, `paper-incomplete`, `paper-ends-first`)."""
    actor.check(Permission.ATTESTATION_RECORD)
    if paper.control not in PAPERS:
        raise Refused("no-such-paper", "Choose a type of record from the list.")
    if not (paper.document.strip() and paper.issuer.strip()):
        raise Refused("paper-incomplete", "Enter the title and the issuer, as written on the document.")
    if paper.until <= paper.since:
        raise Refused("paper-ends-first", "The record ends before it begins. Check the dates.")
    row = Attestation(
        agency=actor.agency,
        control=paper.control,
        document=paper.document,
        issuer=paper.issuer,
        since=paper.since,
        until=paper.until,
        checked_by=actor.id,
        checked_at=clock.now(),
    )
    row.save(force_insert=True)
    # The kind is the entry's reason: where the row is gone, the log alone says which paper is missing.
    append(actor, Verb.ATTESTATION_RECORDED, case=None, touched=(row,), reason=row.control)
    return row.id


@action
def do_withdraw_attestation(attestation: Id, reason: str, *, actor: Actor) -> None:
    """Say that a paper is held no longer. Raises Refused (`already-withdrawn`)."""
    actor.check(Permission.ATTESTATION_RECORD)
    row = as_left(Attestation.objects.select_for_update().get(id=attestation))
    if row.withdrawn_at is not None:
        raise Refused("already-withdrawn", "This record was withdrawn already. Nothing changed.")
    row.withdrawn_at = clock.now()
    row.save(update_fields=["withdrawn_at"])
    append(actor, Verb.ATTESTATION_WITHDRAWN, case=None, touched=(row,), reason=reason)


def do_publish_figures(agency: Id, figures: Sequence[Figure]) -> None:
    """Publish the figures of an agency's month, once. Directory rows: nothing in them is about anyone. For the worker."""
    with transaction.atomic(durable=True):
        for one in figures:
            AlertFigure(
                agency=agency,
                month=starts(one.month),
                gravity=one.gravity,
                in_time=one.in_time,
                passed_on=one.passed_on,
                neither=one.neither,
            ).save(force_insert=True)


def do_count_page(page: str, given: GivenConsent | None) -> bool:
    """Count one look at a public page, if the visitor accepted being counted. Whether it was counted.

    Anybody may make up a cookie that says so: the database counts nothing while nobody has accepted, and the page is shown all the same.
    """
    if not analytics_consent.may_count(given):
        return False
    day = time.start_of_day(time.local_day(clock.now()))
    try:
        with transaction.atomic(durable=True):
            if not PageCount.objects.filter(page=page, day=day).update(count=F("count") + 1):
                PageCount.objects.bulk_create([PageCount(page=page, day=day, count=1)], ignore_conflicts=True)
    except IntegrityError:
        return False
    return True


def do_record_choice(given: GivenConsent) -> None:
    """Record that somebody chose: what, about which question, in which minute (R-WEB-1)."""
    at = analytics_consent.to_the_minute(clock.now())
    with transaction.atomic(durable=True):
        CookieChoice.objects.create(choice=given.choice, version=given.version, at=at)


def do_end_choices() -> int:
    """Delete what was noted of choices a year ago; how many. The worker's."""
    before = Ms(clock.now() - analytics_consent.NOTED_DAYS * time.DAY_MS)
    with transaction.atomic(durable=True):
        return CookieChoice.objects.filter(at__lt=before).delete()[0]


def do_keep_enquiry(message: str, reply: str) -> None:
    """Keep a message that is about nobody. The form has refused what names a person's record (R-WEB-2)."""
    with transaction.atomic(durable=True):
        Enquiry.objects.create(message=message, reply=reply, at=clock.now())


@dataclass(frozen=True, slots=True)
class EnquiryRead:
    """A message to the site, and where to answer (empty: nowhere)."""

    message: str
    reply: str
    at: Ms


def do_read_enquiry(enquiry: Id, reader: str) -> EnquiryRead:
    """Read a message, on the operator's role. The database gives it out only as it notes who reads. Raises Refused (`no-such-enquiry`)."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("select message, reply, at from oversight_read_enquiry(%s, %s)", [enquiry, reader])
        found = cursor.fetchone()
    if found is None:
        raise Refused(
            "no-such-enquiry", "No message has that id; it may have been deleted, or gone six months after it came."
        )
    return EnquiryRead(*found)


def do_answer_enquiry(enquiry: Id) -> None:
    """Say that a message was answered. Raises Refused (`enquiry-not-read`, `enquiry-answered`)."""
    with transaction.atomic(durable=True):
        if not EnquiryReading.objects.filter(enquiry=enquiry).exists():
            raise Refused("enquiry-not-read", "Nobody has read that message; read it, answer it, then say so.")
        if not Enquiry.objects.filter(id=enquiry, answered_at=None).update(answered_at=clock.now()):
            raise Refused("enquiry-answered", "That message was answered already, or has gone; nothing changed.")


def do_delete_enquiry(enquiry: Id, who: str, why: str) -> None:
    """Delete a message that was read, on the operator's role. The database deletes it only as it notes who does, and why.

    Raises Refused (`enquiry-why`, `enquiry-not-read`).
    """
    if not why.strip():
        raise Refused("enquiry-why", "Say why it is deleted, without anybody's name or number: the reason is kept.")
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("select oversight_delete_enquiry(%s, %s, %s)", [enquiry, who, why.strip()])
        if cursor.fetchone() != (True,):
            raise Refused(
                "enquiry-not-read", "No message of that id was read by anybody; read it first, then delete it."
            )


def do_end_enquiries() -> int:
    """Delete what is six months old: messages, who read them, and who deleted one; how many messages. The worker's, once a day."""
    before = Ms(clock.now() - ENQUIRY_LASTS_MS)
    with transaction.atomic(durable=True):
        old = Enquiry.objects.filter(at__lt=before)
        ends = Q(enquiry__in=list(old.values_list("id", flat=True)))
        EnquiryReading.objects.filter(ends | Q(at__lt=before)).delete()  # or the message was deleted before
        EnquiryDeletion.objects.filter(at__lt=before).delete()
        return old.delete()[0]
