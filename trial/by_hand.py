"""`device`: be the supervised person by hand, beside a running `make run`: agent and browser on your own screen.

Rules
- It needs a real display, since the indicator must be seen. The agent runs in no other way.
- The device is enrolled once, by the code that the console shows. The next start continues with that enrolment.
- It ends with Ctrl-C or with the browser, and everything that it started ends with it.
"""

import os
import sys
import time
from pathlib import Path
from typing import Final

from trial import invented
from trial.browser import PROGRAM, Browser
from trial.person import PERSON_UID, MissingDisplay, TrialPerson, check_programs
from trial.places import TrialHome, reachable_code
from trial.script import until
from trial.uids import is_root

WAIT_S: Final = 60.0
AGENT_SAW_NO_DISPLAY: Final = 3


def be(home: TrialHome, server: str) -> None:
    """Until the browser is closed. Raises NoDisplay, AgentFailed, StepFailed."""
    display = os.environ.get("DISPLAY")
    if not display:
        raise MissingDisplay(
            "no-display", "make demo    # it brings a display of its own; this needs one that you sit at"
        )
    check_programs({PROGRAM: PROGRAM})
    authority = "" if is_root() else os.environ.get("XAUTHORITY") or str(Path.home() / ".Xauthority")
    with home.held():
        person = TrialPerson(home, reachable_code(home), server, display=display, authority=authority)
        try:
            if person.status_or_none() is None:
                _tell(
                    "This device is not enrolled. At the visit (“Start an install visit”) create its code, and type it here:"
                )
                person.enrol(sys.stdin.readline().strip())
            _browse(person)
        finally:
            person.stop()


def _browse(person: TrialPerson) -> None:
    person.start_agent()
    until("profile at the device; the console says at the case what is missing", lambda: _collects(person), WAIT_S)
    browser = Browser(person, invented.web("advice"))
    try:
        browser.open(invented.START)
        _tell(
            f"{person.status()}\nThe browser is open. Its pages arrive in the officer's queue, or do not. Close it to end."
        )
        while all(process.poll() is None for process in person.running.values()):
            time.sleep(0.5)
        if person.running["browser"].poll() is None:
            person.check_running()
    finally:
        browser.close()


def _collects(person: TrialPerson) -> bool | None:
    if person.running["agent"].poll() == AGENT_SAW_NO_DISPLAY:
        theirs = f"xhost +si:localuser:#{PERSON_UID}    # lets the person's account, which is none of yours, onto your screen"
        raise MissingDisplay("no-display", theirs if is_root() else f"tail {person.home.logs}/person.log")
    person.check_running()
    return person.collects() or None


def _tell(what: str) -> None:
    sys.stdout.write(what + "\n")
    sys.stdout.flush()
