"""Who owns the database writes account, access and step-up by hand: nothing is opened for it, and the DPO is told (issue 16, S133)."""

from collections.abc import Callable
from unittest.mock import patch

import pytest

from offmon.core.log import as_logged
from offmon.core.log.audit import Verb
from offmon.server.agencies.queries import check_logged_on
from offmon.server.audit.queries import mismatches
from offmon.server.base.ids import new_id
from offmon.server.base.vault import VaultClient
from offmon.server.evidence.actions import SealRequest, do_ask_seal
from tests.integration.evidence.test_export import approve
from tests.integration.evidence.test_export import ask as ask_export
from tests.integration.vault.test_reveal import ask, occurrences
from tests.prove.markers import proves
from tests.support.destroyed import approved, close
from tests.support.owner import by_hand
from tests.support.partner import Partner
from tests.support.refused import code_of
from tests.support.story import Story
from tests.support.vault import answering

OPENED = (Verb.CONTENT_REVEALED, Verb.EXHIBIT_OPENED, Verb.EXPORT_OPENED, Verb.EXPORTED, Verb.DISPOSED)


def another_role(story: Story) -> str:
    """The authoriser opens nothing; by the row they are an officer."""
    by_hand(story, "agencies_staff", "update agencies_staff set role = 'supervisor' where id = %s", story.officer.id)
    return as_logged.ACCOUNT


def access(story: Story) -> str:
    """Their access was given by somebody else, for another reason."""
    statement = "update agencies_caseload set granted_by = %s, reason = 'mine' where staff_id = %s"
    by_hand(story, "agencies_caseload", statement, new_id(), story.officer.id)
    return as_logged.ACCESS


def step_up(story: Story) -> str:
    """They showed a passkey, and not a code."""
    statement = "update agencies_factorshown set factor = 'passkey' where staff_id = %s"
    by_hand(story, "agencies_factorshown", statement, story.officer.id)
    return as_logged.ACCOUNT


@pytest.mark.parametrize("change", [another_role, access, step_up])
@proves("S133", as_logged.check_as_logged, disabled=lambda row, said: None, row="access")
def test_a_body_is_not_opened_by_a_row_that_is_not_the_logs(
    story: Story, vault: VaultClient, change: Callable[[Story], str]
) -> None:
    one = occurrences(story)[0]
    reveal = ask(story, one)
    code = change(story)
    assert code_of(vault.reveal, reveal) == code
    assert code_of(ask, story, one) == code  # nor does the console ask for another
    assert story.entries(*OPENED) == []
    with story.console():
        [found] = mismatches(actor=story.data_protection)
    assert (found.case, found.code) == (story.case, code)


def test_a_guest_opens_a_body_and_not_by_an_account_that_is_not_their_own_agencys_log_s(
    story: Story, vault: VaultClient
) -> None:
    partner = Partner(story)
    guest = partner.is_party(partner.officer).officer
    with patch.object(story, "officer", guest):
        first, second = ask(story), ask(story)
        vault.reveal(first)
        statement = "update agencies_staff set credentials = salt where id = %s"
        by_hand(story, "agencies_staff", statement, guest.id)
        assert code_of(vault.reveal, second) == as_logged.ACCOUNT


@proves("S133", check_logged_on, disabled=lambda case, staff_id, at: None)
def test_nor_an_exhibit_nor_a_bundle(story: Story, vault: VaultClient) -> None:
    export = ask_export(story)
    story.decide()
    with story.console():
        request, one = SealRequest("AB", story.supervisor.id, "For the investigation."), occurrences(story)[0]
        exhibit = do_ask_seal(story.alerts[0], one.leaf, one.place, request, actor=story.officer)
    access(story)
    assert code_of(vault.seal, exhibit) == as_logged.ACCESS
    assert code_of(vault.open_export, export) == as_logged.ACCESS
    assert story.entries(*OPENED) == []


def test_nor_is_a_bundle_released_or_given_out_where_who_approved_it_is_not_the_logs(
    story: Story, vault: VaultClient
) -> None:
    export = ask_export(story)
    vault.open_export(export)
    story.publish()
    vault.build_export(export)
    approve(story, export)
    statement = "update agencies_staff set display_name = 'Mallory', credentials = salt where id = %s"
    by_hand(story, "agencies_staff", statement, story.supervisor.id)
    assert code_of(vault.release, export) == as_logged.ACCOUNT
    assert story.entries(Verb.EXPORTED) == []


@proves("S133", check_logged_on, disabled=lambda case, staff_id, at: None)
def test_nor_a_key_destroyed(story: Story) -> None:
    close(story)
    asked = approved(story)
    statement = "update agencies_caseload set since = since - 1 where staff_id = %s"
    by_hand(story, "agencies_caseload", statement, story.supervisor.id)
    with answering(story) as vault:
        assert code_of(vault.destroy, asked) == as_logged.ACCESS
    assert story.entries(*OPENED) == []
