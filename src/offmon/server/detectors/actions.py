"""Every write to detectors: drafted by one, approved by another, signed by the signer; paused by one, with a reason.

Rules
- A name goes on as `name@2`, `name@3`, …: a version follows the newest, keeps its list's id and kind, and contains every entry.
- Only the newest version is approved; an older draft stays unapproved. An approved version is signed, whatever is drafted meanwhile.
- Removing an entry from an exclusion list needs a reason, which the approver sees first (R-RGT-10). Adding one needs none.
"""

from dataclasses import dataclass

from django.db import IntegrityError

from offmon.core.access.roles import Permission
from offmon.core.authority.bases import Basis
from offmon.core.authority.capability import Capability
from offmon.core.authority.lists import (
    MAX_ENTRIES_BYTES,
    Exclusions,
    ListDocument,
    ListEntries,
    ListEntry,
    entries_digest,
)
from offmon.core.authority.offences import check_offences
from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.formats import codec, dsse
from offmon.core.formats.keys import SigningKey
from offmon.core.ids import Id, Slug, Versioned
from offmon.core.log.attribution import OF_LISTS, check_list_acts
from offmon.core.log.audit import Verb
from offmon.core.log.records import check_two_people
from offmon.core.moves import LIST, check_move
from offmon.core.states import ListState
from offmon.server.agencies.policy import check_agreed
from offmon.server.audit.actions import append
from offmon.server.audit.policy import as_left, check_rows_agree
from offmon.server.audit.queries import said_of
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.base.rows import once
from offmon.server.base.scope import action
from offmon.server.detectors.entries import changed, check_entries
from offmon.server.detectors.models import ExclusionsVersion, ListVersion, Pause
from offmon.server.detectors.queries import (
    EXCLUSIONS,
    base_of,
    check_declares,
    contents_of,
    exclusions_in,
    exclusions_rows,
    list_named,
    next_name,
    state_of,
    version_of,
    versions_of,
)


@dataclass(frozen=True, slots=True)
class ListDraft:
    """A version of a list as somebody drafts it. `why`: what it is for, or what changes and for which reason (R-AI-1)."""

    name: Versioned
    capability: Capability
    bases: tuple[Basis, ...]
    offence_types: tuple[Slug, ...]
    entries: tuple[ListEntry, ...]
    sensitive: bool
    valid: Period
    why: str


@action
def do_draft_list(draft: ListDraft, *, actor: Actor) -> Id:
    """Draft a list or its next version. Nothing looks for anything until it is approved and signed. Returns the version's row."""
    actor.check(Permission.LIST_DRAFT)
    if not (draft.why.strip() and draft.bases and draft.offence_types):
        raise Refused(
            "list-not-said", "Enter the purpose of the list, and the orders and offences for which it is valid."
        )
    check_offences(draft.offence_types)
    check_entries(draft.entries, draft.capability)
    list_id = _list_id(draft)
    contents = codec.dump(ListEntries(list_id, draft.name, draft.entries))
    if len(contents) > MAX_ENTRIES_BYTES:
        raise Refused("list-too-large", "The list is too large for a device. Split it into two lists.")
    declared = ListDocument(
        id=list_id,
        name=draft.name,
        agency=actor.agency,
        capability=draft.capability,
        bases=draft.bases,
        offence_types=draft.offence_types,
        sensitive=draft.sensitive,
        entries=entries_digest(contents),
        valid=draft.valid,
    )
    row = ListVersion(
        agency=actor.agency,
        list_id=list_id,
        name=draft.name,
        declared=codec.dump(declared),
        entries=contents,
        why=draft.why,
        drafted_by=actor.id,
        begun_in=actor.session,
        begun_at=clock.now(),
    )
    return _draft(row, actor)


@action
def do_draft_exclusions(exclusions: Exclusions, *, why: str = "", actor: Actor) -> Id:
    """Draft a version of the exclusion list. Raises Refused as `draft_exclusions` does."""
    return draft_exclusions(exclusions, why=why, actor=actor)


def draft_exclusions(exclusions: Exclusions, *, why: str, actor: Actor) -> Id:
    """The same inside a caller's action. Raises Refused (`no-reason`) where it takes something out and does not say why (R-RGT-10)."""
    actor.check(Permission.LIST_DRAFT)
    _check_follows(exclusions.name, next_name(ExclusionsVersion, EXCLUSIONS))
    newest = next(iter(exclusions_rows()), None)
    if newest is not None and changed(exclusions_in(newest), exclusions).removed and not why.strip():
        raise Refused("no-reason", "Enter why entries are removed. The approver sees this first.")
    row = ExclusionsVersion(
        agency=actor.agency,
        name=exclusions.name,
        declared=codec.dump(exclusions),
        why=why,
        drafted_by=actor.id,
        begun_in=actor.session,
        begun_at=clock.now(),
    )
    return _draft(row, actor)


