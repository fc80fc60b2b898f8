"""Checks that a bundle was asked for, built and approved as its export record, case log and index say (design §5; formats §9).

Rules
- One person asked for it. Another approved it, for this very list of files.
- It went to the recipient asked for. The record says so, and so does each of its entries that names a recipient, EXPORTED included.
- The payload reaches at least to the entry by which the vault opened it, so that nothing older is left to the tail.
- Each item that is shown is of an alert or exhibit that the asker chose, and in the period asked for (`core.alerts.opening`). What follows
  a finding is of the finding's alert (`occurrence.goes_with`), which may be one of the same journal that is not shown.
- An alert that was not decided, or not a match or not this person, when the vault began is opened only for a stated reason.
- The journals withhold exactly the disclosures that the record withholds by name, each on its ground. All else that is withheld was not
  chosen, or is unfit. A bundle from before chose no alerts, and names nothing.
- The index cannot choose its own words. Its opened period is the one asked for. It was made after the vault began and before the approval,
  within the tolerance of two clocks.
"""

from collections import defaultdict

from offmon.core.alerts.exhibit import ExhibitRecord
from offmon.core.alerts.occurrence import PageLoad, goes_with, page_load
from offmon.core.alerts.opening import check_opening, check_withholding, opens
from offmon.core.authority.capability import rule_of
from offmon.core.authority.may_leave import event_time
from offmon.core.bundle import write
from offmon.core.bundle.case import Case
from offmon.core.bundle.layout import LeafAccount
from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.formats.commitment import WithholdingGround
from offmon.core.formats.event import Envelope
from offmon.core.ids import Id, Ms
from offmon.core.log import attribution
from offmon.core.log.audit import VAULT, Verb
from offmon.core.log.provenance import WITHIN_MS
from offmon.core.log.records import AlertRecord, ExportRecord, LeafPlace


def check_export(case: Case) -> None:
    """Raises Refused where the export was not agreed to, or the bundle says other of itself than was."""
    shown = case.record(ExportRecord, case.index.export)
    export, (row, log) = shown.it, case.log_of(ExportRecord.KIND, shown.it.id)
    approved = attribution.check_export_acts(export, row, log)
    if approved.manifest != write.manifest_digest(case.manifest):
        raise Refused("other-approved", "What was approved is another list of files than this bundle's.")
    own = [entry for entry in log if entry.verb not in attribution.MOVES]
    named = {entry.recipient for entry in own if entry.recipient is not None or entry.verb is Verb.EXPORTED}
    if "recipient" in shown.withheld or named != {export.recipient}:
        raise Refused("other-recipient", "The bundle went to another than was asked, or its record hides to whom.")
    said = case.acts(Verb.EXPORT_OPENED, (ExportRecord.KIND, export.id))
    begun = [entry for number, entry in said if entry.actor.id == VAULT and number <= case.index.last]
    if not begun:
        raise Refused("built-too-early", "The payload ends before the vault opened anything for this export.")
    _check_opened(case, export, begun[0].at, "closed_reason" in shown.withheld)
    _check_withheld(case, export)
    if case.index.opened != Period(export.opened_since, export.opened_until):
        raise Refused("other-period", "The bundle calls another period opened than was asked for.")
    if not begun[0].at - WITHIN_MS <= case.index.made_at <= approved.at + WITHIN_MS:
        raise Refused("made-at-another-time", "The bundle says that it was made at another time than the log does.")


def _check_opened(case: Case, export: ExportRecord, begun: Ms, is_reason_withheld: bool) -> None:
    chosen = set(export.alerts or ())
    of_alerts = {place for one in case.readable(AlertRecord) if one.id in chosen for place in one.leaves}
    exhibits = [one for one in case.readable(ExhibitRecord) if one.id in export.exhibits]
    of_exhibits = {one.leaf for one in exhibits}
    check_withholding(export.withheld, of_alerts, of_exhibits)
    with_following = of_alerts | _following(case, of_alerts)
    for place, item in case.files.items.items():
        if not opens(export, place, event_time(item.envelope.claim), with_following, of_exhibits):
            raise Refused(
                "not-asked-for", "A disclosure is shown that is of no chosen alert or exhibit, or of another time."
            )
    before = ((alert, [one for one in line if one.decided_at <= begun]) for alert, line in case.decisions.items())
    outcomes = {alert: line[-1].outcome for alert, line in before if line}
    shown = {one.id for one in case.readable(AlertRecord) if one.id in chosen and {*one.leaves} & {*case.files.items}}
    if not is_reason_withheld:
        check_opening(shown | {one.alert for one in exhibits}, outcomes, export.closed_reason)


def _following(case: Case, of_alerts: set[LeafPlace]) -> set[LeafPlace]:
    """What is shown and follows one of these: by its own page load, or in a journal in which an earlier one of these is not shown."""
    items, unshown, shown = case.files.items, dict[tuple[Id, Id], int](), defaultdict[PageLoad, list[LeafPlace]](list)
    for place in of_alerts:
        if place in items:
            shown[page_load(items[place].envelope)].append(place)
        else:
            journal = place.device, place.epoch
            unshown[journal] = min(place.n, unshown.get(journal, place.n))

    def is_one(place: LeafPlace, one: Envelope) -> bool:
        its_own = any(at.n < place.n and goes_with(one, items[at].envelope) for at in shown[page_load(one)])
        return its_own or unshown.get((place.device, place.epoch), place.n) < place.n

    followers = {at: item.envelope for at, item in items.items() if rule_of(item.envelope.claim.kind).follows}
    return {place for place, one in followers.items() if is_one(place, one)}


def _check_withheld(case: Case, export: ExportRecord) -> None:
    if export.alerts is None and not export.withheld:
        return  # from before
    rows = ((one, row) for one in case.files.journals.values() for row in one.rows)
    accounts = {LeafPlace(one.device, one.epoch, row.n): (row.account, row.why) for one, row in rows}
    named = {one.leaf: (LeafAccount.WITHHELD, one.ground) for one in export.withheld}
    if any(accounts.get(place) != account for place, account in named.items()):
        raise Refused(
            "withheld-otherwise", "A disclosure is shown, or accounted for in another way, that was withheld by name."
        )
    grounds = set(WithholdingGround) - {WithholdingGround.NOT_RELEVANT}
    if any(
        account is LeafAccount.WITHHELD and why in grounds and place not in named
        for place, (account, why) in accounts.items()
    ):
        raise Refused(
            "withheld-unsaid", "A disclosure is withheld on a ground that nobody gave who asked for the bundle."
        )
