"""Each stop of collection in the real process: declared with its own reason, and resumed by itself."""

import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from offmon.agent import progress
from offmon.agent.app import LATE_S
from offmon.agent.clock import now
from offmon.agent.gap_counters import DECLARE_COUNTS_MS
from offmon.agent.progress import EVERY_MS, Marks
from offmon.agent.store import WAIT_S
from offmon.core.authority.capability import Capability
from offmon.core.clock import HOUR_MS, Period
from offmon.core.formats import codec
from offmon.core.formats.event import GapReason
from offmon.core.formats.problem import Problem, answer
from offmon.core.ids import Ms
from tests.integration.agent.devices import Device, await_true, copied, device
from tests.integration.agent.page_marks import PageMarks
from tests.integration.agent.presence.displays import end, start_display
from tests.support.fake_agency import PHRASES, SITES

LISTED = {"url": "https://listed.example/", "title": ""}


def windows_of(person: Device) -> list[int]:
    """The indicator's process: the only child of the agent."""
    assert person.running is not None
    pid = person.running.pid
    return [int(c) for c in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


def test_an_indicator_that_does_not_answer_stops_collection_and_is_replaced(person: Device) -> None:
    person.start()
    (window,) = windows_of(person)
    os.kill(window, signal.SIGSTOP)
    await_true(lambda: bool(person.gaps(GapReason.NOT_VISIBLE)))
    assert window not in windows_of(person)
    person.tell(LISTED)
    await_true(lambda: len(person.ingest.disclosures()) == 1)


def hide(person: Device) -> None:
    """The window is gone, until the agent has put another in its place; the time between is kept."""
    (window,), before = windows_of(person), kept(person)
    os.kill(window, signal.SIGKILL)
    await_true(lambda: kept(person) > before)


def kept(person: Device) -> int:
    with closing(sqlite3.connect(person.home / "outbox.sqlite", autocommit=True)) as another:
        count: int = another.execute("SELECT count(*) FROM kept").fetchone()[0]
        return count


@pytest.mark.parametrize("end", [Device.stop, Device.kill])
def test_what_was_not_covered_goes_together_and_a_finding_brings_none_of_it_forward(
    person: Device, end: Callable[[Device], object]
) -> None:
    """Once an hour, at the start and at the end: one batch of it, however often the window was hidden."""
    person.start(gaps_s=3600)
    hide(person)
    hide(person)
    visited = now()
    person.tell(LISTED)
    await_true(lambda: len(person.ingest.disclosures()) == 1)
    assert (person.ingest.gaps(), kept(person) >= 2) == ([], True)
    await_true(lambda: int(str(person.marks()["alive_at"])) > visited)
    end(person)
    if end is Device.kill:
        person.start(gaps_s=3600)
    await_true(lambda: len(person.gaps(GapReason.NOT_VISIBLE)) >= 2 and kept(person) == 0)
    found = [gap for gap in person.ingest.gaps() if gap.since <= visited <= gap.until]
    assert found == []  # however it ended, what was covered is no gap


def test_what_was_not_covered_and_not_told_yet_is_declared_though_the_store_was_taken_away(person: Device) -> None:
    """It is kept in the store for up to an hour: what the agent writes beside it does not pass its beginning."""
    ends = Ms(now() + 6000)
    person.ingest.agency.issue(lease=Period(Ms(now() - HOUR_MS), ends))
    person.start(gaps_s=3600)
    await_true(lambda: int(str(person.marks()["alive_at"])) > ends + EVERY_MS)
    person.ingest.agency.issue()
    await_true(lambda: kept(person) > 0)
    alive_at = int(str(person.marks()["alive_at"]))
    person.kill()
    for part in person.home.glob("outbox.sqlite*"):
        part.unlink()
    person.start()
    await_true(lambda: bool(person.gaps(GapReason.STORE_DAMAGED)))
    assert min(gap.since for gap in person.gaps(GapReason.STORE_DAMAGED)) < alive_at - EVERY_MS // 2


def test_a_display_that_is_lost_ends_the_agent(enrolled: Device) -> None:
    server, name = start_display()
    with copied(enrolled, name) as person:
        person.ingest.agency.issue()
        person.start()
        end(server)
        status, said = person.await_end()
        assert (status, "[no-display]" in said) == (3, True)
        assert not (person.home / "pages.sock").exists()


def test_a_lease_that_ends_stops_collection_until_it_is_renewed(person: Device, marks: PageMarks) -> None:
    ends = Ms(now() + 12_000)  # an agent on a busy machine needs some seconds to begin
    person.ingest.agency.issue(lease=Period(Ms(now() - HOUR_MS), ends))
    person.start()
    person.tell({**LISTED, "url": "https://before.listed.example"})
    await_true(lambda: len(person.ingest.disclosures()) == 1)
    await_true(lambda: now() > ends)
    person.tell({**LISTED, "url": f"https://listed.example/{marks.head}"})
    person.ingest.agency.issue()
    await_true(lambda: bool(person.gaps(GapReason.NO_PROFILE)))
    person.tell({**LISTED, "url": "https://renewed.listed.example"})
    await_true(lambda: len(person.ingest.disclosures()) == 2)
    assert person.disclosed() == ["https://before.listed.example", "https://renewed.listed.example"]
    marks.assert_nowhere()


def test_terms_that_ended_collect_nothing_and_nothing_is_missing_then(person: Device, marks: PageMarks) -> None:
    agency = person.ingest.agency
    grant = agency.grant(agency.lists[0])
    over = tuple(replace(term, period=Period(Ms(0), Ms(now() - 1))) for term in grant.terms)
    agency.issue(grants=(replace(grant, terms=over),))
    person.start()
    person.tell({**LISTED, "url": f"https://listed.example/{marks.head}"})
    beats = person.ingest.heartbeats
    await_true(lambda: person.ingest.heartbeats >= beats + 5)
    assert person.ingest.disclosures() == []
    assert person.ingest.gaps() == []
    marks.assert_nowhere()


def test_an_order_that_ends_while_the_device_is_offline_ends_there_and_a_restart_brings_nothing_back(
    person: Device, marks: PageMarks
) -> None:
    """R-LEG-6: the device needs nobody to tell it. What it found before is delivered once it is online."""
    agency, ends = person.ingest.agency, Ms(now() + 12_000)
    grant = agency.grant(agency.lists[0])
    until = tuple(replace(term, period=Period(Ms(0), ends)) for term in grant.terms)
    agency.issue(grants=(replace(grant, terms=until),))
    person.start()
    await_true(lambda: person.ingest.heartbeats > 0)
    person.ingest.next_answers.extend([None] * 1_000)  # the network is cut
    person.tell({**LISTED, "url": "https://before.listed.example"})
    await_true(lambda: now() > ends)
    for _ in range(2):
        person.tell({**LISTED, "url": f"https://listed.example/{marks.head}"})
        person.stop()
        person.start()
    person.ingest.next_answers.clear()
    await_true(lambda: len(person.ingest.disclosures()) == 1)
    assert person.disclosed() == ["https://before.listed.example"]
    marks.assert_nowhere()


def test_a_clock_that_was_set_back_stops_collection_until_a_signed_time(person: Device, marks: PageMarks) -> None:
    person.start()
    person.stop()
    file = person.home / "marks"
    ahead = codec.load(Marks, file.read_bytes(), max_size=4096)
    # As it would be found if the clock had been an hour further when the agent last ran.
    file.write_bytes(progress.sealed(replace(ahead, highest=Ms(ahead.highest + HOUR_MS))))
    person.ingest.next_answers.extend([answer(Problem.UNAVAILABLE)] * 2)
    person.start()
    person.tell({**LISTED, "url": f"https://listed.example/{marks.head}"})
    await_true(lambda: bool(person.gaps(GapReason.CLOCK)))
    person.tell(LISTED)
    await_true(lambda: len(person.ingest.disclosures()) == 1)
    marks.assert_nowhere()


def test_a_clean_stop_is_noted_and_the_time_between_two_runs_is_declared_whole_however_the_first_ended(
    person: Device,
) -> None:
    person.start()
    person.stop()
    await_true(lambda: [note.note for note in person.ingest.notes()] == ["started", "stopped"])
    person.start()
    await_true(lambda: len(person.gaps(GapReason.AGENT_DOWN)) == 1)
    before = now()
    person.kill()
    time.sleep(1.5)
    person.start()
    await_true(lambda: len(person.gaps(GapReason.AGENT_DOWN)) == 2)
    gap = person.gaps(GapReason.AGENT_DOWN)[-1]
    assert gap.since <= before
    assert gap.until >= before + 1500


def test_a_damaged_store_is_set_aside_and_the_loss_declared(person: Device) -> None:
    person.start()
    person.stop()
    (person.home / "outbox.sqlite").write_bytes(b"junk" * 9999)
    person.start()
    await_true(lambda: bool(person.gaps(GapReason.STORE_DAMAGED)))
    (gap,) = person.gaps(GapReason.NEW_EPOCH)
    assert gap.last_epoch == next(iter(person.ingest.journals))
    person.tell(LISTED)
    await_true(lambda: len(person.ingest.disclosures()) == 1)


def test_a_leaf_that_is_none_any_more_is_met_by_what_sends_and_the_loss_declared(person: Device) -> None:
    """Nothing need be found after it: else the device would fall silent for good."""
    person.start(heartbeat_s=1)
    person.ingest.next_answers.extend([answer(Problem.UNAVAILABLE)] * 3)
    person.tell(LISTED)
    store = person.home / "outbox.sqlite"
    await_true(lambda: len(person.ingest.next_answers) < 3)
    with closing(sqlite3.connect(store, autocommit=True)) as another:
        assert another.execute("UPDATE leaf SET data = x'7b' WHERE data IS NOT NULL").rowcount
    await_true(lambda: bool(person.gaps(GapReason.STORE_DAMAGED)))
    assert store.with_name("outbox.sqlite.damaged").exists()
    assert person.ingest.disclosures() == []


def test_a_store_that_takes_nothing_is_declared_and_no_line_of_the_log_says_when_it_was_met(person: Device) -> None:
    """Only what was found needs room: a line in that moment would tell of it (design §1.6)."""
    person.start(heartbeat_s=3600)
    with closing(sqlite3.connect(person.home / "outbox.sqlite", isolation_level=None)) as another:
        another.execute("BEGIN IMMEDIATE")
        person.tell(LISTED, LISTED, LISTED)
        time.sleep(DECLARE_COUNTS_MS / 1000 + 2 * WAIT_S)  # it tries to keep it, then to declare that it could not
        another.execute("ROLLBACK")
    await_true(lambda: sum(gap.lost or 0 for gap in person.gaps(GapReason.QUEUE_FULL)) == 3)
    assert person.stop() == ""
    assert person.gaps(GapReason.NOT_VISIBLE) == []  # the indicator was measured meanwhile


def test_what_could_not_be_kept_does_not_show_in_the_time_that_the_agent_did_not_run(person: Device) -> None:
    """That time they are told at once: it would begin where something was found (design §1.6)."""
    person.start(heartbeat_s=3600)
    with closing(sqlite3.connect(person.home / "outbox.sqlite", isolation_level=None)) as another:
        another.execute("BEGIN IMMEDIATE")
        visited = now()
        person.tell(LISTED)
        await_true(lambda: int(str(person.marks()["alive_at"])) > visited + DECLARE_COUNTS_MS)
        person.kill()
        another.execute("ROLLBACK")
    person.start()
    await_true(lambda: bool(person.gaps(GapReason.AGENT_DOWN)) and bool(person.gaps(GapReason.QUEUE_FULL)))
    (down,), (full,) = person.gaps(GapReason.AGENT_DOWN), person.gaps(GapReason.QUEUE_FULL)
    assert down.since > visited + DECLARE_COUNTS_MS
    assert visited - 1000 <= full.since <= down.since == full.until


def test_a_device_enrols_once_and_only_with_the_right_code(screen: str) -> None:
    with device(screen) as person:
        right = person.ingest.secret
        person.ingest.secret = bytes(10)
        code = person.ingest.code
        person.ingest.secret = right
        file = person.folder / "wrong"
        file.write_text(code.text, "ascii")
        file.chmod(0o644)
        arguments = ("enrol", "--home", str(person.home), "--server", person.url, "--code-file", str(file))
        status, said = person.call(*arguments)
        assert (status, "[bad-code]" in said) == (1, True)
        assert person.enrol()[0] == 0
        key = person.ingest.agency.device_key
        status, said = person.enrol()
        assert (status, "[already-enrolled]" in said) == (1, True)
        assert person.ingest.agency.device_key == key


@pytest.fixture
def reader(enrolled: Device, screen: str) -> Iterator[Device]:
    """A person whose profile looks for phrases as well."""
    with copied(enrolled, screen) as one:
        agency = one.ingest.agency
        agency.lists = (agency.sign_list(Capability.SITE, SITES), agency.sign_list(Capability.PHRASE, PHRASES))
        agency.issue(grants=tuple(map(agency.grant, agency.lists)))
        yield one


def test_text_is_asked_for_on_result_pages_only_and_never_of_excluded_ones(reader: Device) -> None:
    marks = PageMarks(reader)
    text = "about a purple elephant in the room"
    pages = [
        ("https://www.google.com/search?q=pets", True),
        (f"https://www.google.com/search?q=crisis+line+{marks.head}", False),
        (f"https://mail.google.com/mail/u/0/{marks.head}", False),
        ("https://listed.example/", False),
        (f"https://other.example/{marks.head}", False),
    ]
    reader.start()
    told = [
        {"url": url, "title": "" if read else marks.title, "text": text if read else f"{text} {marks.body}"}
        for url, read in pages
    ]
    assert reader.tell(*told) == [read for _, read in pages]
    await_true(lambda: len(reader.ingest.disclosures()) == 2)
    phrase, site = sorted(reader.ingest.disclosures(), key=lambda pair: pair[0].claim.kind)
    context = (phrase[1].context_before, phrase[1].context_after)
    assert (phrase[0].claim.rule, *context) == ("phrase-1", "about a", "in the room")
    assert (site[0].claim.rule, site[1].context_before) == ("listed-1", None)
    marks.assert_nowhere()


def test_an_agent_that_stood_still_declares_that_time_and_no_second_runs_beside_it(person: Device) -> None:
    """It was visible before and is after, and nobody ended it: but it could not be told of anything."""
    person.start()
    status, said = person.call("run", "--home", str(person.home), "--server", person.url)
    assert (status, "[already-running]" in said) == (1, True)  # nor does another take its place
    person.tell(LISTED)
    assert person.running is not None
    began = now()
    person.running.send_signal(signal.SIGSTOP)
    time.sleep(LATE_S + 1)
    ended = now()
    person.running.send_signal(signal.SIGCONT)
    await_true(lambda: bool(person.gaps(GapReason.AGENT_DOWN)))
    (gap,) = person.gaps(GapReason.AGENT_DOWN)
    assert began - 2_000 <= gap.since <= began
    assert ended <= gap.until
