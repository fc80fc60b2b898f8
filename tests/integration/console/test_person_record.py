"""The record of a person, by an officer at the console: assessment, age, MAPPA, other duties and identifiers (issue 19)."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from offmon.core import clock
from offmon.core.access.roles import Role
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.core.person.identifiers.kinds import CAUTIONS, Caution
from offmon.server.base.clock import now
from tests.integration.console.addresses import a_request
from tests.integration.console.office import Office, send, sign_in, sign_in_as
from tests.integration.console.test_acts import an_order, day, errors
from tests.integration.console.test_new_documents import condition, kept
from tests.integration.console.test_start_page import links, text
from tests.support.taken import superuser
from tests.unit.server.faces.matrix import Whose

PUBLISHED = "2003/0000003Y"  # a vector of HMPPS's own tests, as appendix A has it
TODAY = clock.local_day(now())


def born(years: int) -> date:
    return TODAY - timedelta(days=365 * years + 100)


def drafted(office: Office) -> Id:
    office.story.draft()
    return office.story.authorisation


def test_an_assessment_that_is_missing_or_old_is_said_where_somebody_authorises_and_bars_nothing(
    office: Office,
) -> None:
    case = f"/cases/{office.story.case}/"
    officer, authoriser = sign_in("officer"), sign_in_as(office, Role.AUTHORISING_OFFICER, Whose.OWN)
    assert "No risk assessment is recorded" in text(officer, case)
    old = {
        "risk": "high",
        "risk_tool": "oasys",
        "risk_assessor": "Robin Invented",
        **day("risk_on", TODAY - timedelta(days=500)),
    }
    assert send(officer, f"{case}details/", **old).status_code == 302
    draft = f"{case}drafts/{drafted(office)}/authorise/"
    for page in (text(officer, case), text(authoriser, draft)):
        assert "The risk assessment is older than 12 months" in page
        assert "16 months ago" in page
    page = text(authoriser, draft)
    assert all(said in page for said in ("High", "OASys", "Robin Invented", "The four questions"))
    assert send(officer, f"{case}details/", **old | day("risk_on", TODAY)).status_code == 302
    assert "older than 12 months" not in text(authoriser, draft)


def test_of_a_person_under_18_overview_and_authorisation_say_what_to_do(office: Office) -> None:
    case = f"/cases/{office.story.case}/"
    officer, authoriser = sign_in("officer"), sign_in_as(office, Role.AUTHORISING_OFFICER, Whose.OWN)
    assert send(officer, f"{case}details/", **day("born_on", born(16))).status_code == 302
    for page in (text(officer, case), text(authoriser, f"{case}drafts/{drafted(office)}/authorise/")):
        assert "This person is under 18" in page
        assert "age 16, under 18" in page
    assert send(officer, f"{case}details/", **day("born_on", born(18))).status_code == 302
    assert "under 18" not in text(officer, case)


@pytest.mark.parametrize("basis", ["scpo", "int_scpo"])
def test_an_order_for_adults_is_not_recorded_of_a_child_and_nothing_typed_is_lost(office: Office, basis: str) -> None:
    officer, case = sign_in("officer"), f"/cases/{office.story.case}/"
    made = TODAY - timedelta(days=2)
    days = {**day("made_on", made), **day("served_on", made), **day("until_on", TODAY + timedelta(days=300))}
    given = {**an_order(), **days, "controller": office.story.agency, "reference": "S86/0001", "route": "application"}
    given = {name: value for name, value in given.items() if not name.startswith(("convicted_on", "effective_on"))}
    path = kept(officer, office.story.case, basis)
    assert send(officer, f"{case}details/", **day("born_on", born(16))).status_code == 302
    answer = send(officer, path, **given, **condition())
    assert "The law allows this order for adults alone (SCA 2007 s.6)" in errors(answer)
    assert 'value="S86/0001"' in answer.content.decode()
    assert send(officer, f"{case}details/", **day("born_on", born(18))).status_code == 302
    assert send(officer, path, **given, **condition()).status_code == 302


def test_who_lives_there_who_uses_the_devices_and_how_to_reach_them_safely(office: Office) -> None:
    officer, case = sign_in("officer"), f"/cases/{office.story.case}/"
    given: dict[str, Any] = {
        "index_offence": "iioc",
        "contact_by": ["post", "voicemail"],
        "contact_language": "Welsh",
        "safe_contact": "Never at work",
        "household": "His mother",
        "other_users": "His mother, on Sundays",
        "risk_tool": "other",
    }
    assert "together with the day" in errors(send(officer, f"{case}details/", **given))
    given |= {"risk": "low", **day("risk_on", TODAY)}
    assert "Enter the name of the risk tool" in errors(send(officer, f"{case}details/", **given))
    assert send(officer, f"{case}details/", **given, risk_tool_name="An invented tool").status_code == 302
    for page in (text(officer, case), text(officer, f"{case}visit-sheet/"), text(officer, f"{case}record/")):
        assert "Post, Voicemail, in Welsh. Never at work" in page
        assert "His mother, on Sundays" in page
        assert "Indecent images of children" in page
        assert "An invented tool" in page
    assert 'value="Never at work"' in officer.get(f"{case}details/").content.decode()


def test_mappa_is_a_history_and_a_changed_level_asks_for_a_review_and_changes_no_grant(office: Office) -> None:
    """R-LEG-22."""
    officer, case = sign_in("officer"), f"/cases/{office.story.case}/"
    before = collected(office)
    for level, days_ago in (("1", 90), ("3", 5), ("2", 200)):
        given = {"category": "1", "level": level, "lead": "police", **day("met_on", TODAY - timedelta(days=days_ago))}
        assert send(officer, f"{case}record/mappa/new/", **given).status_code == 302
    ahead = given | day("met_on", TODAY + timedelta(days=2))
    assert "cannot be in the future" in errors(send(officer, f"{case}record/mappa/new/", **ahead))
    history = text(officer, f"{case}record/")
    assert history.index("level 3") < history.index("level 1") < history.index("level 2")
    assert "The MAPPA level changed from 2 to 3" in text(officer, case)
    assert "Category 1, level 3, led by: police" in text(officer, case)
    assert collected(office) == before
    newest = next(link for link in links(officer, f"{case}record/") if link.endswith("/standing/"))
    assert send(officer, newest, standing="wrong", why="Another person’s meeting").status_code == 302
    assert "Another person’s meeting" in text(officer, f"{case}record/")
    assert "marked so already" in errors(send(officer, newest, standing="wrong", why="Again"))
    assert len(office.story.entries(Verb.MAPPA_RECORDED)) == 3


def collected(office: Office) -> list[Any]:
    """Everything that grants: authorisations and profiles, byte for byte."""
    with superuser(office.story) as hand:
        tables = ("deployments_authorisation", "deployments_profile", "deployments_deployment")
        return [hand.execute(f"select * from {table} order by id").fetchall() for table in tables]  # noqa: S608 - names of our own


def test_a_duty_that_allows_no_monitoring_is_context_on_the_overview(office: Office) -> None:
    officer, case = sign_in("officer"), f"/cases/{office.story.case}/"
    given = {"kind": "voo", "reference": "V86/1", **day("since", TODAY), **day("until", TODAY - timedelta(days=1))}
    assert "cannot be before the first day" in errors(send(officer, f"{case}record/duties/new/", **given))
    given |= day("until", TODAY + timedelta(days=9))
    assert send(officer, f"{case}record/duties/new/", **given).status_code == 302
    assert "Violent Offender Order, V86/1" in text(officer, case)
    assert "These allow no monitoring" in text(officer, f"{case}record/")


def test_a_wrong_letter_is_told_at_the_keyboard_and_nothing_typed_is_lost(office: Office) -> None:
    """R-ID-2: the box at fault says what to compare, in one sentence."""
    officer, path = sign_in("officer"), f"/cases/{office.story.case}/record/identifiers/new/"
    answer = send(officer, path, kind="pnc", value="2001/0171310S", source="The court register")
    assert "The last letter does not fit the numbers of this PNC number. Compare it with the source." in errors(answer)
    assert '<a href="#id_value">' in errors(answer)
    shown = answer.content.decode()
    assert all(f'value="{typed}"' in shown for typed in ("2001/0171310S", "The court register"))
    assert re.search('value="pnc" checked', shown)
    assert office.story.entries(Verb.IDENTIFIER_RECORDED) == []


def test_an_identifier_is_enclosed_masked_on_the_overview_and_found_by_the_whole_of_it_alone(office: Office) -> None:
    officer, case = sign_in("officer"), f"/cases/{office.story.case}/"
    new = f"{case}record/identifiers/new/"
    answer = send(officer, new, kind="pnc", value="03/3y", source="The court register")
    assert answer.status_code == 302
    assert CAUTIONS[Caution.CENTURY] in text(officer, answer["Location"])
    assert PUBLISHED in text(officer, f"{case}record/")
    assert "PNC number …03Y" in text(officer, case)
    assert PUBLISHED not in text(officer, case)
    with superuser(office.story) as hand:
        stored = b"".join(
            bytes(one) for row in hand.execute("select written, looked_up from people_personentry") for one in row
        )
    assert b"0000003" not in stored
    for words in (PUBLISHED, "20030000003y", "03/3Y"):
        answer = send(officer, "/search/", words=words)
        assert f'href="{case}"' in answer.content.decode(), words
        assert office.story.entries(Verb.CASE_CONSULTED)[-1].request == answer["X-Request-Id"]
    for browser, words in (
        (officer, "0000003"),
        (sign_in_as(office, Role.SUPERVISOR, Whose.ANOTHER_AGENCYS), PUBLISHED),
    ):
        assert "Nothing on your caseload" in send(browser, "/search/", words=words).content.decode()
    assert "has this identifier on record" in errors(send(officer, new, kind="pnc", value=PUBLISHED, source="Again"))


def test_a_superseded_identifier_still_finds_its_person_and_a_wrong_one_nobody(office: Office) -> None:
    officer, case = sign_in("officer"), f"/cases/{office.story.case}/"
    given = {"kind": "prison", "value": "A8600AA", "source": "The prison"}
    assert send(officer, f"{case}record/identifiers/new/", **given).status_code == 302
    mark = next(link for link in links(officer, f"{case}record/") if link.endswith("/standing/"))
    for standing, found in (("superseded", True), ("wrong", False), ("current", True)):
        assert send(officer, mark, standing=standing, why="The prison said so").status_code == 302
        assert (f'href="{case}"' in send(officer, "/search/", words="a8600aa").content.decode()) == found
    entries = office.story.entries(Verb.ENTRY_MARKED)
    assert [(one.case, one.reason) for one in entries] == [(office.story.case, None)] * 3
    assert sign_in_as(office, Role.AUTHORISING_OFFICER, Whose.OWN).get(mark).status_code == 403
    assert officer.get(f"{case}record/{'0' * 32}/standing/").status_code == 404


def test_a_visor_reference_is_read_whole_only_by_who_may_record_it_and_is_in_no_copy(office: Office) -> None:
    """R-ID-6."""
    officer, case = sign_in("officer"), f"/cases/{office.story.case}/"
    given = {"kind": "visor", "value": "An invented reference 86", "source": "The public protection unit"}
    number = {"kind": "prison", "value": "A8600AA", "source": "The prison"}
    for one in (given, number):
        assert send(officer, f"{case}record/identifiers/new/", **one).status_code == 302
    assert "An invented reference 86" in text(officer, f"{case}record/")
    shown = text(sign_in_as(office, Role.AUTHORISING_OFFICER, Whose.OWN), f"{case}record/")
    assert "An invented reference" not in shown
    assert "… 86" in shown
    copy = text(
        sign_in_as(office, Role.DATA_PROTECTION, Whose.OWN),
        f"/cases/{office.story.case}/copy/{a_request(office.story)}/",
    )
    assert "An invented reference" not in copy
    assert "Prison number A8600AA, current" in copy


def test_the_same_identifier_on_two_people_is_said_and_merges_nobody(office: Office) -> None:
    """R-ID-9."""
    officer, given = sign_in("officer"), {"reference": "86/NEW", "name": "Lee Invented", "language": "en"}
    other = send(officer, "/cases/new/", **given)["Location"]
    one = {"kind": "crn", "value": "A860000", "source": "Probation"}
    assert send(officer, f"/cases/{office.story.case}/record/identifiers/new/", **one).status_code == 302
    answer = send(officer, f"{other}record/identifiers/new/", **one)
    assert "Someone else on your caseload has this identifier" in text(officer, answer["Location"])
    found = send(officer, "/search/", words="A860000").content.decode()
    assert "Lee Invented" in found
    assert "Sam Invented" in found
