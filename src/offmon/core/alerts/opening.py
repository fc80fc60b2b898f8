"""Which disclosures a bundle opens: those of the alerts, and the exhibits, that the asker chose (DPA 2018 s.37).

Rules
- The asker chooses alerts and a period. A disclosure of a chosen alert opens if its time is in the period. A chosen exhibit
  opens by itself.
- An alert that nobody decided, or that was decided *not a match* or *not this person*, stays closed. It opens only if the asker says why.
- So no court reads of an innocent visit, or of another person, because it lay in the same month.
- The asker may withhold single disclosures of a chosen alert, all of a page or none: for legal privilege, or because they are about
  another person. Each has a note, which is in the bundle. A chosen exhibit encloses none of them.
- A bundle from before chose by period alone (`alerts` is None), and opened all of it.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Final

from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.formats.commitment import WithholdingGround
from offmon.core.ids import Id, Ms
from offmon.core.log.records import DecisionOutcome, ExportRecord, LeafPlace, WithheldDisclosure

NOT_THEIRS: Final = frozenset({DecisionOutcome.NOT_A_MATCH, DecisionOutcome.NOT_THIS_PERSON})
TO_WITHHOLD: Final = (WithholdingGround.PRIVILEGE, WithholdingGround.THIRD_PARTY)
"""The grounds on which an asker withholds a disclosure."""


def stays_closed(outcome: DecisionOutcome | None) -> bool:
    """Whether an alert of that outcome opens only for a stated reason. None: nobody decided it."""
    return outcome is None or outcome in NOT_THEIRS


def check_opening(chosen: Iterable[Id], outcomes: Mapping[Id, DecisionOutcome], reason: str | None) -> None:
    """Raises Refused (`closed-without-reason`) where an alert is chosen that stays closed, and no reason is given."""
    if not (reason or "").strip() and any(stays_closed(outcomes.get(one)) for one in chosen):
        raise Refused(
            "closed-without-reason",
            "You chose an alert that is not decided, or was not a match or not this person. Enter why the court needs it.",
        )


def check_withholding(
    withheld: Sequence[WithheldDisclosure], of_alerts: Container[LeafPlace], of_exhibits: Container[LeafPlace]
) -> None:
    """Raises Refused unless each is of a chosen alert and of no chosen exhibit, and named once, with a ground and a note.

    `of_alerts`, `of_exhibits`: the disclosures of the chosen alerts and exhibits.
    """
    if not all(one.ground in TO_WITHHOLD and one.note.strip() for one in withheld):
        raise Refused(
            "withheld-without-ground", "Select a ground and enter a note for each disclosure that you withhold."
        )
    if any(one.leaf in of_exhibits for one in withheld):
        raise Refused(
            "withheld-exhibit",
            "You chose an exhibit of a disclosure that you withhold. Leave out the exhibit, then ask again.",
        )
    places = [one.leaf for one in withheld]
    if len(set(places)) != len(places) or not all(place in of_alerts for place in places):
        raise Refused(
            "withheld-not-chosen", "You withhold a disclosure twice, or one that is of no chosen alert. Choose again."
        )


def opens(
    export: ExportRecord, place: LeafPlace, at: Ms, of_alerts: Container[LeafPlace], of_exhibits: Container[LeafPlace]
) -> bool:
    """Whether the bundle opens the disclosure of that place and time (ms UTC).

    `of_alerts`, `of_exhibits`: the disclosures of the chosen alerts and exhibits.
    """
    if any(one.leaf == place for one in export.withheld):
        return False
    in_period = at in Period(export.opened_since, export.opened_until)
    if export.alerts is None:
        return in_period
    return place in of_exhibits or (in_period and place in of_alerts)
