"""What a person agreed to is monitored beside what a court ordered, and stops when they withdraw it, by whichever door (R-LEG-20)."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import IntegrityError

from offmon.core import clock
from offmon.core.authority.agreement import Door, Withdrawal
from offmon.core.authority.capability import Capability
from offmon.core.authority.standstill import Why
from offmon.core.errors import Refused
from offmon.core.formats.event import NoteKind
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.states import DeploymentState
from offmon.server.base.actor import supervised_person
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.deployments.actions import do_resume, do_stop
from offmon.server.orders.actions import do_end_instrument
from offmon.server.orders.agreements.actions import do_take_down_withdrawal, do_withdraw
from offmon.server.orders.queries import check_withdrawals, withdrawals_of
from offmon.server.processes.worker import jobs
from offmon.server.processes.worker.job import Each
from offmon.server.rights.agreements.actions import do_stop_agreed
from offmon.server.rights.agreements.queries import agreed
from tests.database import Database
from tests.integration.signer.test_reviewed import asked
from tests.integration.signer.test_sign import device_of
from tests.prove.markers import proves
from tests.support.agreed import agreed_to
from tests.support.fake_device import new_id, now
from tests.support.story import Story
from tests.support.taken import superuser


@dataclass
class Agreed:
    """A story and the item of it that the person agreed to."""

    story: Story
    item: Id

    def granted(self) -> set[Capability]:
        """What the device's next profile lets it collect."""
        self.story.sign(self.story.ask_profile())
        return {grant.kind for grant in self.story.profiles[-1].grants}

    def withdrawals(self) -> tuple[Withdrawal, ...]:
        with self.story.console(), scope(self.story.officer):
            return withdrawals_of(self.story.case)

    def stop(self, *items: Id) -> bool:
        """The person ticks these on their own page."""
        person = supervised_person(self.story.agency, self.story.case, new_id(), new_id())
        with self.story.running(Process.PORTAL):
            assert [one.term for one in agreed(actor=person)] == [self.item]
            stopped = do_stop_agreed(items, actor=person)
            assert bool(agreed(actor=person)) is not stopped
        return stopped

    def work(self) -> bool:
        with self.story.running(Process.WORKER):
            return jobs.withdraw(Each("withdraw"), self.story.worker)


@pytest.fixture
def one(empty: Database, tmp_path: Path) -> Agreed:
    story = agreed_to(Story(empty, tmp_path))
    [item] = story.profiles[-1].agreed
    return Agreed(story, item)


def test_it_stops_on_the_persons_own_page_and_what_a_court_ordered_goes_on(one: Agreed) -> None:
    assert not one.stop(one.story.terms[Capability.PHRASE], new_id())
    assert one.withdrawals() == ()
    assert one.stop(one.item)
    [withdrawn] = one.withdrawals()
    assert (withdrawn.term, withdrawn.door) == (one.item, Door.PORTAL)
    assert one.granted() == {Capability.PHRASE}
    assert one.story.profiles[-1].agreed == ()
    [entry] = one.story.entries(Verb.TERM_WITHDRAWN)
    assert entry.reason is None  # nobody asks why


def test_it_stops_at_the_device_as_of_when_the_person_pressed_there(one: Agreed) -> None:
    pressed = Ms(now() - clock.HOUR_MS)
    one.story.device.note(NoteKind.AGREEMENT_WITHDRAWN, one.item, pressed)
    one.story.device.note(NoteKind.AGREEMENT_WITHDRAWN, one.item, Ms(pressed + 1))  # written twice, it withdraws once
    assert not one.work()
    one.story.send()
    assert one.work()
    assert not one.work()
    [withdrawn] = one.withdrawals()
    assert (withdrawn.term, withdrawn.door, withdrawn.withdrawn_at) == (one.item, Door.DEVICE, pressed)
    assert one.granted() == {Capability.PHRASE}


