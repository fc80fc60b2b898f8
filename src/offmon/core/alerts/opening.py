"""Which disclosures a bundle opens: those of the alerts, and the exhibits, that the asker chose (DPA 2018 s.37).

Rules
- The asker chooses alerts and a period. A disclosure of a chosen alert opens if its time is in the period. A chosen exhibit
  opens by itself.
- An alert that nobody decided, or that was decided *not a match* or *not this person*, stays closed. It opens only if the asker says why.
- So no court reads of an innocent visit, or of another person, because it lay in the same month.
- A bundle from before chose by period alone (`alerts` is None), and opened all of it.
"""

from collections.abc import Container, Iterable, Mapping
from typing import Final

from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.records import DecisionOutcome, ExportRecord

NOT_THEIRS: Final = frozenset({DecisionOutcome.NOT_A_MATCH, DecisionOutcome.NOT_THIS_PERSON})


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


def opens[Named](
    export: ExportRecord, named: Named, at: Ms, of_alerts: Container[Named], of_exhibits: Container[Named]
) -> bool:
    """Whether the bundle opens the disclosure of that time (ms UTC), named by its place or its row.

    `of_alerts`, `of_exhibits`: the disclosures of the chosen alerts and exhibits, named alike.
    """
    in_period = at in Period(export.opened_since, export.opened_until)
    if export.alerts is None:
        return in_period
    return named in of_exhibits or (in_period and named in of_alerts)
