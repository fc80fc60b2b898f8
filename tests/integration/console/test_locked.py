"""Records of a time without authority at the console: seen, asked about by one, and decided by another (design §1.9; R-LEG-16)."""

from django.test import Client

from offmon.core.clock import HOUR_MS
from offmon.core.ids import Ms
from offmon.core.log.audit import Verb
from offmon.server.base.policies import Process
from offmon.server.intake.quarantine.actions import lock_late
from offmon.server.intake.quarantine.queries import quarantines_of
from offmon.server.orders.actions import do_end_instrument
from tests.integration.console.office import Office, send, sign_in
from tests.integration.console.test_destruction import seen
from tests.integration.console.test_reads import vault_behind
from tests.support.fake_device import now
from tests.support.story import Story


def locked(story: Story) -> str:
    """It became known that the order ended before what was collected. The address of the page about it."""
    do_end_instrument(story.instrument, Ms(now() - HOUR_MS), "The court quashed it.", actor=story.officer)
    with story.running(Process.VAULT):
        assert lock_late(story.case, actor=story.vault) == 3
    [one] = quarantines_of(story.case, actor=story.officer)
    return f"/cases/{story.case}/locked/{one.id}/"


def asked(officer: Client, page: str, choice: str) -> None:
    assert send(officer, f"{page}decide/", choice=choice, reason="The court sent it late.").status_code == 302


def decision(story: Story) -> str:
    [one] = quarantines_of(story.case, actor=story.officer)
    assert one.decision is not None
    return f"/cases/{story.case}/locked/decisions/{one.decision.id}/"


def test_one_asks_and_another_has_it_erased(office: Office) -> None:
    story = office.story
    officer, supervisor = sign_in("officer"), sign_in("supervisor")
    page = locked(story)
    said = "3 records fall in a time without authority, because the order or licence had ended"
    for who in (officer, supervisor):
        assert said in seen(who.get("/"))
        assert said in seen(who.get(f"/cases/{story.case}/"))
    assert "No bundle with any of them was released" in seen(officer.get(page))
    asked(officer, page, "erase")
    assert said not in seen(officer.get("/"))
    assert "Decide on locked records" in seen(supervisor.get("/"))
    assert "The court sent it late." in seen(supervisor.get(f"{decision(story)}agree/"))
    with vault_behind(story, "erase"):
        assert send(supervisor, f"{decision(story)}agree/").status_code == 302
    assert "Erased by the vault 3," in seen(officer.get(page))
    acts = (
        Verb.QUARANTINE_MADE,
        Verb.QUARANTINE_DECISION_ASKED,
        Verb.QUARANTINE_DECISION_AGREED,
        Verb.QUARANTINE_PURGED,
    )
    by = [(entry.verb, entry.actor.id) for entry in story.entries(*acts)]
    people = (story.vault.id, story.officer.id, story.supervisor.id, story.vault.id)
    assert by == list(zip(acts, people, strict=True))


def test_a_second_persons_no_leaves_it_locked_and_another_may_ask(office: Office) -> None:
    story = office.story
    officer, supervisor = sign_in("officer"), sign_in("supervisor")
    page = locked(story)
    asked(officer, page, "keep")
    assert send(supervisor, f"{decision(story)}refuse/", reason="Show me the order.").status_code == 302
    assert "Show me the order." in seen(officer.get(page))
    assert "Nobody can open, seal or export them" in seen(officer.get(page))
    asked(officer, page, "erase")


def test_whom_the_case_is_not_open_to_sees_nothing_of_it(office: Office) -> None:
    page = locked(office.story)
    assert sign_in("stranger").get(page).status_code == 404
    assert sign_in("authoriser").get(f"{page}decide/").status_code == 403
