"""A device that stops is a task: it comes, somebody records what they found, and it is done (issue 20)."""

import re
from dataclasses import replace
from unittest.mock import patch

import pytest
from django.db.models import F

from offmon.core.clock import DAY_MS, HOUR_MS, MINUTE_MS
from offmon.core.formats.event import GapLeaf, GapReason, NoteKind
from offmon.core.ids import Ms
from offmon.core.log.audit import Verb
from offmon.core.log.hours import Spent
from offmon.core.person.gap_class import Down
from offmon.core.person.stopped import tasks_of
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.deployments.queries.in_use import DeviceInUse, in_use
from offmon.server.faces.console.device_words import SPENT
from offmon.server.intake.devices import queries
from offmon.server.intake.devices.actions import fold
from offmon.server.intake.devices.queries import LEDGER_DAYS
from offmon.server.intake.devices.queries.hours import down_since
from offmon.server.intake.devices.served import DOWN_MS, do_note_served
from offmon.server.intake.models import Liveness
from tests.integration.console.office import Office, send, sign_in
from tests.integration.console.test_acts import errors
from tests.integration.console.test_start_page import links, text
from tests.prove.markers import proves
from tests.support.fake_device import now

FOUND = {"found": "broken", "text": "It is being repaired.", "source": "The person, by phone"}


def passed(office: Office, **times: int) -> None:
    """Of the device's own row, as if so much time had passed since."""
    with office.story.running(Process.INGEST):
        rows = Liveness.objects.filter(device=office.story.device.device)
        assert rows.update(**{column: F(column) - ms for column, ms in times.items()}) or not times


@proves("S192", tasks_of, disabled=lambda known, at, *, down=(), newest=None: ())
def test_a_silent_device_is_a_task_until_somebody_says_what_they_found(office: Office) -> None:
    officer, case, device = sign_in("officer"), office.story.case, office.story.device.device
    assert "Devices to look after" not in text(officer)
    passed(office, heard_at=2 * DAY_MS)
    for path in ("/", f"/cases/{case}/", f"/cases/{case}/monitoring/", f"/cases/{case}/devices/"):
        assert "The device has not been heard since" in text(officer, path)
    assert "Active, but nothing heard since" in text(officer, "/cases/")
    form = f"/cases/{case}/devices/{device}/found/"
    assert form in links(officer)
    assert "Enter the note" in errors(send(officer, form, task="silent"))
    assert send(officer, form, task="silent", **FOUND).status_code == 302
    assert "Devices to look after" not in text(officer)
    assert "It is being repaired." in text(officer, f"/cases/{case}/devices/")
    assert "Active, but nothing heard since" in text(officer, f"/cases/{case}/")  # it is done, and still silent
    assert "waits to be looked after" in text(officer, form)
    [entry] = office.story.entries(Verb.DEVICE_LOOKED_AFTER)
    assert (entry.case, entry.actor.id) == (case, office.story.officer.id)
    passed(office, heard_at=HOUR_MS - 2 * DAY_MS)  # it was heard an hour ago
    assert "but nothing heard" not in text(officer, f"/cases/{case}/")


@pytest.mark.parametrize(
    ("kind", "times", "said"),
    [
        (NoteKind.WITHDRAWN, {}, "that the program was being removed"),
        (NoteKind.STOPPED, {"heard_at": 2 * DAY_MS}, None),  # it said that it was switched off
        (NoteKind.STOPPED, {"heard_at": 8 * DAY_MS}, "that it was being switched off"),
        (NoteKind.STARTED, {"heard_at": 2 * DAY_MS}, "has not been heard since"),
    ],
)
def test_what_the_device_said_last_counts(
    office: Office, kind: NoteKind, times: dict[str, int], said: str | None
) -> None:
    office.story.device.note(kind)
    office.story.send()
    passed(office, **times)
    shown = text(sign_in("officer"))
    assert ("Devices to look after" in shown) is (said is not None)
    assert said is None or said in shown


