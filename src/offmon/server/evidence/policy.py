"""When a body may be opened or sealed, and a bundle leave. The console checks, and the vault checks the rows again (design §5)."""

from collections.abc import Container, Iterable, Sequence
from typing import Final

from offmon.core import clock
from offmon.core.access.roles import Permission
from offmon.core.access.step_up import Act
from offmon.core.alerts.exhibit import check_initials, check_sealable
from offmon.core.alerts.occurrence import page_load
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import AuditEntry, EntryOutcome, Verb
from offmon.core.log.records import DecisionOutcome, LeafPlace, check_two_people
from offmon.core.moves import EXPORT, check_move
from offmon.core.states import ExportState
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.authentication.queries import check_shown_in
from offmon.server.agencies.policy import check_agreed_on
from offmon.server.audit import queries as log
from offmon.server.base import clock as instant
from offmon.server.base.actor import Actor
from offmon.server.evidence.models import Exhibit, Export, Reveal
from offmon.server.intake.queries import EnclosedLeaf, HeldDisclosure

REVEAL_LIFE_MS: Final = 5 * clock.MINUTE_MS


def check_reveal(asker: Actor, reveal: Reveal, at: Ms) -> None:
    """Raises Refused unless this request stands: by someone whose role opens content, for a reason, just now (R-DPA-16)."""
    asker.check(Permission.CONTENT_REVEAL)
    if asker.id != reveal.asked_by or not reveal.reason.strip():
        raise Refused("no-reason", "Enter why you need to see this. Your reason is recorded in the log.")
    if not reveal.asked_at <= at <= reveal.asked_at + REVEAL_LIFE_MS:
        raise Refused("reveal-out-of-time", "This request has expired. Make a new request.")


def check_one_page(leaves: Sequence[EnclosedLeaf]) -> None:
    """Raises Refused (`other-page`) unless these disclosures are of one page load: a reason is given for one page."""
    if len({page_load(leaf.envelope) for leaf in leaves}) != 1:
        raise Refused("other-page", "These disclosures are of different pages. Reveal one page at a time.")


def check_whole_pages(withheld: Container[LeafPlace], chosen: Iterable[HeldDisclosure]) -> None:
    """Raises Refused (`withheld-in-part`) where of one page a match is withheld and another is opened: each quotes the page."""
    split = {(page_load(one.envelope), LeafPlace(one.device, one.epoch, one.n) in withheld) for one in chosen}
    if len(split) != len({load for load, _ in split}):
        raise Refused("withheld-in-part", "You withhold a part of a page. Withhold all matches of the page, or none.")


def check_seal(producer: Actor, row: Exhibit, outcome: DecisionOutcome | None) -> None:
    """Raises Refused unless this may be sealed: by someone whose role seals, of a decided alert, for a reason, once (R-EVD-5, R-EVD-6)."""
    producer.check(Permission.EXHIBIT_SEAL)
    check_initials(row.initials)
    check_sealable(outcome)
    if producer.id != row.producer or not row.reason.strip():
        raise Refused("no-reason", "Enter why you seal this. Your reason is recorded in the log and in the bundle.")
    if row.sealed_at is not None:
        raise Refused("sealed-already", "This exhibit is sealed already.")


def check_may(case: Id, person: Id, permission: Permission) -> None:
    """Raises Refused unless the directory gives that person the permission now, and the caseload the case. Inside the open scope.

    NotAuthentic where the log does not say so of them.
    """
    agencies.acting(person, case).check(permission)
    agencies.check_logged_on(case, person, instant.now())


def check_approve_export(actor: Actor, export: Export) -> None:
    """Raises Refused unless the actor may approve this export: a second person, once it is built (design §5)."""
    actor.check(Permission.EXPORT_APPROVE)
    agencies.check_logged_on(export.case, actor.id, instant.now())
    check_two_people(export.asked_by, actor.id, "Approving a bundle")
    export.check_agreeing_in(actor.session, "Approving a bundle")
    check_move(EXPORT, export.state, ExportState.APPROVED)


