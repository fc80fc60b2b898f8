"""Another agency beside a story's: an invented probation service, and its staff as guests on the story's cases."""

from dataclasses import dataclass, field

from offmon.core.access.roles import Role
from offmon.core.access.sharing import SharingGround
from offmon.core.ids import Id
from offmon.server.agencies.actions import Sharing, do_grant_caseload, do_share_case
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from tests.support import accounts
from tests.support.story import Story

NAME = "An invented probation service"
AGENCY = (
    "insert into agencies_agency (id, name, force_code, origin, root, contact,"
    " office_hours, on_call_urgent, on_call_high, on_call_standard, duty_inspector, delay_days)"
    " values (%s, %s, '86P', 'other.invalid', %s, '86', 'every day, 8am to 6pm',"
    " 'the duty desk', 'the duty desk', 'the duty desk', 'the duty desk', 14)"
)
TEAM = "insert into agencies_team (id, agency_id, name) values (%s, %s, 'South')"


@dataclass
class Partner:
    """The other agency, with two offender managers and an evidence officer. Each as an actor on the story's cases."""

    story: Story
    agency: Id = field(default_factory=new_id)
    team: Id = field(default_factory=new_id)
    sharing: Id | None = None

    def __post_init__(self) -> None:
        with self.story.database.connect_as_owner() as owner:
            owner.execute(AGENCY.encode(), [self.agency, NAME, self.story.root.public.vkey])
            owner.execute(TEAM.encode(), [self.team, self.agency])
        self.officer = self.person("probation-officer", Role.OFFENDER_MANAGER)
        self.colleague = self.person("probation-colleague", Role.OFFENDER_MANAGER)
        self.evidence = self.person("probation-evidence", Role.EVIDENCE_OFFICER)
        self.admin = self.person("probation-admin", Role.TENANT_ADMIN)

    def person(self, sign_in: str, role: Role, password: str = "") -> Actor:
        """One more of its staff, as a guest."""
        guest = Actor(new_id(), role, self.team, self.story.agency, session=new_id(), home=self.agency)
        account = accounts.an_account(guest, sign_in, f"{sign_in} (invented)", password)
        accounts.add(self.story.database, account)
        self.story.show_factor(guest)
        return guest

    def is_party(self, *guests: Actor) -> "Partner":
        """The story's case is shared with it, and open to these of its staff."""
        story, why = self.story, "they supervise the licence"
        with story.console():
            sharing = Sharing(self.agency, SharingGround.LICENCE, "", why)
            self.sharing = do_share_case(story.case, sharing, actor=story.officer)
            for guest in guests:
                do_grant_caseload(story.case, guest.id, why, actor=story.officer)
        return self