@action
def do_approve(row_id: Id, *, actor: Actor) -> None:
    """A second person approves the newest version of a list or exclusion list; it is still not signed.

    Raises Refused (`not-permitted`) too where whoever drafted it may do so no longer: the signer would not sign it. Entries are checked
    again: since they were drafted, strangers may have got names below one (Public Suffix List).
    """
    actor.check(Permission.LIST_APPROVE)
    row = _row(row_id)
    check_two_people(row.drafted_by, actor.id, "Approving a list")
    row.check_agreeing_in(actor.session, "Approving a list")
    check_agreed(row.drafted_by, Permission.LIST_DRAFT, "Drafting a list")
    check_move(LIST, state_of(row), ListState.APPROVED)
    if isinstance(row, ListVersion):
        check_entries(*contents_of(row))
    row.approved_by, row.agreed_in = actor.id, actor.session
    row.save(update_fields=["approved_by", "agreed_in"])
    append(actor, Verb.LIST_APPROVED, case=None, touched=(row,))


@action
def do_refuse(row_id: Id, reason: str, *, actor: Actor) -> None:
    """A second person says no to the newest version of a list or exclusion list, for a reason. The version before it stays in use."""
    actor.check(Permission.LIST_APPROVE)
    row = as_left(_row(row_id))
    check_two_people(row.drafted_by, actor.id, "Refusing a list")
    row.check_agreeing_in(actor.session, "Refusing a list")
    check_move(LIST, state_of(row), ListState.REFUSED)
    row.save(update_fields=row.refuse(actor.id, clock.now(), reason))
    append(actor, Verb.LIST_REFUSED, case=None, touched=(row,), reason=reason)


@action
def do_pause(row_id: Id, reason: str, *, actor: Actor) -> None:
    """Take a live list out of use: no profile is signed for monitoring that names it, until two people put a new version into use.

    One person is enough to stop. A profile that was signed before runs on to the end of its lease, or until something of it has ended
    (S107). What is signed is stopped too where a later row claims to have replaced it: which is in use the signer asks the keys, no row.
    """
    actor.check(Permission.LIST_APPROVE)
    version = ListVersion.objects.get(id=row_id)
    if not reason.strip():
        raise Refused("no-reason", "Enter why the list is paused. Your reason is recorded in the log.")
    state = state_of(version)
    if version.document is None or state is not ListState.REPLACED:
        check_move(LIST, state, ListState.PAUSED)
    row = Pause(agency=actor.agency, version=version, paused_by=actor.id, paused_at=clock.now(), reason=reason)
    with once("pause_once", "already-paused", "A colleague paused this list a moment ago. Nothing changed."):
        row.save(force_insert=True)
    append(actor, Verb.LIST_PAUSED, case=None, touched=(row,), reason=reason)


@action
def do_sign(row_id: Id, key: SigningKey, *, actor: Actor) -> None:
    """The signer signs an approved version: it asks the row, not the caller, whether two people in two sessions stand behind it.

    And the directory, whether both are of staff, in roles that may; and the log, whether these two did it, and to this very version.
    """
    row = _row(row_id)
    check_rows_agree(None)
    check_two_people(row.drafted_by, row.approved_by, "Approving a list")
    row.check_two_sittings("Approving a list")
    check_agreed(row.drafted_by, Permission.LIST_DRAFT, "Drafting a list")
    check_agreed(row.approved_by, Permission.LIST_APPROVE, "Approving a list")
    check_list_acts(row.drafted_by, row.approved_by, row.touched(), said_of(None, OF_LISTS))
    check_declares(row)
    if row.document is not None:
        raise Refused("already-signed", "This list version is signed already. Nothing changed.")
    kind = ListDocument.TYPE if isinstance(row, ListVersion) else Exclusions.TYPE
    row.document = dsse.seal(kind, row.declared, key)
    row.save(update_fields=["document"])
    append(actor, Verb.LIST_PUBLISHED, case=None, touched=(row,))


def _draft(row: ListVersion | ExclusionsVersion, actor: Actor) -> Id:
    try:
        row.save(force_insert=True)
    except IntegrityError:  # two at once: a version is one draft's
        raise Refused("other-version", "A colleague drafted this version a moment ago. Review theirs first.") from None
    append(actor, Verb.LIST_DRAFTED, case=None, touched=(row,), reason=row.why or None)
    return row.id


def _list_id(draft: ListDraft) -> Id:
    """The id of the list that a version is of. Raises Refused unless it follows the newest one, and looks for the same kind of thing."""
    name = base_of(draft.name)
    _check_follows(draft.name, next_name(ListVersion, name))
    first = next(iter(reversed(versions_of(name))), None)
    if first and codec.load(ListDocument, first.declared, max_size=dsse.MAX_SIGNED).capability is not draft.capability:
        raise Refused("other-kind", "A list cannot change what it detects. Create a list with another name.")
    return list_named(name) or new_id()


def _check_follows(name: Versioned, following: Versioned) -> None:
    if name != following:
        raise Refused("other-version", f"The next version is {version_of(following)}. Review the newest one first.")


def _row(row_id: Id) -> ListVersion | ExclusionsVersion:
    found = ListVersion.objects.select_for_update().filter(id=row_id).first()
    return found or ExclusionsVersion.objects.select_for_update().get(id=row_id)
