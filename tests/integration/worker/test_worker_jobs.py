"""Each job of the worker on a real database, as the worker's own role."""

import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from offmon.core import clock as time
from offmon.core.access.roles import Role
from offmon.core.authority.capability import Capability
from offmon.core.errors import Refused
from offmon.core.formats.event import NoteKind
from offmon.core.formats.keys import Algorithm
from offmon.core.formats.trust import KeyRole
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.states import DeploymentState, ProfileState
from offmon.server.audit import queries as log_queries
from offmon.server.audit.actions.sequence import SequencedLog
from offmon.server.audit.witness_client import WitnessClient
from offmon.server.base import clock
from offmon.server.base import signer as base_signer
from offmon.server.base.actor import Actor
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.base.signer import SignerClient
from offmon.server.deployments import queries as deployments
from offmon.server.deployments.actions import do_begin
from offmon.server.deployments.queries import asked_profiles
from offmon.server.deployments.queries.renewal import devices_to_renew
from offmon.server.intake.actions import do_use_nonce
from offmon.server.intake.queries import JournalView, journals, marked
from offmon.server.processes.worker import figures, jobs, locking
from offmon.server.processes.worker.claim import AgencyClaim
from offmon.server.processes.worker.job import Each, Job
from offmon.server.triage.actions.raising import do_group
from offmon.server.triage.queries.grown import ungrouped
from tests.integration.oversight.looking import do
from tests.integration.signer.test_noticed import authorise
from tests.prove.markers import proves
from tests.support.fake_device import FakeDevice
from tests.support.instant_witness import seed_key
from tests.support.story import INGEST, ORIGIN, Story
from tests.support.taken import overwrite, superuser
from tests.support.worker import turn, working


