"""A compromised console's row in another agency's scope takes no place of ours: a pause, a first profile, an app.

One console process serves every agency, and a unique key on a reference ignores whose row it is (R-SEC-9; R-AI-1; design §5).
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import psycopg
import pytest

from offmon.core.states import ListState, ProfileState
from offmon.server.base.ids import new_id
from offmon.server.base.signer import SignerClient
from offmon.server.detectors import queries
from offmon.server.detectors.actions import do_pause
from tests.integration.signer.test_noticed import signed
from tests.integration.signer.test_second_person import another_agency
from tests.integration.signer.test_sign import TABLE, request
from tests.prove.markers import proves
from tests.support.fake_device import now
from tests.support.story import Story
from tests.support.taken import Elsewhere, insert


@dataclass(frozen=True)
class Another:
    """An agency whose console it is too, and a case of its own on its officer's caseload."""

    there: Elsewhere
    story: Story

    @contextmanager
    def refused(self) -> Iterator["psycopg.Connection[Any]"]:
        """The console's role in that officer's scope; what is written in the block is refused as of another's row."""
        with self.story.database.connect("offmon_console") as console:
            scope = (("offmon.agency", self.there.agency), ("offmon.actor", self.there.officer.id))
            for setting, value in scope:
                console.execute("select set_config(%s, %s, true)", [setting, value])
            with pytest.raises(psycopg.errors.CheckViolation) as refusal:
                yield console
            assert refusal.value.diag.constraint_name == "of_its_parent"


@pytest.fixture
def another(story: Story) -> Another:
    agency = another_agency(story)
    theirs, case = replace(story.officer, id=new_id(), agency=agency), new_id()
    with psycopg.connect(story.database.server.superuser_url, dbname=story.database.name) as superuser:
        superuser.execute("set session_replication_role = replica")
        superuser.execute(
            'insert into agencies_caseload (id, agency, "case", salt, staff_id, since, reason, granted_by)'
            " values (%s, %s, %s, '', %s, 0, 'theirs', %s)",
            [new_id(), agency, case, theirs.id, theirs.id],
        )
    return Another(Elsewhere(agency, case, theirs), story)


@proves("S91", drop="drop trigger of_its_parent on detectors_pause")
def test_a_list_is_paused_once_by_its_own_agency(story: Story, signer: SignerClient, another: Another) -> None:
    with story.console():
        site = next(line for line in queries.register(actor=story.officer)[0] if line.name == "site-list@1")
    there = Elsewhere(another.there.agency, None, another.there.officer)
    row = {
        "id": new_id(), "agency": there.agency, "salt": secrets.token_bytes(32), "version_id": site.id,
        "paused_by": there.officer.id, "paused_at": now(), "reason": "x",
    }  # fmt: skip
    with another.refused() as console:
        insert(console, "detectors_pause", row)
    with story.console():
        do_pause(site.id, "Wrong entries.", actor=story.supervisor)
        [state] = [line.state for line in queries.register(actor=story.officer)[0] if line.id == site.id]
    assert state is ListState.PAUSED
    assert signed(story, signer) == (ProfileState.REFUSED, "unknown-list")


@proves("S95", drop="drop trigger of_its_parent on deployments_profile")
def test_a_device_s_first_profile_is_asked_for_where_the_device_is(
    story: Story, signer: SignerClient, another: Another
) -> None:
    row = request(story, agency=another.there.agency, case=another.there.case)
    with another.refused() as console:
        insert(console, TABLE, row)
    signer.sign_profile(story.ask_profile())


def test_somebody_s_authenticator_app_stands_with_their_own_agency(story: Story, another: Another) -> None:
    """Whose first app it would have been could set none up, and not sign in."""
    place = {"id": new_id(), "agency": another.there.agency, "salt": secrets.token_bytes(32)}
    row = place | {"staff_id": story.stranger.id, "last_step": 0, "recovery": []}
    with another.refused() as console:
        insert(console, "agencies_secondfactor", row)
