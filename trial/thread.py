"""The thread of design §1, played once: the act of each step, its actor, and what must be seen for it to count.

The officers act at the console over HTTP. The person's agent and browser are real processes in an account of their own. The verifier judges
the bundle as a stranger would run it.
"""

import json
import re
import secrets
import subprocess
from collections.abc import Callable
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from time import monotonic, sleep
from typing import Final, LiteralString

from offmon.core import clock as time
from offmon.core.alerts.exhibit import CustodyRecord, ExhibitRecord
from offmon.core.bundle.read import unpack
from offmon.core.formats.protocol import MARKER_PATH
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.server.base import clock
from offmon.words.catalogue import Language, translate
from trial import checks, invented
from trial.apps import way_in
from trial.browser import Browser
from trial.officer import Officer, OfficerPage
from trial.person import TrialPerson
from trial.raising import Raised, part
from trial.script import expect
from trial.script import until as wait_until
from trial.seeking import SoughtRun, beside
from trial.stack import DATABASE
from trial.uids import is_root, uids_of_a_run

WAIT_S: Final = 120.0
OPENED_AGAIN_S: Final = 15.0  # as a person opens a page again of which nothing arrived
NEXT_POLL_S: Final = 180.0  # a device with a profile in force asks for the next one less often
DEVICE: Final = {"kind": "computer", "access": "own_agreed", "permission": "", "password": "person"}
CODE: Final = re.compile(r"\b[A-Z2-7]{4}(?:-[A-Z2-7]{4}){7}\b")
NOTICE: Final = re.compile(r"/cases/[0-9a-f]{32}/notices/[0-9a-f]{32}/")
ALERT: Final = re.compile(r"/alerts/[0-9a-f]{32}/")
DISCLOSURES: Final = "intake_leaf where kind = 'disclosure'"
ALERTS: Final = 3
MONITORED: Final = "Monitored now:"