class NotedSigner(SignerClient):
    """Notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Id]] = []

    def sign_profile(self, profile: Id) -> None:
        self.asked.append(("profile", profile))

    def sign_list(self, row: Id) -> None:
        self.asked.append(("list", row))


def move_lease(story: Story, end: Ms) -> None:
    """As time would: no process may."""
    lease = [end - 30 * time.DAY_MS, end]
    with superuser(story) as hand:
        hand.execute("update deployments_profile set lease_since = %s, lease_until = %s", lease)


def test_a_new_device_is_asked_its_first_profile_for_once(story: Story) -> None:
    with story.running(Process.WORKER):
        assert jobs.renew(Each("renew"), story.worker)
        assert not jobs.renew(Each("renew"), story.worker)
        with scope(story.worker):
            assert len(asked_profiles()) == 1
    assert len(story.entries(Verb.PROFILE_ASKED)) == 1


@proves("S139", marked, disabled=lambda devices: frozenset([*devices]))
def test_monitoring_is_active_once_the_marker_page_was_seen_on_a_device_of_it(story: Story) -> None:
    def began() -> bool:
        with story.running(Process.WORKER):
            return jobs.begin(Each("begin"), story.worker)

    story.device.note(
        NoteKind.MARKER
    )  # before there was a profile: no device of ours does that, and the note alone is what counts
    story.sign(story.ask_profile())
    assert not began()
    assert state_of(story) is DeploymentState.NOTICE_SERVED
    story.send()
    assert began()
    assert not began(), "once"
    assert state_of(story) is DeploymentState.ACTIVE
    [moved] = story.entries(Verb.DEPLOYMENT_MOVED)
    assert moved.actor.id == story.worker.id


@pytest.mark.parametrize("kind", [one for one in NoteKind if one is not NoteKind.MARKER])
def test_no_other_note_begins_it(story: Story, kind: NoteKind) -> None:
    story.device.note(kind)
    story.send()
    with story.running(Process.WORKER):
        assert not jobs.begin(Each("begin"), story.worker)


def test_what_was_stopped_meanwhile_stays_so(story: Story) -> None:
    story.device.note(NoteKind.MARKER)
    story.send()
    do(story.database, "update deployments_deployment set state = 'ended'")
    with story.running(Process.WORKER):
        assert not jobs.begin(Each("begin"), story.worker)
        with pytest.raises(Refused, match="ended"):
            do_begin(story.deployment, actor=story.worker)


def state_of(story: Story) -> DeploymentState:
    with story.console():
        found = deployments.deployment_of(story.case, actor=story.officer)
    assert found is not None
    return found.state


def test_a_lease_is_renewed_in_its_last_seven_days_and_not_before(story: Story) -> None:
    story.sign(story.ask_profile())
    with story.running(Process.WORKER):
        assert not jobs.renew(Each("renew"), story.worker)
    do(
        story.database, "update orders_term set confirmed_at = confirmed_at - 60 * 86400000::bigint"
    )  # long before any lease
    move_lease(story, Ms(clock.now() + 8 * time.DAY_MS))
    with story.running(Process.WORKER):
        assert not jobs.renew(Each("renew"), story.worker)
    move_lease(story, Ms(clock.now() + 6 * time.DAY_MS))
    with story.running(Process.WORKER):
        assert jobs.renew(Each("renew"), story.worker)


def test_what_two_people_narrowed_is_asked_for_at_once_and_what_they_widened_waits_for_its_notice(
    story: Story,
) -> None:
    story.sign(story.ask_profile())

    def due() -> list[Id]:
        with story.running(Process.WORKER), scope(story.worker):
            return devices_to_renew(Ms(clock.now()), Ms(clock.now() - time.HOUR_MS))

    assert due() == []
    authorise(story, Capability.SITE)
    assert due() == [story.device.device]
    story.sign(story.ask_profile())
    assert due() == []
    authorise(story, Capability.SITE, Capability.PHRASE)
    assert due() == []


def test_a_refusal_is_not_asked_for_again_at_once_and_does_not_end_the_renewals(story: Story) -> None:
    story.sign(story.ask_profile())
    profile = story.ask_profile()
    refused = {"state": ProfileState.REFUSED.value, "refusal": "one-person"}
    overwrite(story, "deployments_profile", profile, refused)  # as a forged request's row would stand
    far = Ms(clock.now() + 365 * time.DAY_MS)
    with story.running(Process.WORKER), scope(story.worker):
        assert devices_to_renew(far, Ms(clock.now() - time.HOUR_MS)) == []
        assert devices_to_renew(far, Ms(clock.now() + time.HOUR_MS)) == [story.device.device]


def test_waiting_profiles_are_passed_to_the_signer_by_id(story: Story) -> None:
    profile, signer = story.ask_profile(), NotedSigner()
    with story.running(Process.WORKER):
        assert jobs.sign(Each("sign"), signer, story.worker)
    assert signer.asked == [("profile", profile)]


def test_a_signer_that_is_down_loses_nothing(story: Story, tmp_path: Path) -> None:
    story.ask_profile()
    with story.running(Process.WORKER):
        with pytest.raises(Refused, match="signer-unreachable"):
            jobs.sign(Each("sign"), SignerClient(tmp_path / "nobody"), story.worker)
        with scope(story.worker):
            assert len(asked_profiles()) == 1


@pytest.fixture
def stands_still(tmp_path: Path) -> Iterator[socket.socket]:
    """Where a signer was stopped: the kernel accepts for it, and nobody answers."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "signer"))
        listening.listen(8)
        listening.setblocking(False)
        yield listening


