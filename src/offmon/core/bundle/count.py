"""What a bundle holds and leaves out, counted from its rows and case log (design §1.8). Verifier, report and approver share it.

An item of which nothing is shown counts as withheld, whatever its row says. So readers know how much there is to read.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from offmon.core.alerts.exhibit import ExhibitRecord
from offmon.core.alerts.follow_up import FOLLOWS
from offmon.core.alerts.opening import NOT_THEIRS
from offmon.core.bundle import opened
from offmon.core.bundle.case import ACCOUNTED, Case
from offmon.core.bundle.layout import EpochJournal, EpochRow, LeafAccount
from offmon.core.bundle.uncovered import not_covered_in
from offmon.core.errors import OffmonError
from offmon.core.formats.commitment import Unfit
from offmon.core.log.audit import AuditEntry, Touched, Verb
from offmon.core.log.provenance import can_be
from offmon.core.log.quarantine import NO_AUTHORITY
from offmon.core.log.records import ActionRecord, AlertRecord, DecisionOutcome, DecisionRecord, DeviceRecord, LeafPlace


@dataclass(frozen=True, slots=True)
class Counts:
    """What the verifier counted for itself, from the rows and the run."""

    items: int = 0
    shown: int = 0
    withheld: int = 0
    does_not_open: int = 0
    not_granted: int = 0
    quarantined: int = 0
    refused: int = 0
    erased: int = 0
    lost: int = 0
    gaps: int = 0
    undeclared: int = 0
    alerts: int = 0
    rejected: int = 0
    permitted: int = 0
    undecided: int = 0
    corrected: int = 0
    actions: int = 0
    actions_open: int = 0
    actions_cancelled: int = 0
    unfollowed: int = 0
    exhibits: int = 0
    entries: int = 0
    entries_withheld: int = 0
    changed_since: int = 0

    @property
    def sentence(self) -> str:
        """`3 of 412 shown (…); 17 alerts, 14 rejected, …`: what verifier, report and approver's page all say."""
        others = [
            ("withheld", self.withheld),
            ("refused", self.refused),
            ("erased", self.erased),
            ("gaps declared", self.gaps),
        ]
        if self.undeclared:
            others.append(("not covered and not declared", self.undeclared))
        if self.lost:
            others.insert(3, ("lost by the agency", self.lost))
        left_out = ", ".join(f"{count} {word}" for word, count in others)
        text = f"{self.shown} of {self.items} shown ({left_out}); {self.alerts} alerts, {self.rejected} rejected"
        text += f", {self.permitted} permitted" if self.permitted else ""
        text += f", {self.undecided} not yet decided"
        if self.corrected:
            text += f"; {self.corrected} whose decision was corrected"
        if self.actions:
            text += f"; {self.actions} followed by an action, {self.actions_open} of them not yet done"
            text += f", {self.actions_cancelled} cancelled" if self.actions_cancelled else ""
        if self.unfollowed:
            text += f"; {self.unfollowed} that call for an action and have none"
        if self.exhibits:
            text += f"; exhibits sealed: {self.exhibits}"
        unfit = [
            (self.does_not_open, "in a form that does not open"),
            (self.not_granted, "with more than its grant allows"),
        ]
        if told := " and ".join(f"{count} {words}" for count, words in unfit if count):
            text += f". Of those withheld, the device sent {told}: not shown"
        if self.quarantined:
            text += f". Of those withheld, {self.quarantined} are quarantined: their time had no authority"
        text += f". {self.entries} audit entries, {self.entries_withheld} withheld whole."
        if self.changed_since:
            text += f" {self.changed_since} records were made or changed after the bundle was built, and are not in it as they are now."
        return text


def count(case: Case) -> Counts:
    """What a reader is told of the whole: shown of how many, and what became of the alerts."""
    rows = [row for journal in case.files.journals.values() for row in journal.rows]
    accounts = [
        LeafAccount.WITHHELD if row.account is LeafAccount.SHOWN and _is_blank(case, journal, row) else row.account
        for journal in case.files.journals.values()
        for row in journal.rows
        if row.leaf == "disclosure"
    ]
    alerts = {record for kind, record in case.named if kind == AlertRecord.KIND}
    alerts |= {entry.it.alert for number, entry in case.entries.items() if entry.it.alert and number <= case.index.last}
    decisions, actions = case.readable(DecisionRecord), case.readable(ActionRecord)
    standing = [line[-1].outcome for alert, line in case.decisions.items() if alert in alerts]
    followed = {action.decision for action in actions}
    later = {
        (touched.table, touched.id)
        for number, entry in case.entries.items()
        if number > case.index.last
        for touched in entry.it.touched
        if touched.table in ACCOUNTED and touched.id != case.index.export and not _notes_a_day(entry.it, touched)
    }
    return Counts(
        items=len(accounts),
        shown=accounts.count(LeafAccount.SHOWN),
        withheld=accounts.count(LeafAccount.WITHHELD),
        does_not_open=_unfit(rows, Unfit.DOES_NOT_OPEN),
        not_granted=_unfit(rows, Unfit.NOT_GRANTED),
        quarantined=_unfit(rows, NO_AUTHORITY),
        refused=accounts.count(LeafAccount.REFUSED),
        erased=accounts.count(LeafAccount.ERASED),
        lost=accounts.count(LeafAccount.LOST),
        gaps=sum(row.leaf == "gap" for row in rows),
        undeclared=len(not_covered_in(case)),
        alerts=len(alerts),
        rejected=sum(outcome in NOT_THEIRS for outcome in standing),
        permitted=standing.count(DecisionOutcome.PERMITTED),
        undecided=len(alerts - case.decisions.keys()),
        corrected=sum(len(line) > 1 for line in case.decisions.values()),
        actions=len(actions),
        actions_open=sum(action.is_open for action in actions),
        actions_cancelled=sum(action.cancelled_in is not None for action in actions),
        unfollowed=sum(one.outcome in FOLLOWS and one.id not in followed for one in decisions),
        exhibits=sum(exhibit.sealed_at is not None for exhibit in case.readable(ExhibitRecord)),
        entries=len(list(case.lines())),
        entries_withheld=sum(line.entry is None for line in case.lines()),
        changed_since=len(later),
    )


def _unfit(rows: Sequence[EpochRow], ground: str) -> int:
    return sum((row.account, row.why) == (LeafAccount.WITHHELD, ground) for row in rows)


def _is_blank(case: Case, journal: EpochJournal, row: EpochRow) -> bool:
    """Whether the item of the row is there and shows no word of its body. A fault in it is found where items are checked."""
    item = case.files.items.get(LeafPlace(journal.device, journal.epoch, row.n))
    with suppress(OffmonError):
        return item is not None and all(value is None for value in opened.shown(item.body).values())
    return False


def _notes_a_day(entry: AuditEntry, touched: Touched) -> bool:
    """Whether a process only noted that a device was heard, which changes nothing of it. In another's name, or of another row, it does."""
    return entry.verb is Verb.DEVICE_DAY and can_be(entry) and touched.table == DeviceRecord.KIND
