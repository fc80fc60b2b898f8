"""Whoever asks for a bundle withholds single disclosures by name; the approver sees each, and so does whoever reads the bundle."""

import html
import re
from dataclasses import replace

import pytest
from django.http import HttpResponse
from django.test import Client

from offmon.core.alerts.opening import opens
from offmon.core.bundle import read
from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.formats.commitment import WithholdingGround
from offmon.core.ids import Id, Ms, Slug
from offmon.core.log.audit import Verb
from offmon.core.log.records import LeafPlace, WithheldDisclosure
from offmon.server.evidence.actions import ExportRequest, SealRequest, do_ask_export, do_ask_seal
from offmon.server.triage.queries import queue_lines
from tests.integration.console.office import Office, hidden, send, sign_in
from tests.integration.console.test_acts import the_id
from tests.integration.console.test_choose import ASKED
from tests.integration.evidence.test_export import build, release, take, verified
from tests.integration.vault.test_reveal import occurrences
from tests.prove.markers import proves
from tests.support.destroyed import approved, close
from tests.support.fake_device import now
from tests.support.refused import code_of
from tests.support.story import Story
from tests.support.vault import answering

NOTE = "A letter of a solicitor."
CLOSED = {**ASKED, "closed_reason": "The judge ordered it.", "withholds": "on"}


def words_of(answer: HttpResponse) -> str:
    return re.sub(r"\s+", " ", html.unescape(answer.content.decode()))


def listed(office: Office, officer: Client) -> HttpResponse:
    """The page that lists what may be withheld of the one alert."""
    return send(officer, f"/cases/{office.story.case}/exports/new/", **CLOSED, alerts=office.story.alerts)


def go_on(officer: Client, office: Office, page: HttpResponse, **given: str) -> HttpResponse:
    answer: HttpResponse = officer.post(f"/cases/{office.story.case}/exports/new/", hidden(page) | given)  # type: ignore[assignment]
    return answer


def boxes(page: HttpResponse) -> list[str]:
    return re.findall(r'name="withheld" type="checkbox" value="([0-9a-f]{32})"', page.content.decode())


def checked(office: Office, officer: Client) -> HttpResponse:
    """The page to check the answers of a request that withholds the second of three disclosures, filled in page by page."""
    which = listed(office, officer)
    one = boxes(which)[1]
    why = go_on(officer, office, which, withheld=one)
    assert "There is a problem" not in words_of(why)
    check = go_on(officer, office, why, **{f"ground-{one}": "privilege", f"note-{one}": NOTE})
    assert "Check your answers" in words_of(check)
    assert NOTE in words_of(check)
    return check


def test_each_answer_can_be_changed_and_nothing_be_withheld_after_all(office: Office) -> None:
    officer = sign_in("officer")
    page = go_on(officer, office, checked(office, officer), step="change")
    assert "There is a problem" not in words_of(page)
    for kept in ("Request an evidence bundle", NOTE, 'value="privilege" checked', 'name="withholds" type="checkbox"'):
        assert kept in words_of(page)
    without = send(officer, f"/cases/{office.story.case}/exports/new/", **ASKED)
    assert "Check your answers" in words_of(without)
    assert "Which pages do you withhold" not in words_of(without)


@proves("S126", opens, disabled=lambda export, place, at, of_alerts, of_exhibits: place in of_alerts)
def test_a_disclosure_is_withheld_by_name_and_everybody_reads_so(office: Office) -> None:
    story = office.story
    officer = sign_in("officer")
    export = the_id(go_on(officer, office, checked(office, officer), step="record"), "exports")
    with answering(story) as vault:
        build(story, vault, Id(export))
    assert len(story.entries(Verb.EXPORT_BODY_OPENED)) == 2
    own: HttpResponse = officer.get(f"/cases/{story.case}/exports/{export}/")  # type: ignore[assignment]
    assert "2 of 3 disclosures" in words_of(own)
    page = words_of(sign_in("supervisor").get(f"/cases/{story.case}/exports/{export}/approve/"))  # type: ignore[arg-type]
    assert f'legal privilege. <span class="frame-as-written">{NOTE}' in page
    assert "1: Disclosure not opened: legal privilege" in page
    with answering(story) as vault:
        release(story, vault, Id(export))
        data = take(story, vault, Id(export))
    counts = verified(story, data).counts
    assert (counts.shown, counts.withheld, counts.items) == (2, 1, 3)
    report = read.read_bag(data).payload["data/report.html"].decode()
    assert f"<td>legal privilege</td><td>{NOTE}</td>" in report
    assert f'Withheld by <span data-person="{story.officer.id}">Staff member 1</span>, case officer' in report
    assert "https://listed.invalid/2" not in report


