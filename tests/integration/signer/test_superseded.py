"""No request restores what two people replaced, whoever's role wrote its row (formats §4; R-LEG-24)."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import psycopg
from django.db import connection

from offmon.core.authority.capability import Capability
from offmon.core.log.attribution import check_not_superseded
from offmon.core.log.audit import Verb
from offmon.core.states import ProfileState
from offmon.server.base.scope import scope
from offmon.server.base.signer import SignerClient
from offmon.server.deployments.actions import do_authorise
from offmon.server.deployments.models import Authorisation
from tests.integration.signer.test_noticed import authorise, signed
from tests.integration.signer.test_sign import TABLE, device_of, request
from tests.prove.markers import proves
from tests.support.story import ANSWERS, Story
from tests.support.taken import forge, insert, name, taken_console


def narrowed(story: Story, signer: SignerClient) -> str:
    """Two people authorise less than before, and the device is given that. The authorisation whose place it took."""
    wide = story.authorisation
    assert signed(story, signer) == (ProfileState.SIGNED, None)
    authorise(story, Capability.SITE)
    assert signed(story, signer) == (ProfileState.SIGNED, None)
    return wide


def refused(story: Story) -> None:
    """Nothing more was signed, and row and log say why."""
    view = device_of(story)
    assert view.profile is not None
    assert (view.profile.state, view.refusal) == (ProfileState.REFUSED, "superseded")
    assert [entry.reason for entry in story.entries(Verb.PROFILE_SIGNED)] == [None, None, "superseded"]


@proves("S90", check_not_superseded, disabled=lambda authorisation, known, log: None)
def test_the_console_s_role_brings_back_nothing(story: Story, signer: SignerClient) -> None:
    row = request(story, version=3, authorisation_id=narrowed(story, signer))
    forge(story, Verb.PROFILE_ASKED, TABLE, row)
    signer.sign_profile(row["id"])
    refused(story)


def test_nor_does_the_worker_s(story: Story, signer: SignerClient) -> None:
    row = request(story, version=3, authorisation_id=narrowed(story, signer), asked_by=story.worker.id)
    with story.database.connect("offmon_worker") as worker:
        worker.execute("select set_config('offmon.agency', %s, true)", [story.agency])
        insert(worker, TABLE, row)
        name(worker, story, Verb.PROFILE_ASKED, TABLE, row["id"], by=story.worker)
    signer.sign_profile(row["id"])
    refused(story)


def test_nor_does_it_help_to_say_once_more_that_it_was_authorised(story: Story, signer: SignerClient) -> None:
    wide = narrowed(story, signer)
    with story.console(), scope(story.officer):
        as_it_stands = Authorisation.objects.get(id=wide).touched()
    with taken_console(story) as console:
        authorised = Verb.DEPLOYMENT_AUTHORISED
        name(console, story, authorised, "deployments_authorisation", wide, as_it_stands, by=story.authoriser)
    row = request(story, version=3, authorisation_id=wide)
    forge(story, Verb.PROFILE_ASKED, TABLE, row)
    signer.sign_profile(row["id"])
    refused(story)


def test_a_draft_takes_nobody_s_place(story: Story, signer: SignerClient) -> None:
    assert signed(story, signer) == (ProfileState.SIGNED, None)
    story.draft()
    assert signed(story, signer) == (ProfileState.SIGNED, None)


def until_it_waits(story: Story, done: "Future[None]") -> None:
    """Look until the act waits for the lock of the deployment, its transaction without a number yet."""
    waiting = (
        "select from pg_locks held join pg_stat_activity on held.pid = pg_stat_activity.pid"
        " where locktype = 'advisory' and not granted and datname = current_database() and backend_xid is null"
    )
    with psycopg.connect(story.database.server.superuser_url, dbname=story.database.name, autocommit=True) as watching:
        while not watching.execute(waiting).fetchall():
            assert not done.done(), "it waited for nobody"


def close() -> None:
    """The connection of the thread that calls it."""
    connection.close()


def waits(story: Story, act: Callable[[], None]) -> None:
    """That the act is done once another transaction has let the deployment go, and waits until then."""
    with ThreadPoolExecutor(1) as pool, story.database.connect("offmon_signer") as other:
        other.execute("select audit_hold_deployment(%s)", [story.deployment])
        done = pool.submit(act)
        until_it_waits(story, done)
        other.rollback()
        done.result()
        pool.submit(close).result()


def test_what_is_signed_and_what_is_authorised_wait_for_each_other_before_they_write(
    story: Story, signer: SignerClient
) -> None:
    """Else the log could have an authorisation before a signature that knew nothing of it, and an honest bundle would not verify."""
    asked = story.ask_profile()
    waits(story, lambda: signer.sign_profile(asked))
    story.draft()
    with story.console():
        waits(story, lambda: do_authorise(story.authorisation, ANSWERS, actor=story.authoriser))
    assert len(story.entries(Verb.DEPLOYMENT_AUTHORISED)) == 2
    assert device_of(story).refusal is None
