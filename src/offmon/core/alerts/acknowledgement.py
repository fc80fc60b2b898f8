"""To whom an alert went, and that they answered: they have it, and nothing is decided yet (issue 20)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from offmon.core.ids import Id, Ms
from offmon.core.log.kinds import RecordKind, at, before
from offmon.core.log.verbs import Verb


class Holder(StrEnum):
    """Whose it is to look at an alert."""

    OWNER = "owner"
    FIRST_ON_CALL = "first_on_call"
    SECOND_ON_CALL = "second_on_call"
    SUPERVISOR = "supervisor"
    DUTY_INSPECTOR = "duty_inspector"


@dataclass(frozen=True, slots=True)
class HandoverRecord:
    """That an alert went on to the next person. `staff` None: the duty inspector, where the rota names nobody.

    `since`: when whoever had it before had got it. Nothing else of the alert changed.
    """

    KIND: ClassVar[str] = "handover"
    RECORD: ClassVar = RecordKind(
        made={Verb.ALERT_PASSED_ON}, times=(at("at", Verb.ALERT_PASSED_ON), before("since", Verb.ALERT_PASSED_ON))
    )

    id: Id
    alert: Id
    to: Holder
    staff: Id | None
    since: Ms
    at: Ms


@dataclass(frozen=True, slots=True)
class AcknowledgementRecord:
    """That somebody acknowledged an alert: who, and when. With its hand-overs it says who was told and who answered."""

    KIND: ClassVar[str] = "acknowledgement"
    RECORD: ClassVar = RecordKind(made={Verb.ALERT_ACKNOWLEDGED}, times=(at("at", Verb.ALERT_ACKNOWLEDGED),))

    id: Id
    alert: Id
    by: Id
    at: Ms
