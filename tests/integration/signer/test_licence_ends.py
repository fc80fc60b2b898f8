"""A licence that ends takes its own grants with it. The order's run on, whatever becomes of its people (issue 2)."""

from pathlib import Path

from offmon.core import clock
from offmon.core.access.roles import Role
from offmon.core.authority.bases import Basis
from offmon.core.authority.capability import Capability
from offmon.core.authority.order import TermKind
from offmon.core.authority.profile import Choice
from offmon.core.authority.protected_contacts import ContactKind, ProtectedContact
from offmon.core.clock import Period
from offmon.core.ids import Ms
from offmon.server.base.scope import scope
from offmon.server.deployments import queries as deployments
from offmon.server.deployments.actions import do_add_contact, do_authorise, do_draft
from offmon.server.detectors import queries as detectors
from offmon.server.orders.actions import do_confirm_term, do_end_instrument, do_record_instrument, do_record_term
from tests.database import Database
from tests.support import accounts
from tests.support.fake_device import new_id, now
from tests.support.orders import a_term, an_entry
from tests.support.partner import Partner
from tests.support.story import ANSWERS, Story
from tests.support.taken import superuser


def ended_licence(empty: Database, tmp_path: Path) -> tuple[Story, Partner]:
    """Monitoring that rested on an order and on a partner's licence, which has ended since."""
    story = Story(empty, tmp_path)
    story.orders()
    story.lists()
    partner = Partner(story)
    partner.is_party(partner.officer, partner.colleague)
    month = Ms(now() - 30 * clock.DAY_MS)
    licence = an_entry(story.agency, Basis.LICENCE, month)
    condition = a_term(
        Period(month, Ms(now() + 300 * clock.DAY_MS)),
        Capability.SITE,
        effect=TermKind.REQUIREMENT,
        person_text="The licence says so.",
    )
    with story.console(), story.with_keys():
        ending = do_record_instrument(story.case, licence, actor=partner.officer)
        term = do_record_term(ending, condition, actor=partner.officer)
        do_confirm_term(term, actor=partner.colleague)
    story.assess()
    with story.console():
        with scope(story.officer):
            by = {one.capability: one.ref.id for one in detectors.declarations()}
        terms = [*story.terms.items(), (Capability.SITE, term)]
        choices = tuple(Choice(kind, (one,), (by[kind],), None) for kind, one in terms)
        story.authorisation = do_draft(story.case, choices, actor=story.officer)
        drafted = deployments.deployment_of(story.case, actor=story.officer)
        assert drafted is not None
        story.deployment = drafted.id
        do_authorise(story.authorisation, ANSWERS, actor=story.authoriser)
    story.make_key()
    story.serve_notice()
    story.enrol()
    story.sign(story.ask_profile())
    assert len(story.profiles[-1].grants) == 3
    with story.console():
        do_end_instrument(ending, Ms(now() - 1), "recalled", actor=story.officer)
    return story, partner


def test_the_orders_grants_run_on(empty: Database, tmp_path: Path) -> None:
    story, _ = ended_licence(empty, tmp_path)
    story.sign(story.ask_profile())
    assert (story.profiles[-1].version, len(story.profiles[-1].grants)) == (2, 2)


def test_and_do_so_once_who_confirmed_the_licence_has_another_role(empty: Database, tmp_path: Path) -> None:
    story, partner = ended_licence(empty, tmp_path)
    accounts.change(story.database, partner.colleague.id, role=Role.AUTHORISING_OFFICER)
    story.sign(story.ask_profile())
    assert (story.profiles[-1].version, len(story.profiles[-1].grants)) == (2, 2)


def test_protected_contacts_that_one_person_forged_prolong_nothing(empty: Database, tmp_path: Path) -> None:
    """A profile with them is refused. So the next one grants nothing, and what the licence gave is not collected on (S107)."""
    story, _ = ended_licence(empty, tmp_path)
    own = ProtectedContact(new_id(), ContactKind.DOCTOR, "Invented Surgery", ())
    with story.console(), story.with_keys():
        do_add_contact(story.case, own, actor=story.officer)
    with superuser(story) as hand:
        hand.execute(
            "update deployments_contacts set agreed_by = %s, agreed_at = %s, agreed_in = gen_random_uuid()",
            [story.colleague.id, now()],
        )
    story.sign(story.ask_profile())
    assert (story.profiles[-1].version, story.profiles[-1].grants) == (2, ())