def test_a_clock_that_is_set_back_takes_nothing_that_came_before(one: Agreed) -> None:
    one.story.disclose(1)
    one.story.send()
    came = now()
    one.story.device.note(NoteKind.AGREEMENT_WITHDRAWN, one.item, Ms(came - 30 * clock.DAY_MS))
    one.story.send()
    assert one.work()
    [withdrawn] = one.withdrawals()
    assert came - clock.MINUTE_MS < withdrawn.withdrawn_at <= withdrawn.known_at


def test_it_can_be_withdrawn_while_monitoring_is_suspended_and_does_not_come_back(one: Agreed) -> None:
    with one.story.console():
        reason = "in prison"
        do_stop(one.story.deployment, DeploymentState.SUSPENDED, Why.CUSTODY, reason, actor=one.story.officer)
    one.story.sign(one.story.ask_profile())
    assert one.story.profiles[-1].grants == ()
    assert one.stop(one.item)
    with one.story.console():
        do_resume(one.story.deployment, "released", actor=one.story.officer)
    assert one.granted() == {Capability.PHRASE}


def test_a_device_withdraws_nothing_that_a_court_ordered_or_that_is_of_nobody_here(one: Agreed) -> None:
    for term in (one.story.terms[Capability.PHRASE], new_id()):
        one.story.device.note(NoteKind.AGREEMENT_WITHDRAWN, term)
    one.story.send()
    assert not one.work()
    assert one.withdrawals() == ()


def test_it_stops_when_the_person_tells_an_officer(one: Agreed) -> None:
    with one.story.console():
        told = Ms(now() - clock.MINUTE_MS)
        do_take_down_withdrawal(one.item, told, "By phone.", actor=one.story.officer)
        with pytest.raises(Refused, match="withdrawn before"):
            do_take_down_withdrawal(one.item, told, "By phone.", actor=one.story.officer)
        with pytest.raises(Refused, match="A court or authority ordered that"):
            do_take_down_withdrawal(one.story.terms[Capability.PHRASE], told, "By phone.", actor=one.story.officer)
    assert one.granted() == {Capability.PHRASE}


def test_the_worker_asks_for_the_narrower_profile_by_itself(one: Agreed) -> None:
    one.stop(one.item)
    with one.story.running(Process.WORKER):
        assert jobs.renew(Each("renew"), one.story.worker)


def test_it_ends_with_the_order_that_it_serves(one: Agreed) -> None:
    with one.story.console(), one.story.with_keys():
        do_end_instrument(one.story.instrument, Ms(now() - 1), "quashed", actor=one.story.officer)
    assert one.granted() == set()


@proves("S171", check_withdrawals, disabled=lambda case: None)
def test_no_profile_is_signed_where_a_withdrawal_that_the_log_has_is_gone(one: Agreed) -> None:
    one.stop(one.item)
    with superuser(one.story) as hand:
        hand.execute("delete from orders_withdrawal")
    asked(one.story)
    assert device_of(one.story).refusal == "withdrawal-hidden"


@pytest.mark.parametrize("process", [Process.CONSOLE, Process.PORTAL, Process.WORKER])
def test_the_database_lets_nobody_withdraw_what_was_ordered_or_take_a_withdrawal_back(
    one: Agreed, process: Process
) -> None:
    actor = {
        Process.CONSOLE: one.story.officer,
        Process.PORTAL: supervised_person(one.story.agency, one.story.case, new_id(), new_id()),
        Process.WORKER: one.story.worker,
    }[process]
    ordered = [one.story.terms[Capability.PHRASE]]
    with one.story.running(process), pytest.raises(IntegrityError, match="only what was agreed to is withdrawn"):
        do_withdraw(one.story.case, ordered, now(), Door.STAFF, actor=actor)
    with one.story.database.connect(process) as hand:
        allowed = "select has_any_column_privilege('orders_withdrawal', 'update') or has_table_privilege('orders_withdrawal', 'delete')"
        assert hand.execute(allowed).fetchone() == (False,)