def test_a_signer_that_stands_still_is_waited_for_once_a_turn_and_not_for_long(
    story: Story, stands_still: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log, its witness and the alerts have the same thread: for five minutes a request, nothing of them went on."""
    assert base_signer.WAIT_S <= 5
    monkeypatch.setattr(base_signer, "WAIT_S", 0.05)
    story.ask_profile()
    story.ask_profile()
    signer, each = SignerClient(Path(stands_still.getsockname())), Each("sign")
    with story.running(Process.WORKER):
        turn = [
            Job("sign", lambda: jobs.sign(each, signer, story.worker)),
            Job("sequence", lambda: True),
        ]
        assert [job.turn(0.0) for job in turn] == [False, True]
        assert isinstance(turn[0].error, Refused)
        assert turn[0].error.code == "signer-unreachable"
    stands_still.accept()[0].close()
    with pytest.raises(BlockingIOError):
        stands_still.accept()


def test_a_journal_that_cannot_be_grouped_keeps_no_other_waiting(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    story.sign(story.ask_profile())
    first, grouped = story.device.device, list[Id]()
    for _ in range(2):
        story.disclose(1)
        story.send()
        story.device, story.sent = FakeDevice(INGEST), 0
        story.enrol()
        story.sign(story.ask_profile())

    def grouping(journal: JournalView, *, actor: Actor) -> int:
        if journal.device == first:
            raise ValueError("what stands in it is not what it should be")
        grouped.append(journal.device)
        return do_group(journal, actor=actor)

    monkeypatch.setattr(jobs, "do_group", grouping)
    with story.running(Process.WORKER):
        group = jobs.Grouping(story.worker)
        assert group()
        assert len(grouped) == 1
        monkeypatch.undo()
        assert not group()  # it is tried again later


def test_a_journal_is_grouped_when_it_has_grown(story: Story) -> None:
    story.sign(story.ask_profile())
    story.disclose(3)
    story.send()
    with story.running(Process.WORKER):
        group = jobs.Grouping(story.worker)
        assert group()
        assert not group()
    story.disclose(1)
    story.send()
    with story.running(Process.WORKER):
        assert group()


def test_after_the_first_look_only_journals_that_something_came_of_are_looked_at_and_all_again_each_minute(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.sign(story.ask_profile())
    story.disclose(1)
    story.send()
    looked: list[object] = []

    def noted(cases: object = None, *, actor: Actor) -> list[JournalView]:
        looked.append(cases)
        return ungrouped(cases, actor=actor)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "ungrouped", noted)
    with story.running(Process.WORKER):
        group, began = jobs.Grouping(story.worker), clock.now()
        assert group()
        group()
        assert looked == [None, {story.case}]
        monkeypatch.setattr(
            "offmon.server.processes.worker.jobs.clock.now", lambda: Ms(began + 2 * jobs.COMMITTED_WITHIN_MS)
        )
        group()
        monkeypatch.setattr(
            "offmon.server.processes.worker.jobs.clock.now", lambda: Ms(began + 2 * jobs.COMMITTED_WITHIN_MS + 1)
        )
        group()
        assert looked == [None, {story.case}, None], "nothing came for a minute, and nothing is read"


def test_a_journal_that_grows_while_it_is_grouped_is_grouped_once(story: Story) -> None:
    story.sign(story.ask_profile())
    story.disclose(2)
    story.send()
    with story.running(Process.WORKER):
        [before] = journals(actor=story.worker)
    story.disclose(3)
    story.send()
    with story.running(Process.WORKER):
        assert do_group(before, actor=story.worker) == 5
        assert do_group(before, actor=story.worker) == 0
        assert jobs.Grouping(story.worker)()


def test_the_log_is_sequenced_while_the_witness_is_down_and_cosigned_once_it_is_back(story: Story) -> None:
    log = SequencedLog(story.agency, ORIGIN, story.keys[KeyRole.LOG])
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers there
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        down = WitnessClient(address, seed_key("witness.invalid/down", Algorithm.COSIGNATURE).public)
        with story.running(Process.WORKER):
            seen = log_queries.latest_cosigned(story.worker)
            assert jobs.sequence(log, story.worker)
            with pytest.raises(jobs.WitnessSilent):
                jobs.witness(log, down, story.worker)
            assert log_queries.latest_cosigned(story.worker) == seen
            assert jobs.witness(log, story.witness, story.worker)
            assert log_queries.latest_cosigned(story.worker) != seen
            assert not jobs.witness(log, story.witness, story.worker)


def test_one_worker_an_agency_and_another_takes_over(story: Story) -> None:
    with story.running(Process.WORKER):
        first, second = AgencyClaim(story.agency), AgencyClaim(story.agency)
        assert first.take()
        assert first.take()
        assert not second.take()
        first.release()
        assert second.take()
        second.release()


def test_a_claim_whose_connection_died_gives_it_back_and_is_taken_anew(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, make = list[BaseDatabaseWrapper](), connections.create_connection

    def noted(alias: str) -> BaseDatabaseWrapper:
        made.append(make(alias))
        return made[-1]

    with story.running(Process.WORKER):
        monkeypatch.setattr(connections, "create_connection", noted)
        claim = AgencyClaim(story.agency)
        assert claim.take()
        with psycopg.connect(story.database.server.superuser_url) as superuser:
            superuser.execute("select pg_terminate_backend(%s, 5000)", [made[0].connection.info.backend_pid])
        assert not claim.take()
        assert made[0].connection is None
        assert claim.take()
        claim.release()
        assert [wrapper.connection for wrapper in made] == [None, None]


def test_the_worker_sees_which_lists_wait_and_not_what_they_look_for(story: Story) -> None:
    with story.database.connect(Process.WORKER) as connection:
        connection.execute("select set_config('offmon.agency', %s, true)", [story.agency])
        connection.execute("select id, approved_by, document from detectors_list_version")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select entries from detectors_list_version")


def test_a_worker_has_every_job_that_is_written(story: Story) -> None:
    """A job that is written, tested by itself and left out of the list is done by nobody."""
    with working(story) as known:
        run = {getattr(job.do, "func", job.do) for job in known.values()}
    ours = {
        name
        for module in (figures, jobs, locking)
        for name, one in vars(module).items()
        if getattr(one, "__module__", None) == module.__name__ and callable(one)
    }
    written = {name for name in ours if not name.startswith("_")} - {jobs.WitnessSilent.__name__}
    assert {getattr(one, "__name__", type(one).__name__) for one in run} == written


def test_a_worker_forgets_used_nonces_once_their_signatures_are_over(story: Story) -> None:
    """Each request leaves one, and it says when a device was in use; kept for good they are a record that nobody asked for."""
    with story.running(Process.INGEST):
        assert do_use_nonce("ab" * 32, "1f" * 16, Ms(clock.now() - time.HOUR_MS))
        assert do_use_nonce("ab" * 32, "2f" * 16, Ms(clock.now() + time.HOUR_MS))
    turn(story, "forget nonces")
    with story.running(Process.INGEST):
        assert do_use_nonce("ab" * 32, "1f" * 16, Ms(clock.now() + time.HOUR_MS))
        assert not do_use_nonce("ab" * 32, "2f" * 16, Ms(clock.now() + time.HOUR_MS))


def test_each_day_on_which_a_device_sent_a_heartbeat_is_one_entry_and_a_finding_is_none(story: Story) -> None:
    """Formats §6. The heartbeat goes whether or not anything was found; an entry by a batch would tell of a finding."""

    def days() -> list[tuple[Id | None, str | None, Role]]:
        for _ in range(2):  # each by a worker that has just begun, as after a crash
            turn(story, "note days")
        return [(one.case, one.reason, one.actor.role) for one in story.entries(Verb.DEVICE_DAY)]

    story.sign(story.ask_profile())
    story.disclose(1)
    story.send()
    assert days() == []
    story.send()
    today = time.local_day(clock.now())
    assert days() == [(story.case, today.isoformat(), Role.SERVICE)]
    story.send()
    assert len(days()) == 1
    do(story.database, "update intake_liveness set beat_at = beat_at - 2 * 86400000::bigint")
    before = time.local_day(Ms(clock.now() - 2 * time.DAY_MS))
    assert [day for _, day, _ in days()] == [today.isoformat(), before.isoformat()]
    [touched] = story.entries(Verb.DEVICE_DAY)[0].touched
    assert (touched.table, touched.id) == ("device", story.device.device)
    assert touched in story.entries(Verb.DEVICE_ENROLLED)[-1].touched
