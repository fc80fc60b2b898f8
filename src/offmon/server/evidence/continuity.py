"""An exhibit's continuity in a bundle's report: each act about it, by whom, when, under which number of the case's log, and who had it.

Rules
- Each step is an entry of the log. What was only tried, and a process's act in another's name, is none (`provenance.is_done`).
- From its sealing on, one person has the exhibit. Before, it is enclosed in the agency's database, and the vault alone opens it.
- An act about the exhibit's possible breach belongs to it: who saw a disclosure of it, who decided, who looked again.
- A bundle's approval and release come after the report, and are in no report of that bundle: they are in its tail.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Final

from offmon.core.alerts.exhibit import CustodyRecord, ExhibitRecord
from offmon.core.bundle.case import Case
from offmon.core.bundle.exhibits import custody_of
from offmon.core.ids import Id, Ms
from offmon.core.log import provenance
from offmon.core.log.audit import AuditEntry, Touched, Verb
from offmon.core.log.records import DecisionRecord, ExportRecord, SecondLookRecord
from offmon.server.evidence.report_words import OUTCOMES, sentence

PLAIN: Final = {
    Verb.BATCH_RECEIVED: "Received it from the device",
    Verb.ALERT_RAISED: "Raised the possible breach",
    Verb.ALERT_PASSED_ON: "Escalated the possible breach to the next person",
    Verb.ALERT_ACKNOWLEDGED: "Acknowledged the possible breach: they had it",
    Verb.ALERT_ASSIGNED: "Assigned the possible breach",
    Verb.CONTENT_REVEALED: "Was shown disclosures of the possible breach",
    Verb.EXHIBIT_ASKED: "Asked for the sealing",
    Verb.EXHIBIT_OPENED: "Opened it to seal it",
}
OF_EXPORT: Final = {
    Verb.EXPORT_ASKED: "Asked for {}",
    Verb.EXPORT_OPENED: "Opened what {} shows",
    Verb.EXPORT_APPROVED: "Approved {}",
    Verb.EXPORT_REFUSED: "Refused {}",
    Verb.EXPORTED: "Released {}",
    Verb.EXPORT_DOWNLOADED: "Took out {}",
}
DECIDED: Final = {
    Verb.ALERT_DECIDED: "Decided",
    Verb.DECISION_CORRECTED: "Corrected the decision",
    Verb.DECISION_LOOKED_AT_AGAIN: "Looked again, before the decision was seen",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the log. `held_by`: who has the exhibit once this is done; None before its sealing."""

    number: int
    at: Ms
    by: Id | None
    what: str
    held_by: Id | None


def steps_of(case: Case, exhibit: ExhibitRecord) -> list[Step]:
    """Every act about the exhibit, oldest first. Raises NotAuthentic where a record that the log names is not there."""
    about = _About(case, exhibit, {link.id: link for link in custody_of(case, exhibit.id)})
    found, holder, raised = list[Step](), None, False
    for number, entry in provenance.spoken((number, entry.it) for number, entry in sorted(case.entries.items())):
        if not provenance.is_done(entry) or not (what := about.said(entry)):
            continue
        if entry.verb is Verb.ALERT_RAISED:  # findings that came later were added to it
            if raised:
                continue
            raised = True
        link = about.link(entry)
        holder = link.held_by if link else holder
        by = None if "actor" in case.entries[number].withheld else entry.actor.id
        found.append(Step(number, entry.at, by, what, holder))
    return found


@dataclass(frozen=True, slots=True)
class _About:
    """What an entry of the log says about one exhibit."""

    case: Case
    exhibit: ExhibitRecord
    links: Mapping[Id, CustodyRecord]

    def link(self, entry: AuditEntry) -> CustodyRecord | None:
        """The link of its custody that the entry began."""
        return next((self.links[one.id] for one in entry.touched if _is(one, CustodyRecord.KIND, self.links)), None)

    def said(self, entry: AuditEntry) -> str:
        """What it did about the exhibit; empty where it did nothing about it."""
        if entry.verb in OF_EXPORT:
            return self._of_export(entry)
        if link := self.link(entry):
            done = (
                f"Handed it over, at {link.place}"
                if link.number
                else f"Sealed it as {self.exhibit.reference}, at {link.place}"
            )
            return f"{done}. {sentence(link.reason)}"
        if any(one.table == ExhibitRecord.KIND for one in entry.touched):
            return PLAIN.get(entry.verb, "") if any(one.id == self.exhibit.id for one in entry.touched) else ""
        if entry.verb is Verb.BATCH_RECEIVED:
            batch = self.case.batch_of(self.exhibit.leaf).id
            return PLAIN[entry.verb] if any(one.id == batch for one in entry.touched) else ""
        return (self._decided(entry) or PLAIN.get(entry.verb, "")) if entry.alert == self.exhibit.alert else ""

    def _decided(self, entry: AuditEntry) -> str:
        if entry.verb not in DECIDED:
            return ""
        for one in entry.touched:
            if one.table == SecondLookRecord.KIND and entry.verb is Verb.DECISION_LOOKED_AT_AGAIN:
                found = self.case.record(SecondLookRecord, one.id).it.outcome
                return f"{DECIDED[entry.verb]}: {OUTCOMES[found]}" if found else ""
            if one.table == DecisionRecord.KIND and entry.verb is not Verb.DECISION_LOOKED_AT_AGAIN:
                return f"{DECIDED[entry.verb]}: {OUTCOMES[self.case.record(DecisionRecord, one.id).it.outcome]}"
        return ""

    def _of_export(self, entry: AuditEntry) -> str:
        """Of a bundle that opens the exhibit: chosen by itself, with its possible breach, or by the period alone, as before."""
        touched = {one.id for one in entry.touched if one.table == ExportRecord.KIND}
        for one in self.case.readable(ExportRecord):
            named = one.id in touched or (one.manifest is not None and one.manifest == entry.manifest)
            if named and (one.alerts is None or self.exhibit.alert in one.alerts or self.exhibit.id in one.exhibits):
                which = "this bundle" if one.id == self.case.index.export else "an earlier bundle"
                return f"{OF_EXPORT[entry.verb].format(which)}, for {one.recipient}"
        return ""


def _is(one: Touched, kind: str, known: Container[Id]) -> bool:
    return one.table == kind and one.id in known
