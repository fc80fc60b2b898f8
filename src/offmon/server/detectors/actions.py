"""Every write to detectors: drafted by one, approved by another, signed by the signer."""

from offmon.core import codec, dsse
from offmon.core.audit import Verb
from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.ids import Id, Slug, Versioned
from offmon.core.keys import SigningKey
from offmon.core.lists import Exclusions, ListDocument, ListEntries, ListEntry, entries_digest
from offmon.core.order import Basis, Capability
from offmon.core.records import check_two_people
from offmon.core.roles import Permission
from offmon.server.audit.actions import append
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.base.scope import action
from offmon.server.detectors.models import ExclusionsVersion, ListVersion


@action
def do_draft_list(
    name: Versioned,
    capability: Capability,
    bases: tuple[Basis, ...],
    offence_types: tuple[Slug, ...],
    entries: tuple[ListEntry, ...],
    *,
    sensitive: bool,
    valid: Period,
    actor: Actor,
) -> Id:
    """Draft the first version of a list. Nothing looks for anything until it is approved and signed."""
    actor.check(Permission.LIST_DRAFT)
    list_id = new_id()
    contents = codec.dump(ListEntries(list_id, name, entries))
    declared = ListDocument(
        list_id, name, actor.agency, capability, bases, offence_types, sensitive, entries_digest(contents), valid
    )
    row = ListVersion(
        agency=actor.agency,
        list_id=list_id,
        name=name,
        declared=codec.dump(declared),
        entries=contents,
        drafted_by=actor.id,
    )
    row.save(force_insert=True)
    append(actor, Verb.LIST_DRAFTED, case=None, touched=(row,))
    return row.id


@action
def do_draft_exclusions(exclusions: Exclusions, *, actor: Actor) -> Id:
    """Draft a version of the exclusion list (R-RGT-10)."""
    actor.check(Permission.LIST_DRAFT)
    row = ExclusionsVersion(
        agency=actor.agency, name=exclusions.name, declared=codec.dump(exclusions), drafted_by=actor.id
    )
    row.save(force_insert=True)
    append(actor, Verb.LIST_DRAFTED, case=None, touched=(row,))
    return row.id


@action
def do_approve(row_id: Id, *, actor: Actor) -> None:
    """A second person approves a list or exclusion list; it is still not signed."""
    actor.check(Permission.LIST_APPROVE)
    row = _row(row_id)
    check_two_people(row.drafted_by, actor.id, "Putting a list into use")
    row.approved_by = actor.id
    row.save(update_fields=["approved_by"])
    append(actor, Verb.LIST_APPROVED, case=None, touched=(row,))


@action
def do_sign(row_id: Id, key: SigningKey, *, actor: Actor) -> None:
    """The signer signs an approved version: it asks the row, not the caller, whether two people stand behind it."""
    row = _row(row_id)
    check_two_people(row.drafted_by, row.approved_by, "Putting a list into use")
    if row.document is not None:
        raise Refused("already-signed", "This list version is signed already; nothing changed.")
    kind = ListDocument.TYPE if isinstance(row, ListVersion) else Exclusions.TYPE
    row.document = dsse.seal(kind, row.declared, key)
    row.save(update_fields=["document"])
    append(actor, Verb.LIST_PUBLISHED, case=None, touched=(row,))


def _row(row_id: Id) -> ListVersion | ExclusionsVersion:
    found = ListVersion.objects.select_for_update().filter(id=row_id).first()
    return found or ExclusionsVersion.objects.select_for_update().get(id=row_id)
