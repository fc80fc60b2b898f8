"""That whoever an alert came to answered: they have it, and nothing is decided yet (issue 20)."""

from dataclasses import dataclass
from typing import ClassVar

from offmon.core.ids import Id, Ms
from offmon.core.log.kinds import RecordKind, at
from offmon.core.log.verbs import Verb


@dataclass(frozen=True, slots=True)
class AcknowledgementRecord:
    """That somebody acknowledged an alert: who, and when. With its hand-overs it says who was told and who answered."""

    KIND: ClassVar[str] = "acknowledgement"
    RECORD: ClassVar = RecordKind(made={Verb.ALERT_ACKNOWLEDGED}, times=(at("at", Verb.ALERT_ACKNOWLEDGED),))

    id: Id
    alert: Id
    by: Id
    at: Ms
