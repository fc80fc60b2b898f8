"""*Continuous*: every number of the case log and the journals is accounted for, with all that they name (formats §6, §8, §9).

Rules
- The case log is whole from 0 to the payload's last number, and the tail continues it to the export.
- No entry is withheld whole: an alert, its decision or an end could hide in it. Each shows at least time, verb, operation, outcome, alert,
  decision and what it touched.
- A proof belongs to a number of the case log. No exported manifest names tag files, so any other proof could say anything. A list belongs
  to a grant that names it (`bundle.lists`).
- The bundle holds everything that the case log names of the kinds in `case.ACCOUNTED`. So a rejected alert cannot be left out.
- An alert agrees with its shown items (`verify/checks/alerts.py`), and every record that names an alert names one that is here.
- Each epoch's rows are whole from 0, and batches cover them without a hole. The case log supports each row's account (`bundle.account`).
- A day's record accounts for the whole day of each device, and covers nothing that the device declared as a gap (`bundle.uncovered`).
- A device's epochs form one chain (`bundle.epochs`).
- This check needs no keys. *Authentic* tells whether the numbers are the true ones.
"""

from itertools import pairwise
from typing import Final

from offmon.core.alerts.acknowledgement import AcknowledgementRecord, HandoverRecord
from offmon.core.alerts.exhibit import ExhibitRecord
from offmon.core.bundle import layout
from offmon.core.bundle.account import check_account, check_erasure, check_receipt, erased_unsaid
from offmon.core.bundle.case import ACCOUNTED, NO_PLACE, Case
from offmon.core.bundle.epochs import check_epochs
from offmon.core.bundle.exhibits import check_exhibit
from offmon.core.bundle.layout import EpochJournal, Limit
from offmon.core.bundle.lists import unnamed
from offmon.core.bundle.uncovered import faults_in_hours
from offmon.core.errors import NotAuthentic
from offmon.core.log.hours import HoursRecord
from offmon.core.log.records import (
    ActionRecord,
    AlertRecord,
    BatchRecord,
    DecisionRecord,
    LeafPlace,
    ProfileRecord,
)
from offmon.verify.checks.alerts import check_acknowledged, check_alert, check_handover
from offmon.verify.checks.follow_ups import check_action
from offmon.verify.verdict import Check

_RESTS_ON: Final = {
    AlertRecord.KIND: check_alert,
    AcknowledgementRecord.KIND: check_acknowledged,
    HandoverRecord.KIND: check_handover,
    ActionRecord.KIND: check_action,
    ExhibitRecord.KIND: check_exhibit,
}  # what there is to ask of a record and those that it names


def check_continuous(case: Case, check: Check) -> None:
    """Counts through everything that has a number."""
    with check.at(layout.RUN):
        _check_run(case)
    for number in sorted(case.files.proofs.keys() - {line.number for line in case.lines()}):
        check.fail("unknown-file", NO_PLACE, layout.proof_path(number))
    for path in unnamed(case):
        check.fail("unknown-file", NO_PLACE, path)
    _check_named(case, check)
    for journal in case.files.journals.values():
        _check_rows(case, journal, check)
    for place in case.files.items:
        if (place.device, place.epoch) not in case.files.journals:
            check.fail("item-without-row", "An item is of an epoch that the bundle does not hold.", _leaf(place))
    for record, fault in faults_in_hours(case):
        check.fail(fault.code, fault.message, f"{HoursRecord.KIND} {record}")
    for device in sorted({device for device, _ in case.files.journals}):
        with check.at(f"journal of device {device}"):
            check_epochs(case, device)
    if case.index.limits != tuple(Limit):
        words = "The bundle does not say all that no bundle can show; first, that it is of a device's account and not a person."
        check.fail("limits-unsaid", words, layout.INDEX)


def _check_run(case: Case) -> None:
    if case.run.case != case.index.case or case.tail.case != case.index.case:
        raise NotAuthentic("other-case", "The run is of another case than the bundle.")
    if (case.run.first, case.tail.first) != (0, case.index.last + 1):
        raise NotAuthentic("run-hole", "The run does not begin at 0, or its continuation does not begin where it ends.")
    if [line.number for line in case.run.entries] != list(range(case.index.last + 1)):
        raise NotAuthentic("run-hole", "A number of the run is missing, twice there, or out of its place.")
    tail = [line.number for line in case.tail.entries]
    if tail != list(range(case.tail.first, case.tail.first + len(tail))):
        raise NotAuthentic("run-hole", "A number of the run's continuation is missing or out of its place.")
    if any(line.entry is None or line.ground is not None for line in case.lines()):
        raise NotAuthentic(
            "entry-unaccounted", "An entry of the run is not shown; an alert or an end could hide in it."
        )
    if any(one.index >= other.index for one, other in pairwise(case.lines())):
        raise NotAuthentic("run-order", "The entries of the run stand in the log in another order than their numbers.")


def _check_named(case: Case, check: Check) -> None:
    named = {key for key in case.named if key[0] in ACCOUNTED}
    for number, entry in case.entries.items():
        if number <= case.index.last:
            about = ((AlertRecord.KIND, entry.it.alert), (DecisionRecord.KIND, entry.it.decision))
            named |= {(kind, record) for kind, record in about if record}
    for kind, record in sorted(named - set(case.files.records)):
        check.fail(
            "record-left-out", f"The run names this {kind}, and the bundle does not hold it.", f"{kind} {record}"
        )
    for record in case.ids(ProfileRecord.KIND):
        with check.at(f"profile {record}"):
            profile = case.record(ProfileRecord, record).it
            if profile.digest and profile.version not in case.files.profiles.get(profile.device, {}):
                raise NotAuthentic("profile-left-out", "A profile was signed, and the bundle does not hold it.")
    for record in case.ids(BatchRecord.KIND):
        with check.at(f"batch {record}"):
            batch = case.record(BatchRecord, record).it
            if (batch.device, batch.epoch) not in case.files.journals:
                raise NotAuthentic("epoch-left-out", "A batch was received of an epoch that the bundle does not hold.")
    for kind, one in _RESTS_ON.items():
        for record in case.ids(kind):
            with check.at(f"{kind} {record}"):
                one(case, record)


def _check_rows(case: Case, journal: EpochJournal, check: Check) -> None:
    where = layout.journal_path(journal.device, journal.epoch)
    if [row.n for row in journal.rows] != list(range(len(journal.rows))):
        check.fail("journal-hole", "A number of the epoch is missing, twice there, or out of its place.", where)
    covered = 0
    for batch in case.batches.get((journal.device, journal.epoch), []):
        if batch.first != covered or batch.size <= batch.first:
            check.fail("batch-hole", f"The batches of the epoch leave a hole or overlap at leaf {covered}.", where)
        covered = batch.size
        with check.at(layout.record_path(BatchRecord.KIND, batch.id)):
            check_receipt(case, journal, batch)
            check_erasure(case, journal, batch)
    if covered != len(journal.rows):
        check.fail(
            "batch-hole", f"The batches of the epoch hold {covered} leaves and its journal {len(journal.rows)}.", where
        )
    if covered > len(journal.rows):  # of a whole journal each row says for itself what became of it
        for number in erased_unsaid(case, journal):
            sentence = "Rows are missing, and the run says of a batch of theirs that it was erased; no row says so."
            check.fail("erased-left-out", sentence, f"run entry {number}")
    for row in journal.rows:
        with check.at(_leaf(LeafPlace(journal.device, journal.epoch, row.n))):
            check_account(case, journal, row)


def _leaf(place: LeafPlace) -> str:
    return f"device {place.device}, epoch {place.epoch}, leaf {place.n}"
