"""An officer in one browser decides on a page in another; every process between them is its own (issue 2)."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from offmon.core.log.audit import Verb
from tests.e2e.looking import look
from tests.e2e.pressing import follow, press
from tests.e2e.thread.conftest import Played
from tests.support.loopback import watched
from trial import checks, invented
from trial.person import PERSON_UID
from trial.stack import DATABASE
from trial.uids import PROCESS_UIDS, is_root, own_account

pytestmark = pytest.mark.thread

WAIT_MS = 30_000
REASON = "The person says that a page led there by itself; there may be a reasonable excuse (invented)."


def test_an_officer_in_one_browser_decides_on_what_a_page_in_another_caused(desk: Page, played: Played) -> None:
    def logged(verb: Verb) -> int:
        return checks.count(played.system.stack.server, DATABASE, "audit_entry where verb = %s", verb.value)

    rows = desk.locator("tbody tr")
    for _ in range(100):  # the worker raises alerts by itself; an officer looks again
        desk.goto("/alerts/")
        if rows.count() == 3:
            break
        desk.wait_for_timeout(WAIT_MS / 100)
    look(desk, "queue")
    rules = [re.search(r"rule (\S+)", text) for text in rows.all_inner_texts()]
    assert next(one and one[1] for one in rules) == "chat.listed", "the gravest is due first"
    assert {one and one[1] for one in rules} == {"chat.listed", "forum.listed", "elephant.club"}

    follow(desk, re.compile(", elephant.club,"))
    assert "Listed phrase on a page" in desk.inner_text("main")
    look(desk, "alert-phrase")
    desk.get_by_label("Why do you need to see it?").fill("To see where the words stood")
    press(desk, "Reveal the disclosure")
    shown = desk.inner_text("main")
    for words in (invented.RESULTS, invented.PHRASE, "on Tuesdays"):
        assert words in shown
    look(desk, "revealed-phrase")

    desk.goto("/alerts/")
    follow(desk, re.compile(", chat.listed,"))
    assert desk.locator("h1").inner_text() == "Possible breach: chat.listed"
    assert invented.SENT not in desk.content(), "what was visited is enclosed until somebody says why they look"
    look(desk, "alert")
    alert = desk.url
    desk.get_by_label("Why do you need to see it?").fill("To decide whether this is a breach")
    press(desk, "Reveal the disclosure")
    assert invented.SENT in desk.inner_text("main")
    look(desk, "revealed")
    assert logged(Verb.CONTENT_REVEALED) == 2

    desk.get_by_label("Reasonable excuse considered").check()
    desk.get_by_label("Why?", exact=True).fill(REASON)
    press(desk, "Record the decision")
    assert "Recorded: Reasonable excuse considered" in desk.inner_text("main")
    look(desk, "decided")
    desk.goto(alert)
    assert REASON in desk.inner_text("main")
    look(desk, "alert-decided")
    desk.goto("/alerts/")
    assert rows.count() == 2
    assert checks.count(played.system.stack.server, DATABASE, "oversight_walked where at > whole_at") > 0
    assert logged(Verb.MISMATCH_FOUND) == 0, (
        "the integrity process looked at rows meanwhile, and lawful work is none of its findings"
    )


def test_every_process_between_the_two_browsers_is_its_own(played: Played) -> None:
    """Agent, shim and browser are one person's, who may look into their own: they share an account (ADR 5), and nothing else does."""
    servers = played.system.processes.pids
    faces, parts = (
        ("ingest", "console", "portal", "website"),
        ("signer", "vault", "worker", "integrity", "assurance", "notify"),
    )
    assert {*servers} == {"witness", "mailbox", *faces, *parts}
    persons = played.persons
    everyone = servers | persons
    lines = {name: Path(f"/proc/{pid}/cmdline").read_bytes() for name, pid in everyone.items()}
    assert len({*everyone.values()}) == len(everyone)
    assert len({*lines.values()}) == len(everyone)
    for name, word in (
        *((name, f"offmon.server.processes.{name}") for name in parts),
        *((name, f"offmon.server.faces.{name}") for name in faces),
        ("witness", "offmon.witness"),
        ("mailbox", "trial.mailbox"),
        ("agent", "offmon.agent"),
        ("shim", "offmon.agent.native_host"),
        ("browser", "/usr/lib/chromium/chromium"),
    ):
        assert word.encode() in lines[name]

    uids = {name: real_uid(pid) for name, pid in everyone.items()}
    if is_root():
        assert {uids[name] for name in persons} == {PERSON_UID}
        assert {name: uids[name] for name in servers} == {name: PROCESS_UIDS[name] for name in servers}
        assert len({*uids.values()}) == len(servers) + 1
        assert not {0, PERSON_UID} & {uids[name] for name in servers}
    else:
        assert {*uids.values()} == {own_account().uid}  # only root could part them, and the demo says so


def test_of_an_unlisted_or_excluded_page_there_is_nothing_in_any_file_or_row(played: Played) -> None:
    """When the officer has looked at all there is."""
    played.thread.nothing_of_the_barred()  # raises where it finds the mark


@watched
def test_nor_did_anything_of_it_go_by_on_the_loopback(played: Played) -> None:
    """Last: it ends the watch."""
    assert played.wire is not None
    played.wire.close()
    assert (played.wire.seen, played.wire.missed) == (set(), 0)


def real_uid(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return int(next(line for line in status if line.startswith("Uid:")).split()[1])
