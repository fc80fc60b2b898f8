"""The goal of each benchmark. A goal is a ratio, so that a slow machine does not miss it by being slow alone."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound on one ratio: at least that much, or at most."""

    bound: float
    at_least: bool
    what: str

    def is_met(self, ratio: float) -> bool:
        """Whether the ratio keeps the bound."""
        return ratio >= self.bound if self.at_least else ratio <= self.bound

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.bound:g}"


def _of_peer(share: float, what: str) -> Goal:
    return Goal(share, at_least=True, what=what)


def _of_limit(what: str) -> Goal:
    return Goal(1.0, at_least=False, what=what)


# By benchmark, then by ratio. A time is a share of its limit: 1 is just in time.
GOALS: Final[dict[str, dict[str, Goal]]] = {
    "intake": {
        "intake.of_ceiling": _of_peer(
            0.4, "signed batches of 50 through ingest, against the same rows by one statement, no framework, no audit"
        ),
        "intake.of_aw_server": _of_peer(
            1.0, "the same, against as many events through ActivityWatch's server, unsigned and unaudited"
        ),
    },
    "heartbeats": {
        "heartbeats.of_goal": _of_peer(1.0, "signed heartbeats through ingest, against 1,500 a second on two cores")
    },
    "fleet": {
        "fleet.of_100000": _of_peer(1.0, "devices whose requests one machine answers in time, of 100,000"),
        "fleet.growth": Goal(
            1.2, at_least=False, what="processor time that a device takes in a fleet of ten times as many, against its"
        ),
        "fleet.queue_lag": _of_limit("p95 from a finding's receipt to its alert in the largest fleet, of 2 s"),
    },
    "audit": {
        "audit.of_ceiling": _of_peer(
            0.5, "a real action that writes one row with its entry, against one statement that writes the same two"
        )
    },
    "compile": {
        "compile.of_parts": _of_peer(
            0.005, "orders to a signed profile by the signer, against compiling, canonical form and signature alone"
        )
    },
    "feed": {
        "feed.of_ceiling": _of_peer(
            0.2, "10,000 status changes of licences taken, against reading them and the same rows by one statement each"
        )
    },
    "set_up": {
        "set_up.first": _of_limit("a bare clone until everything of `make run` answers, of 90 s"),
        "set_up.again": _of_limit("`make run` again until everything answers, of 10 s"),
    },
    "verify": {"verify.seconds_100_items": _of_limit("`offmon verify` of a bundle of 100 items, of 1 s")},
    "queue_page": {"queue_page": _of_limit("p95 of a page of the queue at 100,000 alerts, of 150 ms")},
    "pages": {
        f"pages.{who}": _of_limit(
            f"p95 of the slowest daily page of {whose} at 1 million alerts and 50,000 cases, of 150 ms"
        )
        for who, whose in (
            ("officer", "an officer of 60 cases"),
            ("supervisor", "a supervisor of 480"),
            ("person", "a supervised person"),
        )
    }
    | {"pages.statements": _of_limit("the most statements that one of these pages asks of the database, of 12")},
    "log_page": {"log_page": _of_limit("p95 of a page of the agency's log at 1 million entries, of 1 s")},
    "log": {
        "log.sequencing": _of_peer(1.0, "entries that get their places, hashes and signature, of 10,000 a second"),
        "log.checkpoint_s": _of_limit("p95 from an entry's commit until a cosigned checkpoint has it, of 1 s"),
        "log.proof": _of_limit("p95 of the proof of one entry in the largest log of the run, of 5 ms"),
    },
    "tip_off": {
        "tip_off": Goal(
            1.05, at_least=False, what="median of the portal's pages where something was found, against a twin without"
        )
    },
    "device": {
        "device.idle_cpu": _of_limit("processor time of an agent that has nothing to do, of 0.3 % of one core"),
        "device.browsing_cpu": _of_limit("the same while a page is opened each 10 s, of 1 % of one core"),
        "device.wake_ups": _of_limit("how often agent and window wake while nothing happens, of twice a second"),
        "device.private": _of_limit("memory that nothing else would hold without agent and window, of 35 MiB"),
        "device.start": _of_limit("from the command until the agency heard that it collects, of 1.5 s"),
        "device.day_bytes": _of_limit("what passes the line in a day with nothing to report, of 200 KB"),
    },
    "matching": {
        "matching.memory": _of_limit("memory that 10,000 phrases and 100,000 sites take on a device, of 20 MiB"),
        "matching.page": _of_limit("median time to look through a page of 100 KB, words in one form included, of 3 ms"),
        "matching.of_automaton": _of_peer(0.5, "that page, against the automaton alone on its words in one form"),
    },
    "page_load": {
        f"page_load{which}.{rank}": Goal(
            bound, at_least=False, what=f"{rank} of the time to load {pages}, against a browser without us"
        )
        for which, pages in (("", "a page"), (".read", "a page that is read"))
        for rank, bound in (("median", 1.03), ("p95", 1.10))
    },
    "integrity": {
        "integrity.row": _of_limit("time to look at one row from an empty memory, of 3.6 ms: a million rows an hour"),
        "integrity.at_rest": _of_limit("share of one core while nothing happens, of 5 %"),
    },
    "availability": {
        f"availability.{attack}": _of_limit(
            f"p95 from a visit to the queue while there are attacks on {attack}, of 5 s"
        )
        for attack in ("none", "locks", "transactions", "connections", "objects", "bodies")
    },
    "night": {
        "night.to_mailbox": _of_limit("p95 from a visit to a mail in a mail server's mailbox, of 5 s"),
        "night.to_queue": _of_limit("p95 of the same visits to their row on the queue's page, of 2 s"),
    },
    "visit_to_queue": {"visit_to_queue": _of_limit("p95 from a visit to its row on the queue's page, of 2 s")},
}
