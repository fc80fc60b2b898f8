"""What a line of the log is called, for who reads it: acts, purposes, what led there, and the hour by both clocks."""

import re
from collections.abc import Mapping
from typing import Final

from offmon.core import clock
from offmon.core.ids import Ms
from offmon.core.log.extract import LogSearch
from offmon.core.log.look_ups import ACTED_MS, GIVEN_MS, MANY_PEOPLE, Finding, Picked
from offmon.core.log.reading import CameFrom, ReadingPurpose
from offmon.core.log.samples import Mark
from offmon.core.log.verbs import Operation, Verb
from offmon.server.faces.console import alert_words, words

PURPOSE: Final = {
    ReadingPurpose.LAWFULNESS: "To verify that processing is lawful",
    ReadingPurpose.SELF_MONITORING: "For self-monitoring, or a disciplinary matter",
    ReadingPurpose.SECURITY: "To ensure the integrity and security of personal data",
    ReadingPurpose.CRIMINAL_PROCEEDINGS: "For criminal proceedings",
}
CAME_FROM: Final = {
    CameFrom.ALERT: "From an alert",
    CameFrom.TASK: "From a task",
    CameFrom.REQUEST: "From a request",
    CameFrom.LIST: "From a list of work",
    CameFrom.NOT_SAID: "From no list of work",
    CameFrom.NO_LOOK: "",
}
OPERATION: Final = {
    Operation.CONSULTATION: "Any look at personal data",
    Operation.DISCLOSURE: "Any disclosure to others",
    Operation.ALTERATION: "Any change",
    Operation.COLLECTION: "Anything collected",
    Operation.COMBINATION: "Anything combined",
    Operation.ERASURE: "Anything erased",
}
ACT: Final = {
    Verb.ACCESS_DENIED: "Was refused access",
    Verb.ACTION_CONSULTED: "Looked at a task",
    Verb.ALERT_CONSULTED: "Looked at an alert in a list",
    Verb.ALERT_REVIEW: "Opened an alert",
    Verb.CASE_CONSULTED: "Looked at the person’s case",
    Verb.CASELOAD_ENDED: "Ended access to the case",
    Verb.CASELOAD_GRANTED: "Gave access to the case",
    Verb.CONTENT_REVEALED: "Had a disclosure revealed",
    Verb.DOCUMENT_OPENED: "Opened a document",
    Verb.HISTORY_OPENED: "Opened the history kept on the device",
    Verb.HISTORY_ASKED: "Asked on the device for its history to be opened",
    Verb.HISTORY_OPENING_ASKED: "Asked the vault to open the history kept on the device",
    Verb.EMERGENCY_CONSULTED: "Read an alert opened in an emergency",
    Verb.EMERGENCY_OPENED: "Opened an alert in an emergency",
    Verb.EMERGENCY_REVIEWED: "Reviewed an opening in an emergency",
    Verb.EXHIBIT_CONSULTED: "Looked at an exhibit",
    Verb.EXPORT_CONSULTED: "Looked at an evidence bundle",
    Verb.LOG_OPENED: "Began to read the log",
    Verb.LOG_READ: "Read a page of the log",
    Verb.LOG_TAKEN: "Took an extract of the log",
    Verb.LOOK_UP_EXAMINED: "Examined a look-up",
    Verb.LOOK_UP_PICKED: "Picked a look-up to be examined",
    Verb.OWN_NAME_SOUGHT: "Searched for their own family name",
    Verb.END_CERTIFICATE_MADE: "Created the end certificate",
    Verb.END_CERTIFICATE_HANDED_OVER: "Gave the person the end certificate",
    Verb.PERSON_LOOKED: "Looked at their own page",
    Verb.QUEUE_CONSULTED: "Looked at the list of alerts",
    Verb.REQUEST_CONSULTED: "Looked at a request",
    Verb.RESTRICTION_CONSULTED: "Looked at a restriction",
    Verb.REVEAL_ASKED: "Asked to have a disclosure revealed",
    Verb.SAMPLE_DRAWN: "Drew a sample of looks",
    Verb.SAMPLE_MARKED: "Checked a look of a sample",
    Verb.START_PAGE_CONSULTED: "Looked at their list of work",
}
COUNTED: Final = {
    Verb.CONTENT_REVEALED: "Reveals",
    Verb.ALERT_DECIDED: "Decisions",
    Verb.EXPORTED: "Bundles sent",
    Verb.ACCESS_DENIED: "Refused access",
    Verb.LOG_OPENED: "Readings of the log",
    Verb.LOOK_UP_PICKED: "Look-ups picked",
    Verb.SAMPLE_MARKED: "Looks dip-checked",
}
PICKED: Final = {
    Picked.NO_TASK: "Outside any task",
    Picked.MANY_PEOPLE: "Many people in an hour",
    Picked.OWN_NAME: "Own family name",
    Picked.SAMPLED: "A dip-check asks about it",
}
PICKED_HINT: Final = {
    Picked.NO_TASK: (
        f"They do not keep the case, and no list of their work named it. They did nothing there in {ACTED_MS // clock.DAY_MS} days, "
        f"and it was not opened to them in the last {GIVEN_MS // clock.DAY_MS}."
    ),
    Picked.MANY_PEOPLE: f"They looked at more than {MANY_PEOPLE} people within an hour.",
    Picked.OWN_NAME: "They searched for their own family name. The words of the search are not kept.",
    Picked.SAMPLED: "It was drawn by chance, and whoever checked the sample could not explain it.",
}
FINDING: Final = {Finding.EXPLAINED: "Explained", Finding.PASSED_ON: "Passed on to professional standards"}
MARK: Final = {Mark.EXPLAINED: "Explained", Mark.ASK: "Ask about it"}
_ID: Final = re.compile(r"\b[0-9a-f]{32}\b")


def act(verb: Verb) -> str:
    """What somebody did, in words."""
    return ACT.get(verb) or alert_words.act(verb)


def searched(search: LogSearch, known: Mapping[str, str]) -> str:
    """What was looked for."""
    what = OPERATION.get(search.operation, "") if search.operation else act(search.verb) if search.verb else ""
    since = "" if search.since is None else f"from {words.day(search.since)}"
    until = "" if search.until is None else f"to the end of {words.day(Ms(search.until - 1))}"
    who = [known.get(one, "an id that is not known") for one in (search.case, search.staff) if one is not None]
    return ", ".join(part for part in (*who, what, since, until) if part) or "All entries"


def utc(at: Ms) -> str:
    """“2026-06-09 13:05:22 UTC”."""
    return f"{clock.utc_text(at)[:19].replace('T', ' ')} UTC"


def named(reason: str, known: Mapping[str, str]) -> str:
    """The words of an entry, with the references and names of the ids in them."""
    return _ID.sub(lambda found: known.get(found[0], "an id that is not known"), reason)


def ids_in(reason: str | None) -> list[str]:
    """The ids that the words of an entry hold."""
    return _ID.findall(reason or "")
