"""A history that a device keeps: chosen without a list, offered as the lowest setting, and opened at a visit (R-AI-9; R v Smith)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from offmon.agent.history_opening import Opening
from offmon.agent.kept_history import KeptHistory
from offmon.core.access.roles import Role
from offmon.core.authority.capability import Capability
from offmon.core.authority.profile import Choice
from offmon.core.clock import MINUTE_MS, Period
from offmon.core.errors import Refused
from offmon.core.formats import envelope
from offmon.core.formats.event import Observation, Origin, PageClass
from offmon.core.formats.kept_history import HistoryAnswer, answer_place
from offmon.core.ids import Id, Ms
from offmon.core.log.verbs import Operation, Verb
from offmon.core.person.delay import LOOKS
from offmon.server.base import clock
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.deployments.actions import do_authorise, do_draft
from offmon.server.deployments.queries import device_by_key
from offmon.server.orders.actions import do_confirm_term, do_record_term
from offmon.server.rights.kept_history.actions import do_ask_opening, do_keep_history_ask
from offmon.server.rights.kept_history.queries import waiting
from tests.integration.console.office import Office, send, send_checked, sign_in, sign_in_as, sign_in_name
from tests.integration.console.test_acts import errors, monitoring
from tests.integration.console.test_reads import vault_behind
from tests.support.fake_device import now
from tests.support.orders import a_term, own_answers
from tests.support.story import ANSWERS
from tests.support.vault import answering
from tests.unit.server.faces.matrix import Whose

WORDS = "Using a computer that cannot retain and display the history of internet use."
STANDING = dict.fromkeys(("aim", "rational_link", "fair_balance"), "Standing text.") | {"review_in": "12"}
OWN = "A kept history shows at each visit what a notice of one site cannot (invented)."


def a_condition(office: Office) -> Id:
    """A confirmed condition that asks for a history."""
    story = office.story
    with story.console(), story.with_keys():
        entry = a_term(Period(clock.now(), None), Capability.HISTORY_KEPT, verbatim=WORDS)
        term = do_record_term(story.instrument, entry, actor=story.officer)
        do_confirm_term(term, actor=story.colleague)
    return term


def test_it_is_chosen_without_a_list_and_is_the_lowest_setting(office: Office) -> None:
    story, term = office.story, a_condition(office)
    officer, page = sign_in("officer"), f"/cases/{story.case}/draft/"
    assert "/history/" not in officer.get(f"/cases/{story.case}/monitoring/").content.decode()  # no device keeps one
    shown = officer.get(page).content.decode()
    assert "R v Smith" in shown
    assert 'name="history-kept_lists"' not in shown
    assert "Select at least one condition" in errors(send(officer, page))
    [before] = [one for one in monitoring(office).authorisations if one.authorised_by is not None][-1:]
    sites = next(one for one in before.choices if one.capability is Capability.SITE)
    given = {"site_terms": list(sites.terms), "site_lists": list(sites.lists), "history-kept_terms": [term]}
    assert send(officer, page, **given).status_code == 302

    [waiting] = [one for one in monitoring(office).authorisations if one.authorised_by is None]
    authoriser, page = sign_in("authoriser"), f"/cases/{story.case}/drafts/{waiting.id}/authorise/"
    offered = authoriser.get(page).content.decode()
    first = offered[offered.index("Setting 1: ") : offered.index("Setting 2: ")]
    assert "History kept on the device" in first
    assert "Nothing." in first  # that is what it sends
    assert "never sent" in first
    answers = {**STANDING, "less_intrusive": OWN, "setting": "0"}
    assert send_checked(authoriser, page, **answers).status_code == 302
    [kept] = [one for one in monitoring(office).authorisations if one.id == waiting.id]
    assert [(choice.capability, choice.lists) for choice in kept.choices] == [(Capability.HISTORY_KEPT, ())]


@dataclass
class Kept:
    """The person's device with a history of two sites, by the real agent's own parts, and the last request that it made."""

    office: Office
    history: KeptHistory
    opening: Opening | None = None

    @property
    def page(self) -> str:
        return f"/cases/{self.office.story.case}/history/"

    def asks(self, at: Ms | None = None) -> HistoryAnswer:
        """The person asks on the device; or it asks again."""
        story = self.office.story
        if self.opening is None:
            extent = self.history.extent(story.profiles[-1])
            assert extent is not None
            self.opening = Opening(story.device.device, story.device.signing, extent, at or now())
        with story.running(Process.INGEST):
            known = device_by_key(story.device.signing.public.keyid)
            assert known is not None
            return do_keep_history_ask(self.opening.body, known, story.device.signing.public, actor=story.ingest)

    def reads(self, answer: HistoryAnswer) -> list[str]:
        """The sites on the device's screen."""
        story, asked = self.office.story, self.opening
        assert asked is not None
        keys = [
            envelope.open_bytes(key, story.device.opening, answer_place(story.device.device, asked.digest, number))
            for number, key in enumerate(answer.keys or ())
        ]
        return [one.host for one in self.history.open(story.profiles[-1], keys).visits]


