"""Records that an agency's administrator checked its contact, by the real action, so that the log says so."""

from offmon.core.access.roles import Role
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.actions import do_check_contact
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from tests.support import accounts
from tests.support.story import Story


def administrator(story: Story) -> Actor:
    """One more of the story's staff, who sets nothing up and signs in nowhere."""
    admin = Actor(new_id(), Role.TENANT_ADMIN, story.officer.team, story.agency)
    accounts.add(story.database, accounts.an_account(admin, f"admin {admin.id}", "Admin Invented"))
    return admin


def contact_checked(story: Story) -> Actor:
    """Checked now, by whom is returned."""
    admin = administrator(story)
    with story.console():
        do_check_contact(agencies.agency(story.agency).contact, actor=admin)
    return admin
