"""One case twice: as it was, and with a finding. A comparison shows what discloses that finding.

The second is a copy of the first with its database, so that ids and times are the same. The person is signed in to both.
"""

import copy
import os
from dataclasses import dataclass
from pathlib import Path

from offmon.core.access.portal_access import WayIn
from offmon.core.formats.event import Body, GapReason
from offmon.server.base.policies import Process
from tests.database import Database
from tests.integration.portal.person import Person, environment, portal
from tests.support.kept import given_a_profile
from tests.support.story import Story

PARTNER = Body("https://listed.invalid/?q=inert-partner-marker", "inert-partner-marker", "listed.invalid", None, None)
"""What somebody else searched for in the account."""


def begins_anew(story: Story) -> None:
    """The device closes its journal and begins another; nothing is sent yet."""
    story.device.begin_epoch()
    story.sent = 0


@dataclass(frozen=True)
class Monitored:
    """A case with a device that was heard of, and the person's way in. `sitting`: the cookie of a browser that has signed in."""

    story: Story
    way_in: WayIn
    sitting: str

    @classmethod
    def begin(cls, database: Database, folder: Path) -> "Monitored":
        """Play it so far that something could be found."""
        story = Story(database, folder)
        given_a_profile(story)
        story.device.note()
        story.device.gap(GapReason.AGENT_DOWN)
        story.send()
        story.publish()
        person = Person(story)
        way_in = person.is_given_a_way_in()
        with portal(story):
            person.begins(way_in)
        return cls(story, way_in, person.browser.cookies["__Host-sitting"].value)

    def twin(self, database: Database) -> "Monitored":
        """The same on a copy of its database, where something is found, sent, grouped, looked at and decided."""
        story = copy.copy(self.story)
        story.database, story.device, story.alerts = database, self.story.device.clone(), []
        story.disclose(7, body=PARTNER)
        story.send()
        story.disclose(2)
        story.device.gap(GapReason.QUEUE_FULL)
        story.device.gap(GapReason.QUARANTINED)
        story.send()
        # What waited is dropped, or the store breaks where it is kept: the journal begins anew.
        begins_anew(story)
        story.device.gap(GapReason.STORE_DAMAGED)
        story.send()
        story.group()
        story.alert()
        story.decide()
        story.publish()
        return Monitored(story, self.way_in, self.sitting)

    def environment(self, host: str) -> dict[str, str]:
        """What the portal's own process is told."""
        database = {"OFFMON_DATABASE_URL": self.story.database.url(Process.PORTAL)}
        return {"PATH": os.environ["PATH"]} | database | environment(self.story, host)
