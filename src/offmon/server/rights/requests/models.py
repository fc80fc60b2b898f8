"""The steps of a request. A step is never changed, and the request itself stays as received.

The words of a step are enclosed with the agency's column key, which the portal lacks. The answer itself is the person's to read: it is
enclosed with the person's key (`base/columns`). The portal reads of a step its kind, its day and the answer.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from offmon.core.ids import Id
from offmon.core.person.deadlines import Channel, RequestOutcome, RequestStage
from offmon.server.base.fields import BytesField, EnumField, IdField, MsField, reference
from offmon.server.base.rows import CaseRow


class RequestStep(CaseRow):
    """One step of a request. `on`: the day of it as stated, `at`: when it was entered. `taken_by`: who took down what was said."""

    KIND = "request-step"
    COMMITS = ("request", "what", "on", "by", "at", "how", "taken_by", "outcome", "words", "answer")

    request = reference("rights.Request")
    request_id: Id
    what = EnumField(RequestStage)
    on = MsField()
    by = IdField()
    at = MsField()
    how = EnumField(Channel, null=True)
    taken_by = IdField(null=True)
    outcome = EnumField(RequestOutcome, null=True)
    words = BytesField(null=True)
    answer = BytesField(null=True)

    class Meta:
        """Each step once, and whole: how it came and who took it down, why it was shared, or how the person was told and in which words."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "what"], name="requeststep_once"),
            models.CheckConstraint(
                condition=Q(
                    what=RequestStage.TAKEN_DOWN, how__isnull=False, taken_by__isnull=False, words=None, outcome=None
                )
                | Q(what=RequestStage.TAKEN_UP, how=None, taken_by=None, words=None, outcome=None)
                | Q(what=RequestStage.SHARED, how=None, taken_by=None, words__isnull=False, outcome=None)
                | Q(what=RequestStage.EXTENDED, how__isnull=False, taken_by=None, words__isnull=False, outcome=None)
                | Q(what=RequestStage.ANSWERED, how__isnull=False, taken_by=None, words=None),
                name="requeststep_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(what=RequestStage.ANSWERED, answer__isnull=False)
                | (~Q(what=RequestStage.ANSWERED) & Q(answer=None)),
                name="requeststep_answers_in_words",
            ),
        ]
