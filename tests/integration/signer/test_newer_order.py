"""A newer order ends an older by law, recorded or not: each device soon gets a narrower profile (SA20 s.349; R-LEG-3)."""

from datetime import timedelta

import pytest

from offmon.core import clock
from offmon.core.authority.bases import Basis
from offmon.core.clock import Period, local_day
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.states import ProfileState
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.deployments.models import Profile
from offmon.server.deployments.queries import asked_profiles
from offmon.server.orders.actions import do_confirm_term, do_end_instrument, do_record_instrument, do_record_term
from offmon.server.orders.models import TermRow
from offmon.server.processes.worker import jobs
from offmon.server.processes.worker.job import Each
from tests.integration.signer.test_sign import TABLE, device_of, request
from tests.support.fake_device import FakeDevice, now
from tests.support.orders import a_term, an_entry
from tests.support.story import INGEST, Story
from tests.support.taken import forge_as_superuser


@pytest.fixture
def collecting(story: Story) -> Story:
    """A device collects under the older order, and waits for nothing."""
    story.sign(story.ask_profile())
    assert len(story.profiles[-1].grants) == 2
    assert renewed(story) == []
    return story


def newer_order(story: Story, begins: Ms) -> Id:
    """Recorded by one officer, with a term that allows no collection. Returns the term, which nobody has confirmed."""
    made = local_day(now()) - timedelta(days=1)
    served = Ms(now() - clock.MINUTE_MS)
    dates = {"made_on": made, "convicted_on": made, "served_at": served}
    order = an_entry(story.agency, Basis.SHPO_SC, begins, reference="T86/0002", **dates)
    term = a_term(Period(begins, None))
    with story.console(), story.with_keys():
        return do_record_term(do_record_instrument(story.case, order, actor=story.officer), term, actor=story.officer)


def confirm(story: Story, term: Id) -> None:
    with story.console(), story.with_keys():
        do_confirm_term(term, actor=story.colleague)


def renewed(story: Story) -> list[Id]:
    """What waits for the signer once the worker has had its turn."""
    with story.running(Process.WORKER):
        jobs.renew(Each("renew"), story.worker)
        with scope(story.worker):
            return asked_profiles()


def signed(story: Story) -> None:
    for profile in renewed(story):
        story.sign(profile)


def test_a_narrower_profile_is_asked_for_when_its_term_is_confirmed(collecting: Story) -> None:
    term = newer_order(collecting, Ms(now() - clock.MINUTE_MS))
    assert renewed(collecting) == []  # that nobody has compared takes nothing away
    confirm(collecting, term)
    signed(collecting)
    assert collecting.profiles[-1].version == 2
    assert collecting.profiles[-1].grants == ()
    assert renewed(collecting) == []
    assert len(collecting.entries(Verb.PROFILE_ASKED)) == 2


def test_one_that_begins_later_ends_the_older_on_its_day_though_the_device_is_offline_then(collecting: Story) -> None:
    begins = Ms(now() + 5 * clock.DAY_MS)
    confirm(collecting, newer_order(collecting, begins))
    signed(collecting)
    narrower = collecting.profiles[-1]
    assert len(narrower.grants) == 2
    assert {one.period.until for grant in narrower.grants for one in grant.terms} == {begins}
    assert renewed(collecting) == []


def test_each_device_of_the_case_gets_one(collecting: Story) -> None:
    first = collecting.device.device
    collecting.device = FakeDevice(INGEST)
    collecting.enrol()
    signed(collecting)
    confirm(collecting, newer_order(collecting, Ms(now() - clock.MINUTE_MS)))
    waiting = renewed(collecting)
    with collecting.running(Process.WORKER), scope(collecting.worker):
        devices = set(Profile.objects.filter(id__in=waiting).values_list("device_id", flat=True))
    assert devices == {first, collecting.device.device}


def test_an_end_that_was_recorded_is_followed_by_one_too_though_the_console_asked_for_none(collecting: Story) -> None:
    with collecting.console():
        do_end_instrument(collecting.instrument, Ms(now() - 1), "quashed", actor=collecting.officer)
    signed(collecting)
    assert collecting.profiles[-1].grants == ()
    assert renewed(collecting) == []


def test_what_it_took_one_officer_does_not_give_back_and_two_do_who_record_the_older_anew(collecting: Story) -> None:
    begins = Ms(now() - clock.MINUTE_MS)
    term = newer_order(collecting, begins)
    confirm(collecting, term)
    signed(collecting)
    with collecting.console(), scope(collecting.officer):
        mistake = TermRow.objects.get(id=term).instrument_id
    with collecting.console():
        do_end_instrument(mistake, begins, "of somebody else, recorded here by mistake", actor=collecting.officer)
    signed(collecting)
    assert (collecting.profiles[-1].version, collecting.profiles[-1].grants) == (3, ())
    collecting.record_order()
    collecting.authorise()
    collecting.serve_notice()
    signed(collecting)
    assert (collecting.profiles[-1].version, len(collecting.profiles[-1].grants)) == (4, 2)


@pytest.mark.parametrize("state", [ProfileState.ASKED, ProfileState.REFUSED])
def test_what_was_asked_before_holds_it_up_for_nothing_and_what_was_asked_since_does(
    collecting: Story, state: ProfileState
) -> None:
    """A refusal or a request that the signer cannot answer puts a renewal off: not one that follows from what was learned later."""
    forge_as_superuser(
        collecting, Verb.PROFILE_ASKED, TABLE, request(collecting, version=2, state=state.value, lease_since=now())
    )
    confirm(collecting, newer_order(collecting, Ms(now() - clock.MINUTE_MS)))
    with collecting.running(Process.WORKER):
        assert jobs.renew(Each("renew"), collecting.worker)
        assert not jobs.renew(Each("renew"), collecting.worker)
    last = device_of(collecting)
    assert last.profile is not None
    assert last.profile.version == 3
