"""Checks an exhibit, from its alert's leaf to the vault's seal and unbroken custody (R-EVD-7; formats §8)."""

from offmon.core.alerts.exhibit import CustodyRecord, ExhibitRecord, check_continuity
from offmon.core.bundle.case import Case
from offmon.core.errors import NotAuthentic
from offmon.core.ids import Id
from offmon.core.log.audit import VAULT, Verb
from offmon.core.log.records import AlertRecord


def check_exhibit(case: Case, record: Id) -> None:
    """Raises NotAuthentic where an exhibit is not what was sealed. One that was asked for and never sealed says so itself."""
    exhibit = case.record(ExhibitRecord, record).it
    if exhibit.leaf not in case.record(AlertRecord, exhibit.alert).it.leaves:
        raise NotAuthentic("exhibit-of-another", "An exhibit is of a leaf that the alert which it names is not about.")
    item = case.files.items.get(exhibit.leaf)
    if item is not None and exhibit.content not in (None, item.envelope.content_commit):
        raise NotAuthentic(
            "exhibit-differs", "An exhibit commits to something else than the item that it was made from."
        )
    links = sorted(custody_of(case, record), key=lambda link: link.number)
    if exhibit.sealed_at is None and not links:
        return
    sealed = case.acts(Verb.EXHIBIT_SEALED, (ExhibitRecord.KIND, record))
    if not any(entry.actor.id == VAULT for _, entry in sealed):
        raise NotAuthentic("not-sealed", "No entry of the run says that the vault sealed this exhibit.")
    check_continuity(exhibit, links)


def custody_of(case: Case, exhibit: Id) -> list[CustodyRecord]:
    """The links of an exhibit that the bundle holds."""
    links = (case.record(CustodyRecord, link).it for link in case.ids(CustodyRecord.KIND))
    return [link for link in links if link.exhibit == exhibit]