class Thread:
    """One play. The methods are in the order of the thread; each returns what was shown."""

    def __init__(self, system: Raised, person: TrialPerson) -> None:
        self._system = system
        self._home = system.stack.home
        self._person = person
        done = json.loads((self._home.of("console") / "seed.json").read_text())
        self._case = f"/cases/{Id(done['case opened'])}/"
        self._licence = Id(done["licence recorded"])
        self._alert = self._export = self._on_paper = ""
        self.marker = secrets.token_hex(12)  # stands on each page that nobody may hear of, and nowhere afterwards
        self._run = SoughtRun(self._home.path, uids_of_a_run())
        self.browser: Browser | None = None

    def close(self) -> None:
        """End what the play itself started beside the system and the person."""
        if self.browser:
            self.browser.close()

    @property
    def bundle(self) -> Path:
        """Where the bundle is put."""
        return self._home.path / "bundles" / "demo.zip"

    @cached_property
    def officer(self) -> Officer:
        """The offender manager, signed in."""
        return self._sign_in(invented.OFFICER)

    @cached_property
    def evidence(self) -> Officer:
        """The evidence officer, signed in."""
        return self._sign_in(invented.EVIDENCE)

    def authority(self) -> str:
        """The case as the seed played it."""
        page = self.officer.get(self._case + "monitoring/")
        expect("the case opens for its officer", holds=page.status == 200)
        expect(
            "two people stand behind each term", holds=self._count("orders_term where confirmed_by <> recorded_by") == 2
        )
        expect(
            "and behind the monitoring",
            holds=self._count("deployments_authorisation where authorised_by <> drafted_by") == 1,
        )
        notices = [link for link in page.links if NOTICE.fullmatch(link)]
        papers = [self.officer.get(link).text for link in notices]
        expect("the notice is made in two languages", holds=len(papers) == len(Language))
        before = translate(Language.ENGLISH, "notice.paper.checkpoint")
        [english] = [one for one in papers if before in one]
        self._on_paper = "\n".join(english.split(before)[1].splitlines()[1:4])
        expect("and says where to complain", holds=translate(Language.ENGLISH, "notice.head.complaint") in english)
        return (
            "an SHPO and a licence, each term confirmed by a second officer; authorised by a third person; a notice made from "
            "them in English and Welsh, and served"
        )

    def enrolment(self) -> str:
        """A code from the console enrols the device."""
        code = code_at_visit(self.officer, self._case)
        expect("the console shows an enrolment code once", holds=code is not None)
        before = self._person.status_or_none()
        self._person.enrol(code or "")
        expect("the device was not enrolled before", holds=before is None)
        return "single use, 15 minutes; half of it names the agency's root key; nothing is collected yet"

    def profile(self) -> str:
        """The agent shows its indicator and obeys the signed profile."""
        self._person.start_agent()
        self._until("profile at the device", self._monitored, WAIT_S)
        # Its first leaf is the note that it began: before that nothing is collected, and a page would rightly be ignored.
        self._until("note that the agent began", self._begun, WAIT_S)
        return f"indicator measured on display {self._person.display}; {self._count_monitored()} grants in force, lease of 30 days"

    def shown_to_work(self) -> str:
        """The marker page is opened on the device; once the note of that arrived, monitoring is active."""
        page = self.officer.get(self._case + "monitoring/")
        marker = self._system.stack.url("ingest") + MARKER_PATH
        expect("the case says which page to open on the device", holds=marker in page.text)
        expect("monitoring is not active before", holds=not self._is_active())
        self._until("active monitoring", self._opens(marker), WAIT_S)
        expect("nothing of the page left the device", holds=self._count(DISCLOSURES) == 0)
        return "the marker page was the browser's first; the device noted that it was open, and the worker began the monitoring"

    def _opens(self, marker: str) -> Callable[[], bool | None]:
        """Opens the marker page, and again where nothing came of it: what opens before the agent may collect is not noted."""
        opened_at = -OPENED_AGAIN_S

        def look() -> bool | None:
            nonlocal opened_at
            if self._is_active():
                return True
            if monotonic() - opened_at >= OPENED_AGAIN_S:
                self._browse().open(marker)
                opened_at = monotonic()
            return None

        return look

    def pages(self) -> str:
        """The person opens pages; only what a grant covers leaves the device."""
        browser = self._browse()
        barred = (*invented.unlisted_pages(self.marker), *invented.excluded_pages(self.marker))
        # The last is a listed one: the agent answers in the order of what was opened, so it is done with all that went before.
        opened = (invented.LISTED, invented.RESULTS, *barred, invented.LISTED_BY_PATH)
        due, took = 0, 0.0
        for address in opened:
            browser.open(address)
            due += address not in barred
            # As a person stays until they have seen a page: what lies behind another one is not read.
            began = monotonic()
            if address in barred:
                sleep(took)  # so long did the last that left take: time enough for this one to leave, if it could
            self._until("further disclosure", lambda: self._count(DISCLOSURES) >= due or None, WAIT_S)  # noqa: B023  # called at once
            took = monotonic() - began
            expect("nothing left beside what a list names and nothing excludes", holds=self._count(DISCLOSURES) == due)
        expect("the browser fetched every page, the excluded ones too", holds={*opened} <= {*browser.web.asked})
        return (
            f"{len(opened)} pages in Chromium: 2 listed places and a listed phrase among search results left the "
            "device; 2 unlisted pages did not, nor 3 excluded ones: 2 within listed places, a search for help with the listed phrase"
        )

    def alert(self) -> str:
        """The possible breaches stand in the officer's queue."""
        self._alert = self._until("three alerts in the queue", self._queued, WAIT_S)
        return "three in the officer's queue, the gravest due first, from the envelopes alone, each with a time by which to look"

    def opened(self) -> str:
        """The officer opens it: explained, and logged."""
        page = self.officer.get(self._alert)
        expect("the alert opens", holds=page.status == 200)
        expect("no page address is shown before a reveal", holds=invented.SENT.encode() not in page.body)
        entries = self._count("audit_entry where verb = %s", Verb.ALERT_REVIEW.value)
        expect("the log says that the alert was opened", holds=entries == 1)
        return "explained by term, list and rule; the page's address still enclosed; the log says who opened it"

    def reveal(self) -> str:
        """The vault opens one body, for a reason, once."""
        page = self.officer.get(self._alert)
        link = next((link.partition("#")[0] for link in page.links if "/occurrences/" in link), None)
        expect("an occurrence can be opened", holds=link is not None)
        shown = self.officer.submit(str(link), {"why": "To decide whether this is a breach (invented)"})
        expect("the site that was visited is shown", holds=invented.SENT in shown.text)
        expect("which page of it was never sent", holds=invented.LISTED not in shown.text)
        return "the vault opened one body for one reason; console and database never held the key"

    def decision(self) -> str:
        """A named human decides."""
        given = {"outcome": "evidential", "reason": "A room that the list names (invented)."}
        page = self.officer.submit(self._alert, given, to="decide/")
        expect("the decision is shown", holds="Recorded:" in page.text or page.path.endswith("/decided/"))
        return "outcome `evidential`, with a reason, by a named officer; no machine moves an alert"

    def sealed(self) -> str:
        """The evidence officer asks for what was decided to be sealed, and has the vault do it."""
        page = self.evidence.get(self._alert)
        link = next((link for link in page.links if link.endswith("/seal/")), None)
        expect("what was decided can be sealed", holds=link is not None)
        in_charge = {who.sign_in: who.name for who in invented.STAFF}[invented.OFFICER]
        [form] = [form for form in self.evidence.get(str(link)).forms if "oic" in form.names]
        expect("the officer can be put in charge", holds=in_charge in form.choices)
        given = {"initials": "EE", "oic": form.choices[in_charge], "reason": "For the hearing (invented)"}
        asked = self.evidence.submit(str(link), given)
        expect("the exhibit has a reference before anything is opened", holds="EE1" in asked.text)
        expect("and nobody has had it", holds=self._count("evidence_custody") == 0)
        page = self.evidence.submit(asked.path)
        expect("the exhibit is sealed", holds=page.status == 200 and self._count("evidence_custody") == 1)
        expect("no page address is shown for that", holds=invented.SENT.encode() not in page.body)
        return "exhibit EE1: the vault sealed what was sent to a key of its own, and its continuity begins with its producer"

    def nothing_of_the_barred(self) -> str:
        """The marker of the unlisted and excluded pages is sought everywhere, but in what the browser keeps for its own person."""
        history = (self.browser.folder,) if self.browser else ()
        files = beside(self._run.found([self.marker]), history)
        rows = checks.rows_with(self._system.stack.server, DATABASE, self.marker)
        expect("the marker of unlisted and excluded pages is in no file and no row", holds=not files and not rows)
        expect("nor did one leave enclosed", holds=self._count(DISCLOSURES) == ALERTS)
        return (
            "their random marker is in no row of the database, in no file below the trial's home but for the browser's own history, and "
            "in none that a process of the trial may have written in /tmp, /var/tmp, /dev/shm, /run/lock or your own home"
        )

    def apart(self) -> str:
        """Every process is its own."""
        persons = {"agent": self._person.agent_pid} | (self.browser.pids() if self.browser else {})
        found = checks.ran(self._system.processes.pids | persons)
        wrong = checks.not_apart(found, frozenset(persons))
        expect(f"all different: {', '.join(wrong)}", holds=not wrong)
        told = ", ".join(f"{one.name} {one.pid}/{one.uid}" for one in found)
        whose = (
            "agent, browser and shim are the person's, so share one uid"
            if is_root()
            else "only root could part the uids"
        )
        return f"{told} (pid/uid; command lines differ too; {whose})"

    def forgery(self) -> str:
        """The console's role asks for a profile that nobody authorised."""
        code = part("forge", self._system.stack).strip()
        return f"a request row written by the console's own role: refused by the signer ({code}), and said in the log"

    def asked(self) -> str:
        """The evidence officer asks for a bundle; the vault builds it; the one who asked may not approve it."""
        today = time.local_day(clock.now())
        given = {
            "recipient": "Oakshire Crown Court (invented)",
            "reason": "Hearing (invented)",
            **_date("since", today),
        }
        self._export = self.evidence.submit_checked(self._case + "exports/new/", given | _date("until", today)).path
        self._until("built bundle", lambda: self._stands_at("Waiting for approval"), WAIT_S)
        own = self.evidence.get(self._export + "approve/")
        expect("who asked may not approve", holds=own.status in {403, 404})
        return f"what is opened was logged and witnessed first; the asker's own approval: {own.status}"

    def approved(self) -> str:
        """The supervisor approves, the witness has seen it, the bundle is taken out."""
        supervisor = self._sign_in(invented.SUPERVISOR)
        page = supervisor.submit(self._export + "approve/")
        expect("a second person approves", holds=page.path == self._export)
        data = self._until("downloaded bundle", self._downloaded, WAIT_S)
        self.bundle.parent.mkdir(mode=0o700, exist_ok=True)
        self.bundle.write_bytes(data)
        return f"approved by a second person, cosigned, {len(data):,} bytes"

    def verified(self) -> str:
        """The verifier, as a stranger runs it: with keys of their own, and three lines copied from the person's paper notice."""
        copied = self.bundle.with_name("on-paper.txt")
        copied.write_text(self._on_paper)
        command = [str(self._system.stack.code.python), "-P", "-m", "offmon", "verify", str(self.bundle)]
        ended = subprocess.run(  # noqa: S603 - argument lists of this package, never a shell
            [*command, "--trust", str(self._home.trust), "--since", str(copied)],
            cwd="/",
            env=self._system.stack.code.environment() | {"PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
            timeout=WAIT_S,
        )
        expect(f"offmon verify says verified:\n{ended.stdout}{ended.stderr}", holds=ended.returncode == 0)
        expect("it names the witness as not independent", holds="not independent" in ended.stdout)
        kinds = {path.split("/")[2] for path in unpack(self.bundle.read_bytes()) if path.startswith("data/records/")}
        expect(
            "the bundle holds the exhibit and who has had it", holds={ExhibitRecord.KIND, CustodyRecord.KIND} <= kinds
        )
        return (
            "complete, valid, authentic, authorised, continuous, and the log goes on from the checkpoint on the person's notice; it "
            "holds the exhibit and who has had it; the witness is said to be not independent"
        )

    def licence_ends(self) -> str:
        """The officer records at the console that the licence ended: what rested on it alone falls, what the SHPO grants runs on."""
        before = self._count_monitored()
        at = datetime.fromtimestamp(clock.now() / 1000, time.LONDON)
        given = {"time": f"{at:%H:%M}", "reason": "Recalled (invented)", **_date("ended_on", at.date())}
        page = self.officer.submit(f"{self._case}instruments/{self._licence}/end/", given)
        expect("the end is recorded", holds=page.path == self._case + "orders/")
        self._until("narrower profile at the device", lambda: self._narrowed(before), NEXT_POLL_S)
        return f"grants in force: {before} before, {self._count_monitored()} after, under the SHPO alone"

    def _until[T](self, what: str, look: Callable[[], T | None], seconds: float) -> T:
        """What `look` finds; gives up at once where a process has ended."""

        def watchful() -> T | None:
            self._person.check_running()
            self._system.processes.watch()
            return look()

        return wait_until(what, watchful, seconds)

    def _sign_in(self, who: str) -> Officer:
        return Officer(self._system.stack.ports["console"], way_in(self._home, who))

    def _browse(self) -> Browser:
        if self.browser is None:
            self.browser = Browser(self._person, invented.web(self.marker))
        return self.browser

    def _is_active(self) -> bool:
        return self._count("deployments_deployment where state = 'active'") == 1

    def _monitored(self) -> bool | None:
        return True if MONITORED in self._person.status() else None

    def _count(self, what: LiteralString, *values: str) -> int:
        return checks.count(self._system.stack.server, DATABASE, what, *values)

    def _narrowed(self, before: int) -> bool | None:
        return True if 0 < self._count_monitored() < before else None

    def _begun(self) -> bool | None:
        return (self._person.collects() and self._count("intake_leaf") > 0) or None

    def _count_monitored(self) -> int:
        return self._person.status().count(MONITORED)

    def _queued(self) -> str | None:
        alerts = list(filter(ALERT.fullmatch, self.officer.get("/alerts/").links))
        return alerts[0] if len(alerts) == ALERTS else None

    def _stands_at(self, state: str) -> OfficerPage | None:
        """The page of the bundle, once it says so: the vault goes on by itself."""
        page = self.evidence.get(self._export)
        return page if state in page.text else None

    def _downloaded(self) -> bytes | None:
        page = self.evidence.submit(self._export + "download/")
        return page.body if page.body.startswith(b"PK") else None


def code_at_visit(officer: Officer, case: str) -> str | None:
    """The enrolment code that the console shows at an install visit, once it is recorded whose device it is."""
    officer.submit(case + "visit/others/", {"there": "0", "met": "0"})
    officer.submit(case + "visit/device/", DEVICE)
    found = CODE.search(officer.submit(case + "visit/install/").text)
    return None if found is None else found[0]


def _date(name: str, day: date) -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}
