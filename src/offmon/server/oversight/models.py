"""Columns and constraints of oversight: checks of controls, compliance records, and what the public site counts.

Rules
- A Look says how a control was found, and when: one row a control, overwritten. It says nothing about anyone.
- An Attestation is a compliance record that somebody else signed or an agency commissioned: issuer, end, and who of the agency's staff
  checked it when. A page claims no more than is recorded here (issue 3).
- No column of PageCount or CookieChoice tells visitors apart (R-WEB-1). One holds a page, a day and a number. The other holds a choice, the
  version of the question and the minute.
- An AlertFigure is what the site tells of an agency's alerts in a month. The worker writes it once; no exact number stands in it.
- An Enquiry is a message to the site's operator that is about nobody. The site can add one and read none. An EnquiryReading says who read
  it and when; an EnquiryDeletion who deleted it, when and why, and none of its text. The database writes each as it hands out or deletes.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from offmon.core.formats.event import Gravity
from offmon.core.public.analytics_consent import ConsentChoice
from offmon.core.public.assurance import SMALL, Control, ControlStanding
from offmon.server.base.fields import EnumField, IdField, IntField, MsField, TextField
from offmon.server.base.rows import AgencyRow, DirectoryRow


def _in_tens(column: str) -> Q:
    """A number is not told, or is the ten that it lies in."""
    in_tens = Q(**{f"{column}__gte": SMALL, column: F(column) / SMALL * SMALL})
    return Q(**{column: None}) | Q(**{f"{column}__isnull": False}) & in_tens


class Look(DirectoryRow):
    """The newest look at a control. `figure`: how many things were looked at; `issuer`, `until`: of a paper that is held.

    `since`: the first of the looks in a row that found it as it stands. The website may not read it: it tells when something came.
    """

    control = EnumField(Control, unique=True)
    standing = EnumField(ControlStanding)
    figure = IntField(null=True)
    at = MsField()
    since = MsField()
    issuer = TextField(null=True)
    until = MsField(null=True)


class Walked(DirectoryRow):
    """How far an agency's rows were held to the log: when the last turn was, and when all rows had been looked at last.

    Before they were the first time, `whole_at` is when that began.
    """

    agency = IdField()
    at = MsField()
    whole_at = MsField()

    class Meta:
        """One line an agency."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["agency"], name="walked_one_an_agency")]


class Attestation(AgencyRow):
    """A paper that is held: which control it carries, what it is, who issued it, from when until when, and who checked it."""

    KIND = "attestation"
    COMMITS = ("control", "document", "issuer", "since", "until", "checked_by", "checked_at", "withdrawn_at")

    control = EnumField(Control)
    document = TextField()
    issuer = TextField()
    since = MsField()
    until = MsField()
    checked_by = IdField()
    checked_at = MsField()
    withdrawn_at = MsField(null=True)

    class Meta:
        """It ends, and not before it begins."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="attestation_ends"),
            models.CheckConstraint(condition=Q(control__startswith="paper-"), name="attestation_of_a_paper"),
        ]


class PageCount(DirectoryRow):
    """How often a public page was looked at on a day, by visitors who accepted being counted. Days begin at midnight, London."""

    page = TextField()
    day = MsField()
    count = IntField()

    class Meta:
        """One number a page and day."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["page", "day"], name="page_counted_once_a_day"),
            models.CheckConstraint(condition=Q(count__gt=0), name="page_count_counts"),
        ]


class AlertFigure(DirectoryRow):
    """What is published of an agency's alerts of a gravity and month: tens alone, None for fewer than ten (`core.public.alert_figures`).

    `month`: when it began, London. Nothing says when the row was written.
    """

    agency = IdField()
    month = MsField()
    gravity = EnumField(Gravity)
    in_time = IntField(null=True)
    passed_on = IntField(null=True)
    neither = IntField(null=True)

    class Meta:
        """One an agency, month and gravity. No exact number is kept."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "month", "gravity"], name="alert_figure_once"),
            models.CheckConstraint(
                condition=_in_tens("in_time") & _in_tens("passed_on") & _in_tens("neither"), name="alert_figure_in_tens"
            ),
        ]


class CookieChoice(DirectoryRow):
    """That somebody accepted, refused or withdrew: which version of the question, and the minute."""

    choice = EnumField(ConsentChoice)
    version = IntField()
    at = MsField()


class Enquiry(DirectoryRow):
    """A message from the contact form, and where to answer (empty: nowhere). It goes after six months."""

    message = TextField()
    reply = TextField()
    at = MsField(db_index=True)
    answered_at = MsField(null=True)


class EnquiryReading(DirectoryRow):
    """That a message was read: by whom, as the operator's machine knows them, and when. It goes after six months, as the message does."""

    enquiry = IdField(db_index=True)
    reader = TextField()
    at = MsField()

    class Meta:
        """Somebody read it."""

        constraints: ClassVar = [models.CheckConstraint(condition=~Q(reader=""), name="enquiry_read_by_somebody")]


class EnquiryDeletion(DirectoryRow):
    """That a message was deleted: by whom, as the operator's machine knows them, why, and when. It goes after six months."""

    enquiry = IdField(unique=True)
    by = TextField()
    why = TextField()
    at = MsField(db_index=True)

    class Meta:
        """Somebody deleted it, and said why."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=~(Q(by="") | Q(why="")), name="enquiry_deleted_by_somebody_for_a_reason")
        ]
