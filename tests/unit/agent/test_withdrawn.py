"""What the person withdraws at the device stops there: at once, offline, after a restart, and whatever is sent later (R-LEG-20)."""

from dataclasses import replace

import pytest

from offmon.agent import withdrawn
from offmon.agent.clock import Timekeeper
from offmon.agent.home import AgentHome
from offmon.agent.trust_state import Belief
from offmon.agent.withdrawn import WithdrawnItem, WithdrawnItems
from offmon.core.authority.profile import Grant, TermPeriod, without
from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.formats import codec
from offmon.core.ids import Id, Ms
from tests.prove.markers import proves
from tests.support.fake_agency import new_id
from tests.unit.agent.desk import LISTED, START, Desk

ORDERED, AGREED = new_id(), new_id()


def resting_on(grant: Grant, term: Id) -> Grant:
    return replace(grant, id=new_id(), terms=(TermPeriod(term, Period(Ms(0), None)),))


@pytest.fixture
def agreed(desk: Desk) -> Desk:
    """Sites are looked for as the person agreed, and words as a court ordered."""
    sites, words = map(desk.agency.grant, desk.agency.lists)
    desk.agency.issue(grants=(resting_on(sites, AGREED), resting_on(words, ORDERED)), agreed=(AGREED,))
    take(desk, desk.belief)
    return desk


def take(desk: Desk, belief: Belief) -> None:
    belief.take(codec.dump(desk.agency.update()), desk.at)


def terms(belief: Belief) -> set[Id]:
    held = belief.held
    return set() if held is None else {one.term for grant in held.profile.grants for one in grant.terms}


def begun_again(desk: Desk, home: AgentHome) -> Belief:
    belief = Belief(home, desk.belief.identity, desk.agency.enrolled(), Timekeeper(START))
    belief.restore()
    return belief


@proves("S170", without, disabled=lambda profile, terms: profile)
def test_from_then_on_nothing_is_collected_under_it_and_all_else_goes_on(agreed: Desk) -> None:
    agreed.page(LISTED)
    assert agreed.outbox.pending == 1
    agreed.belief.withdraw([AGREED], agreed.at)
    agreed.page(LISTED)
    assert agreed.outbox.pending == 1
    assert terms(agreed.belief) == {ORDERED}


def test_no_later_profile_and_no_restart_brings_it_back(agreed: Desk, home: AgentHome) -> None:
    agreed.belief.withdraw([AGREED], agreed.at)
    again = begun_again(agreed, home)
    assert terms(again) == {ORDERED}
    sites = resting_on(agreed.agency.grant(agreed.agency.lists[0]), AGREED)
    words = resting_on(agreed.agency.grant(agreed.agency.lists[1]), ORDERED)
    agreed.agency.issue(grants=(sites, words), agreed=(AGREED,))
    take(agreed, again)
    assert terms(again) == {ORDERED}
    assert again.withdrawn.items == (WithdrawnItem(AGREED, agreed.at, noted=False),)


def test_what_a_court_ordered_cannot_be_withdrawn(agreed: Desk) -> None:
    agreed.belief.withdraw([ORDERED, new_id()], agreed.at)
    assert terms(agreed.belief) == {ORDERED, AGREED}
    assert agreed.belief.withdrawn.items == ()


def test_where_what_was_withdrawn_cannot_be_read_nothing_agreed_is_collected(agreed: Desk, home: AgentHome) -> None:
    agreed.belief.withdraw([AGREED], agreed.at)
    home.write("withdrawn", b"damaged")
    again = begun_again(agreed, home)
    assert terms(again) == {ORDERED}
    again.withdraw([], agreed.at)  # whatever is pressed then stops all that was agreed to
    assert terms(begun_again(agreed, home)) == {ORDERED}


def test_where_the_disk_does_not_take_it_the_page_does_not_say_so(
    agreed: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_home: AgentHome, _items: WithdrawnItems) -> None:
        raise Refused("no-home", "The disk is full.")

    monkeypatch.setattr(withdrawn, "save", full)
    with pytest.raises(Refused):
        agreed.belief.withdraw([AGREED], agreed.at)
    assert terms(agreed.belief) == {ORDERED, AGREED}


def test_each_item_is_noted_once_and_keeps_its_time() -> None:
    items = WithdrawnItems(()).adding([AGREED], START).adding([AGREED, ORDERED], Ms(START + 1)).noted(AGREED)
    found = {one.term: one for one in items.items}
    assert found == {
        AGREED: WithdrawnItem(AGREED, START, noted=True),
        ORDERED: WithdrawnItem(ORDERED, Ms(START + 1), noted=False),
    }