def check_refuse_export(actor: Actor, export: Export, reason: str) -> None:
    """Raises Refused unless the actor may refuse this export, with a reason: who might approve it, before anybody has (design §5)."""
    actor.check(Permission.EXPORT_APPROVE)
    check_two_people(export.asked_by, actor.id, "Refusing a bundle")
    check_move(EXPORT, export.state, ExportState.REFUSED)
    if not reason.strip():
        raise Refused("no-reason", "Enter why you refuse the bundle. Whoever requested it reads your reason.")


def check_asker(export: Export) -> None:
    """Raises Refused unless who asked for the export may, and had shown their factor then. The vault asks row, directory and door."""
    check_may(export.case, export.asked_by, Permission.EXPORT_ASK)
    check_shown_in(Act.EXPORT, export.asked_by, export.begun_in, export.asked_at)


def check_agreed(export: Export, *, vault: Actor) -> None:
    """Raises Refused unless two people in two sessions stand behind the export, who might and had just shown their factors then.

    What the vault asks of row, directory, door and log before it lets a bundle go, and again whenever it gives one out (design §5). Then
    and not now: who has handed a case on since has not taken back what they agreed to. When that was, the log says; a row says anything.
    """
    check_two_people(export.asked_by, export.approved_by, "Approving a bundle")
    export.check_two_sittings("Approving a bundle")
    check_agreed_on(export.case, export.asked_by, export.asked_at, Permission.EXPORT_ASK, "Approving a bundle")
    agencies.check_logged_on(export.case, export.asked_by, export.asked_at)
    check_shown_in(Act.EXPORT, export.asked_by, export.begun_in, _asking(export, vault).at)
    check_agreed_on(
        export.case, export.approved_by, export.approved_at, Permission.EXPORT_APPROVE, "Approving a bundle"
    )
    approval = _approval(export, vault)
    agencies.check_logged_on(export.case, approval.actor.id, approval.at)
    check_shown_in(Act.EXPORT, approval.actor.id, export.agreed_in, approval.at)


def check_release(export: Export, *, vault: Actor) -> None:
    """Raises Refused unless the export, approved as it should be, may leave: both may still, on the day on which it does."""
    check_agreed(export, vault=vault)
    check_may(export.case, export.asked_by, Permission.EXPORT_ASK)
    check_may(export.case, export.approved_by or export.asked_by, Permission.EXPORT_APPROVE)
    check_move(EXPORT, export.state, ExportState.READY)


def _asking(export: Export, vault: Actor) -> AuditEntry:
    """The asker's own entry of asking for it. Raises Refused (`act-not-logged`)."""
    for entry in log.recorded(vault, export.case, Verb.EXPORT_ASKED, export.asked_at, by=export.asked_by):
        if _is_act(entry, export, export.asked_by):
            return entry
    raise Refused("act-not-logged", "The log has no entry for this request. Make a new request.")


def _approval(export: Export, vault: Actor) -> AuditEntry:
    """The approver's own entry of this very list of files, after the vault had made it. Raises Refused (`act-not-logged`)."""
    built = log.recorded(vault, export.case, Verb.EXPORT_BUILT, export.asked_at, by=vault.id)
    since = next((entry.at for entry in built if _is_of(export, entry)), None)
    said = () if since is None else log.recorded(vault, export.case, Verb.EXPORT_APPROVED, since, by=export.approved_by)
    for entry in said:
        if _is_of(export, entry) and _is_act(entry, export, export.approved_by):
            return entry
    raise Refused("act-not-logged", "The log has no approval of this list of files. A colleague must approve it.")


def _is_of(export: Export, entry: AuditEntry) -> bool:
    return entry.manifest == export.manifest and any(item.id == export.id for item in entry.touched)


def _is_act(entry: AuditEntry, export: Export, by: Id | None) -> bool:
    """Whether by the entry that person did that, and to this export."""
    return (entry.outcome, entry.actor.id) == (EntryOutcome.ALLOWED, by) and any(
        item.id == export.id for item in entry.touched
    )
