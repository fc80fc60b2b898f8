"""A story twenty days later: the delay is over, its days are sealed, and the device has been heard of since.

The tables' owner moves the times, as nobody else can: a test cannot wait.
"""

from datetime import date

from offmon.core import clock as time
from offmon.core.ids import Ms
from offmon.server.agencies.queries import team_names
from offmon.server.audit.actions.looks import do_seal_looks
from offmon.server.base import clock
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from tests.support.story import Story

AGO_MS = 20 * time.DAY_MS
SEALED_AGO_MS = 18 * time.DAY_MS
OLD = {
    "intake_batch": "received_at",
    "audit_entry": "at",
    "audit_checkpoint": "cosigned_at",
    "deployments_device": "enrolled_at",
}


def make_old(story: Story) -> date:
    """What was sent and looked at was so twenty days ago, as time would have it; the day."""
    with story.database.connect_as_owner() as owner:
        for table, column in OLD.items():
            owner.execute(f"alter table {table} no force row level security, disable trigger user".encode())
            owner.execute(f"update {table} set {column} = {column} - %s".encode(), [AGO_MS])  # noqa: S608
            owner.execute(f"alter table {table} force row level security, enable trigger user".encode())
    return time.local_day(Ms(clock.now() - AGO_MS))


def came(story: Story, at: Ms) -> None:
    """What the agency has of devices came then."""
    with story.database.connect_as_owner() as owner:
        owner.execute("alter table intake_batch no force row level security, disable trigger user")
        owner.execute("update intake_batch set received_at = %s", [at])
        owner.execute("alter table intake_batch force row level security, enable trigger user")


def heard(story: Story, at: Ms) -> None:
    """The last that the device said was a heartbeat then."""
    with story.database.connect_as_owner() as owner:
        owner.execute("alter table intake_liveness no force row level security")
        owner.execute("update intake_liveness set heard_at = %s, beat_at = %s", [at, at])
        owner.execute("alter table intake_liveness force row level security")


def seal(story: Story) -> None:
    """Someone looked twenty days ago; that day was sealed and witnessed two days later; and the device was heard of ever since."""
    story.alert()
    seal_day(story, make_old(story))
    witnessed(story, Ms(clock.now() - SEALED_AGO_MS))
    heard(story, Ms(clock.now() + time.HOUR_MS))


def seal_day(story: Story, day: date) -> None:
    """The worker seals that day, and the log is witnessed: now."""
    with story.running(Process.WORKER):
        with scope(story.worker):
            teams = team_names()
        do_seal_looks(day, teams, actor=story.worker)
    story.publish()


def witnessed(story: Story, at: Ms) -> None:
    """What was witnessed within the last hour was so then."""
    with story.database.connect_as_owner() as owner:
        owner.execute("alter table audit_checkpoint no force row level security, disable trigger user")
        since = clock.now() - time.HOUR_MS
        owner.execute("update audit_checkpoint set cosigned_at = %s where cosigned_at > %s", [at, since])
        owner.execute("alter table audit_checkpoint force row level security, enable trigger user")
