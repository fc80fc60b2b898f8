"""What a bundle is asked to open."""

from offmon.core.clock import Period
from offmon.server.base.scope import scope
from offmon.server.evidence.actions import ExportRequest
from offmon.server.triage.queries.choosing import ids_of
from tests.support.story import Story


def everything(story: Story, recipient: str, reason: str, opened: Period) -> ExportRequest:
    """Every alert of the case, for a stated reason those too that stay closed otherwise. Inside the console."""
    with scope(story.officer):
        alerts = tuple(ids_of(story.case))
    return ExportRequest(recipient, reason, opened, alerts=alerts, closed_reason="The court asked for everything.")