def test_a_gap_has_its_kind_and_the_days_their_hours(office: Office) -> None:
    device = office.story.device
    device.note(NoteKind.STOPPED)
    device.gap(GapReason.AGENT_DOWN)
    gap = device.leaves[-1]
    assert isinstance(gap, GapLeaf)
    device.leaves.append(replace(gap, gap=replace(gap.gap, n=gap.gap.n + 1, reason=GapReason.NOT_VISIBLE)))
    office.story.send()
    officer, case = sign_in("officer"), office.story.case
    shown = text(officer, f"/cases/{case}/monitoring/")
    assert "Done on the device: something on the screen covered the indicator" in shown
    assert "Done on the device: the program was ended while the device stayed on" in shown
    assert "Running" not in text(officer, f"/cases/{case}/devices/")
    assert "Stopped or switched off" in text(officer, f"/cases/{case}/devices/")


def test_each_day_of_a_device_is_drawn_with_its_hours(office: Office) -> None:
    """As if it had been enrolled ten days ago, and was last heard two days ago."""
    began = Ms(now() - 10 * DAY_MS)
    passed(office, heard_at=2 * DAY_MS)
    older = [replace(one, enrolled_at=began, lease_since=began) for one in on_console(office)]
    with patch.object(queries, "in_use", lambda case=None: older):
        page = sign_in("officer").get(f"/cases/{office.story.case}/devices/").content.decode()
    days = re.findall(r'<tr class="govuk-table__row"><th scope="row".*?</tr>', page)
    hours = [re.findall(r"<td[^>]*>([^<]*)</td>", day) for day in days]
    assert len(hours) == LEDGER_DAYS
    assert hours[5][0] == hours[-1][-1] == "24 h"  # covered whole, and nothing due
    assert hours[1][list(SPENT).index(Spent.UNKNOWN)] == "24 h"
    assert page.count("frame-drawing__covered") >= 8


def test_after_48_hours_each_page_says_the_hour_alone(office: Office) -> None:
    """Whether or not the worker has folded the time that the table holds."""
    past = now() % HOUR_MS
    passed(office, heard_at=3 * DAY_MS + past - 17 * MINUTE_MS)
    officer, case = sign_in("officer"), office.story.case
    pages = ("/", "/cases/", *(f"/cases/{case}/{part}" for part in ("", "monitoring/", "devices/")))
    shown = {path: text(officer, path) for path in pages}
    assert not [path for path, said in shown.items() if re.search(r"\d:1[678][ap]m", said)]
    assert "or within the hour after" in shown[f"/cases/{case}/devices/"]
    assert "or within the hour after" in shown[f"/cases/{case}/monitoring/"]
    with office.story.running(Process.WORKER):
        assert fold([office.story.device.device], now())
    assert {path: still(text(officer, path)) for path in pages} == {path: still(said) for path, said in shown.items()}


def still(said: str) -> str:
    """What a page says but for the minutes and hours that are left, which the clock counts down between two looks."""
    return re.sub(r"Due in \d+ (minute|hour)s?", "Due", said)


def on_console(office: Office) -> list[DeviceInUse]:
    with scope(office.story.officer):
        return in_use(office.story.case)


def test_our_own_downtime_is_what_lies_between_two_notes(office: Office) -> None:
    at = Ms(now() - DAY_MS)
    with office.story.running(Process.INGEST):
        for minute in (0, 1, 2, 62, 63):
            do_note_served(Ms(at + minute * MINUTE_MS))
    end, back = Ms(at + 2 * MINUTE_MS), Ms(at + 62 * MINUTE_MS)
    with office.story.console():
        assert down_since(Ms(at - DAY_MS), Ms(back + MINUTE_MS)) == (Down(end, back),)
        assert down_since(Ms(end + MINUTE_MS), Ms(back + MINUTE_MS)) == (Down(Ms(end + MINUTE_MS), back),)
        assert down_since(at, Ms(back + 2 * MINUTE_MS + DOWN_MS)) == (
            Down(end, back),
            Down(Ms(back + MINUTE_MS), Ms(back + 2 * MINUTE_MS + DOWN_MS)),
        )


@proves("S193", down_since, disabled=lambda since, at: ())
def test_time_in_which_we_were_down_makes_no_device_silent(office: Office) -> None:
    with office.story.running(Process.INGEST):
        do_note_served(Ms(now() - 2 * DAY_MS))
        do_note_served(now())
    passed(office, heard_at=2 * DAY_MS)
    assert "Devices to look after" not in text(sign_in("officer"))
