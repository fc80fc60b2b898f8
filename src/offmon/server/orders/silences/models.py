"""Columns and constraints of permissions and exclusions (R-LEG-15, R-LEG-27).

Rules
- `why` None: the person was asked about exclusions on `asked_on`, and claimed none.
- A permission names one condition, one entry of a list, who gave it, how it was asked for, and its end.
- An exclusion names a weekly time or a site.
- Nobody changes one. It ends once, at that moment, by trigger too: an end that lies back would make a finding of what was permitted.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from offmon.core.authority.permission import AskedHow
from offmon.core.authority.silence import SilenceReason
from offmon.server.base.fields import EnumField, IdField, IntField, MsField, TextField, TextsField
from offmon.server.base.rows import CaseRow

_NO_WEEK = Q(days=[], week_since=None, week_until=None)
_NO_ENTRY = Q(term=None, of_list=None, rule=None, given_by=None, given_name=None, asked_how=None)


class SilenceRow(CaseRow):
    """A permission, an exclusion, or the answer that none is claimed. Times in ms UTC, `asked_on` in ISO 8601.

    `days`: 1 (Monday) to 7; `week_since` and `week_until`: minutes of the day in Europe/London. `said`: what the person reads.
    """

    KIND = "silence"
    COMMITS = (
        *(
            "why",
            "term",
            "of_list",
            "rule",
            "site",
            "days",
            "week_since",
            "week_until",
            "since",
            "until",
            "said",
            "said_welsh",
        ),
        *("given_by", "given_name", "asked_how", "asked_on", "recorded_by", "recorded_at", "ended_by", "ended_at"),
    )

    why = EnumField(SilenceReason, null=True)
    term = IdField(null=True)
    of_list = IdField(null=True)
    rule = TextField(null=True)
    site = TextField(null=True)
    days = TextsField(default=list)
    week_since = IntField(null=True)
    week_until = IntField(null=True)
    since = MsField()
    until = MsField(null=True)
    said = TextField(default="")
    said_welsh = TextField(null=True)
    given_by = IdField(null=True)
    given_name = TextField(null=True)
    asked_how = EnumField(AskedHow, null=True)
    asked_on = TextField(null=True)
    recorded_by = IdField()
    recorded_at = MsField()
    ended_by = IdField(null=True)
    ended_at = MsField(null=True)

    class Meta(CaseRow.Meta):
        """A permission, an exclusion or an answer is whole, and nothing else."""

        db_table = "orders_silence"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    why=SilenceReason.PERMISSION.value,
                    term__isnull=False,
                    of_list__isnull=False,
                    rule__isnull=False,
                    given_by__isnull=False,
                    given_name__isnull=False,
                    asked_how__isnull=False,
                    until__isnull=False,
                    until__gt=F("since"),
                    site=None,
                )
                & _NO_WEEK
                | Q(why__isnull=False, asked_on__isnull=False, until=None)
                & ~Q(why=SilenceReason.PERMISSION.value)
                & _NO_ENTRY
                & (
                    _NO_WEEK & Q(site__isnull=False)
                    | Q(site=None, week_since__gte=0, week_until__gt=F("week_since"), week_until__lte=1440)
                    & ~Q(days=[])
                )
                | Q(why=None, asked_on__isnull=False, site=None, until=None) & _NO_ENTRY & _NO_WEEK,
                name="silence_whole",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="silence_ended_by_someone",
            ),
        ]
