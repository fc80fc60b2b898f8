"""What lists came to where they were used: alerts and time, for the forecast of a setting (R-LEG-24).

Rules
- Only monitoring that is open to the actor counts, by row-level security. Figures name no case and no person: no consultation.
- An alert counts once, on the day it was opened, whatever was decided of it.
"""

from collections.abc import Mapping
from typing import Final

from offmon.core.authority.settings import Seen
from offmon.core.clock import DAY_MS
from offmon.core.ids import Id, Ms, Versioned
from offmon.server.deployments.queries.settings import uses_since
from offmon.server.triage.models import Alert

WINDOW_MS: Final = 84 * DAY_MS


def seen_of(names: Mapping[Id, Versioned], at: Ms) -> dict[Id, Seen]:
    """By list, what it came to in the twelve weeks before `at`; a list that nobody used is not there. Inside the scope that is open."""
    uses = [one for one in uses_since(Ms(at - WINDOW_MS), at) if one.list in names]
    rows = Alert.objects.filter(deployment__in={one.deployment for one in uses}, list_name__in=names.values())
    opened = list(rows.values_list("deployment", "list_name", "opened_at"))
    found: dict[Id, Seen] = {}
    for use in uses:
        alerts = sum(
            (use.deployment, names[use.list]) == (deployment, name) and use.since <= opened_at < use.until
            for deployment, name, opened_at in opened
        )
        before = found.get(use.list, Seen(0, 0))
        found[use.list] = Seen(before.alerts + alerts, before.time_ms + use.until - use.since)
    return found