def test_each_needs_a_ground_and_a_note_and_one_must_be_chosen(office: Office) -> None:
    officer = sign_in("officer")
    which = listed(office, officer)
    assert len(boxes(which)) == 3
    assert "There is a problem" not in words_of(which)
    assert "Select the pages that you withhold" in words_of(go_on(officer, office, which))
    one = boxes(which)[0]
    why = go_on(officer, office, which, withheld=one)
    wrong = words_of(go_on(officer, office, why, **{f"note-{one}": ""}))
    assert "Select why you withhold this" in wrong
    assert "Enter a note on" in wrong


def test_days_without_a_disclosure_hold_none_to_withhold(office: Office) -> None:
    days = {f"{name}-{part}": "1" for name in ("since", "until") for part in ("day", "month")}
    years = {"since-year": "2020", "until-year": "2020"}
    given = CLOSED | days | years
    page = send(sign_in("officer"), f"/cases/{office.story.case}/exports/new/", **given, alerts=office.story.alerts)
    assert "There is no disclosure to withhold" in words_of(page)


# --- what a compromised console, or a wrong choice, could ask -------------------------------------------------------------------------


def withholding(
    story: Story,
    *exhibits: Id,
    leaf: LeafPlace | None = None,
    ground: WithholdingGround = WithholdingGround.PRIVILEGE,
) -> ExportRequest:
    """The request to withhold the first disclosure of the alert, or another."""
    named = WithheldDisclosure(leaf or occurrences(story)[0].place, ground, NOTE)
    opened, alerts = Period(Ms(0), Ms(now() + 1)), tuple(story.alerts)
    return ExportRequest("The court", "trial", opened, alerts, exhibits, "The judge ordered it.", (named,))


def test_no_exhibit_is_opened_of_what_is_withheld_and_nothing_of_another_alert_is(office: Office) -> None:
    story = office.story
    story.decide()
    one = occurrences(story)[0]
    seal = SealRequest("AB", story.supervisor.id, "For the investigation.")
    exhibit = do_ask_seal(story.alerts[0], one.leaf, one.place, seal, actor=story.officer)
    with answering(story) as vault:
        vault.seal(exhibit)
    for code, wrong in {
        "withheld-exhibit": withholding(story, exhibit),
        "withheld-not-chosen": withholding(story, leaf=replace(one.place, n=99)),
        "withheld-without-ground": withholding(story, ground=WithholdingGround.NOT_RELEVANT),
    }.items():
        assert code_of(do_ask_export, story.case, wrong, actor=story.officer) == code
    do_ask_export(story.case, withholding(story), actor=story.officer)


def test_of_a_page_all_matches_are_withheld_or_none(office: Office) -> None:
    """Each quotes the page: one that is open tells what another withholds."""
    story, moment = office.story, now()
    for rule in ("one", "two"):
        story.disclose(rule=Slug(rule), event_at=moment, captured_at=moment)
    story.send()
    story.group()
    with story.console(), story.with_keys():
        story.alerts = [row.id for row in queue_lines.queue(actor=story.officer).rows if row.rule == "one"]
    [load] = occurrences(story)
    places = [match.place for match in load.matches]
    for part in places:
        assert (
            code_of(do_ask_export, story.case, withholding(story, leaf=part), actor=story.officer) == "withheld-in-part"
        )
    officer = sign_in("officer")
    which = listed(office, officer)
    [one] = boxes(which)
    why = go_on(officer, office, which, withheld=one)
    check = go_on(officer, office, why, **{f"ground-{one}": "privilege", f"note-{one}": NOTE})
    export = Id(the_id(go_on(officer, office, check, step="record"), "exports"))
    with answering(story) as vault:
        build(story, vault, export)
        release(story, vault, export)
        counts = verified(story, take(story, vault, export)).counts
    assert (counts.shown, counts.withheld, counts.items) == (0, 5, 5)


def test_what_is_erased_is_not_called_withheld(office: Office) -> None:
    story = office.story
    close(story)
    with answering(story) as vault:
        vault.destroy(approved(story))
    export = do_ask_export(story.case, withholding(story), actor=story.officer)
    with answering(story) as vault, pytest.raises(Refused) as refusal:
        build(story, vault, export)
    assert refusal.value.code == "withheld-gone"
