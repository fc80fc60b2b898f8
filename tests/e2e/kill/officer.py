"""An officer who keeps working: opens an alert, reveals one body of it, decides the alerts that grew long."""

import random
import re
import threading
import time
from collections import Counter

from tests.e2e.kill.truth import LISTED
from trial.apps import StaffWayIn
from trial.officer import ConsoleFailed, Officer

ALERT = re.compile(r"/alerts/[0-9a-f]{32}/")
LEAF = re.compile(r"/occurrences/([0-9a-f]{32})/")
ADDRESS = re.compile("|".join(rf"https://[0-9]+\.{re.escape(listed)}" for listed in LISTED))
DECIDED_FROM = 20  # occurrences
PAUSE_S = 0.2


class Reveals(threading.Thread):
    """A stream of reveals. `asking` is set while one is under way; `unanswered` says when the console could not answer at all."""

    def __init__(self, port: int, by: StaffWayIn, seed: int) -> None:
        super().__init__(name="officer", daemon=True)
        self._officer = Officer(port, by)
        self._chance = random.Random(seed)  # noqa: S311 - which one to look at
        self.stop = threading.Event()
        self.asking = threading.Event()
        self.shown: list[tuple[str, str]] = []
        self.asked: Counter[str] = Counter()
        self.refused = 0
        self.unanswered: list[float] = []
        self.decided = 0

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                self._turn()
            except ConsoleFailed:
                self.unanswered.append(time.monotonic())
            finally:
                self.asking.clear()
            time.sleep(PAUSE_S)

    def _turn(self) -> None:
        alerts = list(filter(ALERT.fullmatch, self._officer.get("/alerts/").links))
        if not alerts:
            return
        alert = self._chance.choice(alerts)
        leaves = LEAF.findall("\n".join(self._officer.get(alert).links))
        if not leaves:
            return
        self._reveal(alert, self._chance.choice(leaves))
        if len(leaves) >= DECIDED_FROM:
            self._decide(alert)

    def _decide(self, alert: str) -> None:
        try:
            page = self._officer.submit(
                alert, {"outcome": "evidential", "reason": "Long enough (invented)."}, to="decide/"
            )
        except ConsoleFailed as refusal:
            if "answered 200 and has no form" in refusal.message:
                return  # more joined meanwhile, and the alert's page is shown once more
            raise
        self.decided += "Recorded:" in page.text or page.path.endswith(
            "/decided/"
        )  # where more joined while the form was open, it comes back

    def _reveal(self, alert: str, leaf: str) -> None:
        self.asked[leaf] += 1
        self.asking.set()
        page = self._officer.submit(f"{alert}occurrences/{leaf}/", {"why": "To see what it was (invented)."})
        self.asking.clear()
        address = ADDRESS.search(page.text)
        if address is None:
            self.refused += 1
        else:
            self.shown.append((leaf, address[0]))
