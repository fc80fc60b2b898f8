"""An alert in one line, for whoever chooses among several; an act of the log in words."""

from offmon.core.log.audit import Verb
from offmon.server.faces.console import words
from offmon.server.triage.queries.queue_lines import QueueRow


def alert_line(row: QueueRow) -> str:
    """“listed.example, high, 3 times, last on 9 June 2026 at 2:05pm”."""
    times = "once" if row.times == 1 else f"{row.times} times"
    return f"{row.what or row.rule}, {words.GRAVITY[row.gravity].lower()}, {times}, last on {words.when(row.last_at)}"


def act(verb: Verb) -> str:
    """“Alert decided”: an entry's own word, for people."""
    subject, _, done = verb.value.partition(".")
    return f"{subject} {done}".replace("_", " ").capitalize().replace("mappa", "MAPPA")
