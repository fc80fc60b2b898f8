"""A person's own protected contacts: proposed by one officer of the case, agreed to or refused by another (R-RGT-10).

Rules
- A change goes on from the newest version that waits or was agreed to. So an officer adds two contacts one after the other.
- The worker asks for new profiles once a version is agreed to. Signing encloses it to the person's devices alone.
- Entries of the agency's list that are such a contact come off it too: once a second officer agreed, the next version of that list is
  drafted. A contact that is refused stays on it.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace

from offmon.core.access.roles import Permission
from offmon.core.authority.lists import Exclusions
from offmon.core.authority.protected_contacts import (
    SALT_BYTES,
    ContactsText,
    ProtectedContact,
    check_change,
)
from offmon.core.errors import Refused
from offmon.core.formats import codec
from offmon.core.ids import Count, Id
from offmon.core.log.audit import Verb
from offmon.core.log.records import check_two_people
from offmon.server.agencies.policy import check_agreed
from offmon.server.agencies.queries import check_on_caseload
from offmon.server.audit.actions import append
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.columns import contacts_key
from offmon.server.base.ids import new_id
from offmon.server.base.rows import once
from offmon.server.base.scope import action
from offmon.server.deployments import models
from offmon.server.deployments.queries.contacts import held_or_waiting, newest_version, text_of, waits
from offmon.server.detectors.actions import draft_exclusions
from offmon.server.detectors.entries import check_contact, without
from offmon.server.detectors.queries import next_exclusions_here

MOVED = "An entry is a person's own contact. Two officers moved it to that person's protected contacts."


@action
def do_add_contact(case: Id, contact: ProtectedContact, *, off_the_shared_list: bool = False, actor: Actor) -> Id:
    """Propose that a contact is protected. Returns the version's row.

    `off_the_shared_list`: once agreed to, it comes off the agency's exclusion list, so that other persons' devices hold it no longer.
    Raises Refused as `check_change` does, Malformed for what is no site or no name, `not-on-the-list` where there is nothing to take off.
    """
    actor.check(Permission.CONTACTS_PROPOSE)
    check_contact(contact)
    new = replace(contact, id=new_id())
    if off_the_shared_list and _left_without([new]) is None:
        raise Refused("not-on-the-list", "The agency's exclusion list does not have this contact. Untick that box.")
    return _propose(case, lambda held: (*held, new), "", actor, moved=new.id if off_the_shared_list else None)


@action
def do_remove_contact(case: Id, contact: Id, why: str, *, actor: Actor) -> Id:
    """Propose that a contact is protected no longer, for a reason. Returns the version's row."""
    actor.check(Permission.CONTACTS_PROPOSE)
    return _propose(case, lambda held: tuple(one for one in held if one.id != contact), why, actor)


@action
def do_agree_contacts(version: Id, *, actor: Actor) -> None:
    """A second officer agrees to a version; the devices get it with their next profile, which the worker asks for.

    What moves from the agency's list comes off it: the next version of that list is drafted.
    """
    actor.check(Permission.CONTACTS_AGREE)
    row = _waiting(version)
    check_two_people(row.proposed_by, actor.id, "Agreeing to protected contacts")
    row.check_agreeing_in(actor.session, "Agreeing to protected contacts")
    check_agreed(row.proposed_by, Permission.CONTACTS_PROPOSE, "Proposing protected contacts", row.case)
    row.agreed_by, row.agreed_at, row.agreed_in = actor.id, clock.now(), actor.session
    row.save(update_fields=["agreed_by", "agreed_at", "agreed_in"])
    append(actor, Verb.CONTACTS_AGREED, case=row.case, touched=(row,))
    text = text_of(row)
    left = _left_without([one for one in text.contacts if one.id in text.moved])
    if left is not None:
        if not actor.may(Permission.LIST_DRAFT):
            raise Refused(
                "needs-officer",
                "This takes an entry off the agency's list too. An officer of the case must confirm it.",
            )
        draft_exclusions(left, why=MOVED, actor=actor)


@action
def do_refuse_contacts(version: Id, reason: str, *, actor: Actor) -> None:
    """A second officer says no, with a reason; or who proposed it withdraws it. What was in force stays in force."""
    actor.check(Permission.CONTACTS_AGREE)
    row = _waiting(version)
    row.save(update_fields=row.refuse(actor.id, clock.now(), reason))
    append(actor, Verb.CONTACTS_REFUSED, case=row.case, touched=(row,))


def _propose(
    case: Id,
    changed: Callable[[tuple[ProtectedContact, ...]], tuple[ProtectedContact, ...]],
    why: str,
    actor: Actor,
    moved: Id | None = None,
) -> Id:
    now = clock.now()
    check_on_caseload(case, actor.id, now)
    newest, held = newest_version(case), held_or_waiting(case)
    after = changed(held)
    check_change(held, after, why)
    row = models.ContactsVersion(
        id=new_id(),
        agency=actor.agency,
        case=case,
        version=Count(1 if newest is None else newest.version + 1),
        proposed_by=actor.id,
        proposed_at=now,
        begun_in=actor.session,
    )
    earlier = text_of(newest).moved if newest is not None and waits(newest) else ()
    kept = {one.id for one in after}
    moving = tuple(one for one in (*earlier, moved) if one in kept)
    text = codec.dump(ContactsText(secrets.token_bytes(SALT_BYTES), after, why.strip(), moving))
    row.words = contacts_key().enclose_bytes(text, models.ContactsVersion, row.id, "words")
    with once(
        "contacts_one_of_a_version", "changed-since", "A colleague changed these a moment ago. Look again first."
    ):
        row.save(force_insert=True)
    append(actor, Verb.CONTACTS_PROPOSED, case=case, touched=(row,))
    return row.id


def _left_without(contacts: Sequence[ProtectedContact]) -> Exclusions | None:
    """The agency's next exclusion list without these; None where it has none of them."""
    name, newest = next_exclusions_here()
    left = newest
    for contact in contacts:
        left = None if left is None else without(left, contact)
    return None if newest is None or left is None or left == newest else Exclusions(name, left.hosts, left.intents)


def _waiting(version: Id) -> models.ContactsVersion:
    row = models.ContactsVersion.objects.select_for_update().filter(id=version).first()
    newest = None if row is None else newest_version(row.case)
    if row is None or newest is None or newest.id != row.id or not waits(row):
        raise Refused("not-waiting", "This was answered or changed meanwhile. Look at the contacts again.")
    return as_left(row)
