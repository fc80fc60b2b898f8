"""The console's questions for each kind of order, as the table of powers has them (requirements §0.1)."""

from datetime import date, timedelta

from offmon.core import clock
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.deployments.queries import asked_profiles
from offmon.server.detectors.actions import do_pause
from offmon.server.detectors.models import ListVersion
from tests.integration.console.office import Office, send, sign_in
from tests.integration.console.test_acts import a_term, an_order, day, errors, file, monitoring, record_order, the_id
from tests.support.fake_device import now
from tests.support.taken import overwrite

FURTHER_ORDER = "Leave empty if it lasts until further order"


def a_licence(office: Office) -> dict[str, object]:
    given = {name: value for name, value in an_order().items() if not name.startswith("convicted_on")}
    return {**given, **day("requested_on", date(2026, 1, 16)), "controller": office.story.agency}


def test_a_term_of_a_licence_has_a_last_day(office: Office) -> None:
    officer, case = sign_in("officer"), office.story.case
    licence = the_id(record_order(officer, case, "licence", **a_licence(office)), "instruments")
    path = f"/cases/{case}/instruments/{licence}/terms/new/"
    page = officer.get(path).content.decode()
    assert "Enter the last day of the document" in page
    assert FURTHER_ORDER not in page
    assert "Enter the last day" in errors(send(officer, path, **a_term()))
    assert not [term for term in file(office).terms if term.instrument == licence]
    assert send(officer, path, **a_term(), **day("until", date(2099, 1, 1))).status_code == 302


def test_a_newer_order_ends_the_older_and_the_page_asks_for_its_end(office: Office) -> None:
    officer, colleague, case = sign_in("officer"), sign_in("colleague"), office.story.case
    made = clock.local_day(now()) - timedelta(days=1)
    newer = {**an_order(), "reference": "T86/0002", "controller": office.story.agency, **day("made_on", made)}
    given = {**newer, **day("served_on", made), **day("effective_on", made)}
    order = the_id(record_order(officer, case, "shpo_sc", **given), "instruments")
    path = f"/cases/{case}/instruments/{order}/terms/new/"
    assert send(officer, path, **{**a_term(), **day("since", made)}).status_code == 302
    says = f"Order T86/0002, made on {made.day} {made:%B %Y}, ends this one (SA20 s.349)"
    assert says not in officer.get(f"/cases/{case}/orders/").content.decode()  # no second officer has confirmed it

    [term] = [one for one in file(office).terms if one.instrument == order]
    assert send(colleague, f"/cases/{case}/terms/{term.id}/confirm/", compared="certified").status_code == 302
    assert officer.get(f"/cases/{case}/orders/").content.decode().count(says) == 1

    older = f"/cases/{case}/instruments/{office.story.instrument}/end/"
    page = officer.get(older).content.decode()
    assert "No collection continues" in page  # what is authorised chose terms of the older alone
    ended = {**day("ended_on", made), "time": "23:59", "reason": "A newer order was made, s.349"}
    assert send(officer, older, **ended).status_code == 302
    assert says not in officer.get(f"/cases/{case}/orders/").content.decode()


def test_the_end_of_a_young_order_asks_who_consented_and_is_recorded_whatever_is_said(office: Office) -> None:
    officer, case = sign_in("officer"), office.story.case
    path = f"/cases/{case}/instruments/{office.story.instrument}/end/"
    assert (
        "needs the consent of the person and of the chief officer (SA20 s.350(7))" in officer.get(path).content.decode()
    )
    given = {**day("ended_on", clock.local_day(now())), "time": "00:01", "reason": "Discharged by the court"}
    assert send(officer, path, **given).status_code == 302

    licence = the_id(record_order(officer, case, "licence", **a_licence(office)), "instruments")
    assert "needs the consent" not in officer.get(f"/cases/{case}/instruments/{licence}/end/").content.decode()


def test_where_the_next_profile_cannot_be_signed_the_pages_say_so_before_an_end_and_after_it(office: Office) -> None:
    """The page of an end said that nothing was authorised; and the case, that a device had what the signer had taken from it (S107)."""
    officer, story = sign_in("officer"), office.story
    end = f"/cases/{story.case}/instruments/{story.instrument}/end/"
    assert "This collection depends on it alone" in officer.get(end).content.decode()
    with scope(story.supervisor):
        row = ListVersion.objects.get(name="site-list@1").id
    do_pause(row, "an entry of it is wrong", actor=story.supervisor)
    page = officer.get(end).content.decode()
    assert "We cannot work out which monitoring continues, because a list that it names is paused" in page
    assert "No authorisation uses it" not in page

    overwrite(story, "agencies_agency", story.agency, {"duty_inspector": " "})
    given = {**day("ended_on", clock.local_day(now())), "time": "00:01", "reason": "Quashed on appeal"}
    assert send(officer, end, **given).status_code == 302
    with story.running(Process.SIGNER), scope(story.signer):
        [asked] = asked_profiles()
    story.sign(asked)
    [device] = monitoring(office).devices
    for path in ("monitoring/", f"devices/{device.device.id}/profile/"):
        page = officer.get(f"/cases/{story.case}/{path}").content.decode()
        assert "Its newest profile allows no collection" in page
        assert "because an out-of-hours contact is missing for a gravity" in page
    page = officer.get(f"/cases/{story.case}/monitoring/").content.decode()
    assert "Version 2: signed, until" in page
    assert "In these times the profile in force granted nothing" in page
    assert " to now</li>" in page
