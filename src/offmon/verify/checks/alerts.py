"""Checks that an alert agrees with its disclosures (design §1.6; R-AI-5).

Rules
- It is about at least one disclosure, and each is in a journal of the bundle.
- Its shown disclosures have its deployment. Each page load of them has one of its capability, list and rule, which define the group
  (`core.alerts.occurrence`), unless one of the same journal that is not shown may be it.
- It is as grave as its gravest disclosure. It may be graver only if one that is not shown may be the reason.
"""

from functools import reduce

from offmon.core.alerts.acknowledgement import AcknowledgementRecord, HandoverRecord
from offmon.core.alerts.occurrence import Group, unled
from offmon.core.bundle.case import Case
from offmon.core.errors import NotAuthentic
from offmon.core.formats.event import graver
from offmon.core.ids import Id
from offmon.core.log.records import AlertRecord


def check_alert(case: Case, record: Id) -> None:
    """Raises NotAuthentic where an alert is about nothing, or about something else than what is shown of it."""
    alert = case.record(AlertRecord, record).it
    if not alert.leaves or not set(alert.leaves) <= case.disclosures:
        raise NotAuthentic(
            "leaf-left-out", "An alert is about no leaf, or about a leaf that no journal of the bundle has."
        )
    shown = [case.files.items[place].envelope for place in alert.leaves if place in case.files.items]
    hidden = {(place.device, place.epoch) for place in alert.leaves if place not in case.files.items}
    others = unled(shown, Group(alert.capability, alert.list, alert.rule))
    if {one.deployment for one in shown} - {alert.deployment} or {(one.device, one.epoch) for one in others} - hidden:
        raise NotAuthentic("alert-differs", "An alert says other of itself than an item that it is about.")
    said, whole = [one.claim.gravity for one in shown], len(shown) == len(alert.leaves)
    if reduce(graver, said, alert.gravity) is not alert.gravity or (whole and alert.gravity not in said):
        raise NotAuthentic("alert-differs", "An alert is called graver or less grave than what it is about.")


def check_acknowledged(case: Case, record: Id) -> None:
    """Raises NotAuthentic where the alert that was acknowledged is not there."""
    case.record(AlertRecord, case.record(AcknowledgementRecord, record).it.alert)


def check_handover(case: Case, record: Id) -> None:
    """Raises NotAuthentic where the alert that was passed on is not there."""
    case.record(AlertRecord, case.record(HandoverRecord, record).it.alert)
