"""Who is called about an alert: whoever must look, when it is opened or becomes graver, and whoever it is passed on to (issue 20).

The act's own entry names the row, so that the case's log has as many entries as where nobody is called (no tip-off).
"""

from offmon.core.ids import Id
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.reaching.actions import call
from offmon.server.triage.models import Alert, Called


def called(alert: Alert, staff: Id | None, *, actor: Actor) -> list[Called]:
    """Call `staff` about an alert, in the transaction that is open: the row for its entry to name. Nobody where `staff` is None."""
    if staff is None:
        return []
    message = call(staff, alert.gravity, actor=actor)
    row = Called(agency=alert.agency, case=alert.case, alert=alert, message=message, staff=staff, at=clock.now())
    row.save(force_insert=True)
    return [row]
