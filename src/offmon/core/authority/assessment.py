"""The data protection impact assessment: nothing is collected that was not assessed first (DPA 2018 ss.64-65; R-DPA-31).

Rules
- An assessment covers kinds of collection and the sources that they read.
- It counts from the data protection officer's signature until it is due for review. Another person prepared it. It does not count while the
  ICO was consulted and has not answered (s.65).
- Each granted kind needs cover for each source that it reads. A new kind or source stays locked until an assessment of it is signed.
  Several assessments may share the cover, so a new source needs only its own.
- A lease ends no later than the assessments that it rests on. A device out of reach obeys its lease to the end, and then stops by itself.
- The ICO has six weeks, and one month more if it says so within the first month (s.65(5)-(6)). Silence after that is no answer: a person
  asks the ICO, and records what it said.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from offmon.core.authority.capability import Capability, Source
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.kinds import InBundle, RecordKind, at
from offmon.core.log.verbs import Verb


class AssessmentStanding(StrEnum):
    """How an assessment stands. Only one in force lets anything be collected. In the order of how near to that each is."""

    IN_FORCE = "in_force"
    WAITING = "waiting_for_the_ico"
    UNSIGNED = "unsigned"
    DUE = "due_for_review"


@dataclass(frozen=True, slots=True)
class Assessment:
    """An assessment as recorded from its document. Times in ms UTC.

    `document` is the digest of the document; `signed_by` the data protection officer. `review_by`: from then on it no longer counts.
    `asked_at`, `answered_at`: the prior consultation of the ICO (s.65), None where none was due; `extended`: the ICO took its month more.
    """

    KIND: ClassVar[str] = "assessment"
    RECORD: ClassVar = RecordKind(
        made={Verb.ASSESSMENT_PREPARED},
        changed={Verb.ASSESSMENT_SIGNED, Verb.ASSESSMENT_PUT_TO_ICO},
        times=(at("prepared_at", Verb.ASSESSMENT_PREPARED), at("signed_at", Verb.ASSESSMENT_SIGNED)),
        bundle=InBundle.NEVER,  # of no case
    )

    id: Id
    agency: Id
    title: str
    capabilities: tuple[Capability, ...]
    sources: tuple[Source, ...]
    document: Digest
    prepared_by: Id
    prepared_at: Ms
    review_by: Ms
    signed_by: Id | None
    signed_at: Ms | None
    asked_at: Ms | None
    answered_at: Ms | None
    extended: bool
