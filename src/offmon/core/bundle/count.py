"""What a bundle holds and leaves out, counted from its rows and its run: the same for verifier, report and approver (design §1.8)."""

from dataclasses import dataclass

from offmon.core.bundle.case import ACCOUNTED, Case
from offmon.core.bundle.layout import Account
from offmon.core.errors import OffmonError
from offmon.core.ids import Id
from offmon.core.records import REJECTING, Alert, Decision


@dataclass(frozen=True, slots=True)
class Counts:
    """What the verifier counted for itself, from the rows and the run."""

    items: int = 0
    shown: int = 0
    withheld: int = 0
    refused: int = 0
    erased: int = 0
    lost: int = 0
    gaps: int = 0
    alerts: int = 0
    rejected: int = 0
    undecided: int = 0
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
        if self.lost:
            others.insert(3, ("lost by the agency", self.lost))
        left_out = ", ".join(f"{count} {word}" for word, count in others)
        text = f"{self.shown} of {self.items} shown ({left_out}); {self.alerts} alerts, {self.rejected} rejected"
        text += (
            f", {self.undecided} not yet decided. {self.entries} audit entries, {self.entries_withheld} withheld whole."
        )
        if self.changed_since:
            text += f" {self.changed_since} records were made or changed after the bundle was built, and are not in it as they are now."
        return text


def count(case: Case) -> Counts:
    """What a reader is told of the whole: shown of how many, and what became of the alerts."""
    rows = [row for journal in case.files.journals.values() for row in journal.rows]
    accounts = [row.account for row in rows if row.leaf == "disclosure"]
    alerts = {record for kind, record in case.newest if kind == Alert.KIND}
    alerts |= {entry.it.alert for number, entry in case.entries.items() if entry.it.alert and number <= case.index.last}
    decided, rejected = set[Id](), set[Id]()
    for record in case.ids(Decision.KIND):
        try:
            decision = case.record(Decision, record).it
        except OffmonError:
            continue
        decided.add(decision.alert)
        if decision.outcome in REJECTING:
            rejected.add(decision.alert)
    later = {
        (touched.table, touched.id)
        for number, entry in case.entries.items()
        if number > case.index.last
        for touched in entry.it.touched
        if touched.table in ACCOUNTED and touched.id != case.index.export
    }
    return Counts(
        items=len(accounts),
        shown=accounts.count(Account.SHOWN),
        withheld=accounts.count(Account.WITHHELD),
        refused=accounts.count(Account.REFUSED),
        erased=accounts.count(Account.ERASED),
        lost=accounts.count(Account.LOST),
        gaps=sum(row.leaf == "gap" for row in rows),
        alerts=len(alerts),
        rejected=len(rejected & alerts),
        undecided=len(alerts - decided),
        entries=len(list(case.lines())),
        entries_withheld=sum(line.entry is None for line in case.lines()),
        changed_since=len(later),
    )