def keeping(office: Office, folder: Path) -> Kept:
    """A device under such a grant, after visits to two sites."""
    story, term = office.story, a_condition(office)
    with story.console():
        choice = Choice(Capability.HISTORY_KEPT, (term,), (), None)
        story.authorisation = do_draft(story.case, (choice,), actor=story.officer)
        do_authorise(story.authorisation, own_answers(ANSWERS, story.case), actor=story.authoriser)
    story.serve_notice()
    story.sign(story.ask_profile())
    profile = story.profiles[-1]
    assert [(grant.kind, grant.lists) for grant in profile.grants] == [(Capability.HISTORY_KEPT, ())]
    history = KeptHistory(folder / "history.sqlite", profile.deployment, profile.device)
    for host in ("shop.example", "news.example"):
        seen = Observation(now(), f"https://{host}/secret", "", PageClass.UNKNOWN, None, Origin.TYPED)
        history.keep(profile, seen, now())
    return Kept(office, history)


@pytest.fixture
def kept(office: Office, tmp_path: Path) -> Iterator[Kept]:
    one = keeping(office, tmp_path)
    yield one
    one.history.close()


def test_at_a_visit_it_is_opened_once_on_the_device_and_both_logs_say_so(kept: Kept) -> None:
    story, officer = kept.office.story, sign_in("officer")
    case = officer.get(f"/cases/{story.case}/monitoring/").content.decode()
    assert f'href="{kept.page}"' in case
    assert "No device of this person asks now" in officer.get(kept.page).content.decode()
    assert kept.asks() == HistoryAnswer(None)
    assert kept.asks() == HistoryAnswer(None)  # it asks every few seconds, and is one request
    waits = officer.get(kept.page).content.decode()
    assert kept.opening is not None
    assert f"Number {kept.opening.number}" in waits
    assert "2 entries" in waits
    [form] = set(re.findall(rf'href="({kept.page}\w+/)"', waits))
    assert "Enter why" in errors(send(officer, form, present="on"))
    assert kept.asks() == HistoryAnswer(None)
    given = {
        "number": kept.opening.number,
        "present": "on",
        "reason": "A weekly visit (invented).",
        "others": "a colleague",
    }
    with vault_behind(story, "open_history"):
        answer = send(officer, form, **given)
        assert answer.status_code == 302
        assert kept.reads(kept.asks()) == ["shop.example", "news.example"]
    assert officer.get(form).headers["Location"] == kept.page  # it is used
    shown = officer.get(kept.page).content.decode()
    assert "A weekly visit (invented)" in shown
    assert "a colleague" in shown
    asked, opened = story.entries(Verb.HISTORY_ASKED, Verb.HISTORY_OPENING_ASKED, Verb.HISTORY_OPENED)[0::2]
    assert asked.verb is Verb.HISTORY_ASKED
    assert (opened.verb, opened.actor.id, opened.operation) == (
        Verb.HISTORY_OPENED,
        story.officer.id,
        Operation.CONSULTATION,
    )
    assert (opened.reason or "").startswith("2 entries, ")
    assert Verb.HISTORY_OPENED in LOOKS  # the person reads of it on their page
    with story.database.connect_as_owner() as owner:
        rows = [
            str(owner.execute(f"select * from {name}").fetchall())  # noqa: S608
            for name in ("rights_historyask", "rights_historyopening", "rights_historykeys", "audit_entry")
        ]
    assert not any(word in "".join(rows) for word in ("shop.example", "news.example"))


def test_the_vault_gives_no_key_twice_late_or_for_another_request(kept: Kept) -> None:
    story = kept.office.story
    kept.asks()
    with story.console(), scope(story.officer):
        [line] = waiting(story.case, actor=story.officer)
    with story.console():
        opening, again = (do_ask_opening(line.id, "", "A visit (invented).", actor=story.officer) for _ in range(2))
    with answering(story) as vault:
        vault.open_history(opening)
        for one in (opening, again):
            with pytest.raises(Refused) as refused:
                vault.open_history(one)
            assert refused.value.code == "history-opened"
        with pytest.raises(Refused) as refused:
            vault.open_history(line.id)  # there was no visit
        assert refused.value.code == "unknown-id"
    kept.opening = None
    with pytest.raises(Refused) as refused:
        kept.asks(at=Ms(now() - 41 * MINUTE_MS))
    assert refused.value.code == "expired"


def test_who_may_not_open_content_and_another_agency_find_nothing(kept: Kept) -> None:
    kept.asks()
    assert sign_in("authoriser").get(kept.page).status_code == 403
    assert sign_in(sign_in_name(Role.OFFENDER_MANAGER, Whose.ANOTHER_AGENCYS)).get(kept.page).status_code == 404
    party = sign_in_as(kept.office, Role.OFFENDER_MANAGER, Whose.PARTYS).get(kept.page).content.decode()
    assert "2 entries" in party  # the agency that the case is shared with visits too
