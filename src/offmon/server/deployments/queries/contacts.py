"""Every read of a person's own protected contacts. The page's query of the case (`case_file`) writes the consultation."""

from collections.abc import Collection
from dataclasses import dataclass

from offmon.core.access.roles import Permission
from offmon.core.authority.protected_contacts import (
    ContactsChange,
    ContactsText,
    ProtectedContact,
    ProtectedContacts,
    change,
)
from offmon.core.formats import codec, dsse
from offmon.core.formats.keys import SigningKey
from offmon.core.ids import Id, Ms
from offmon.core.log.attribution import ASKED, check_contacts_acts
from offmon.core.log.audit import Verb
from offmon.core.log.records import check_two_people
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.policy import check_agreed_on, check_begun_on
from offmon.server.audit.queries import said_of
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.columns import contacts_key
from offmon.server.base.scope import scope
from offmon.server.deployments import models

LEFT = "someone who has left"


@dataclass(frozen=True, slots=True)
class ContactsProposal:
    """A version that waits for a second officer, or was refused: `refusal`, by `refused_by`."""

    id: Id
    change: ContactsChange
    why: str
    by: str
    proposer: Id
    at: Ms
    refusal: str | None
    refused_by: str | None


@dataclass(frozen=True, slots=True)
class ContactsView:
    """The protected contacts of a case. `since`: when a second officer agreed to them. `newest`: what a change goes on from."""

    in_force: tuple[ProtectedContact, ...]
    since: Ms | None
    newest: tuple[ProtectedContact, ...]
    proposal: ContactsProposal | None


def contacts_of(case: Id, *, actor: Actor) -> ContactsView | None:
    """What a page of the case shows. None outside the actor's caseload."""
    actor.check(Permission.CONTACTS_READ)
    with scope(actor):
        if case not in agencies.caseload_of(actor.id, clock.now()):
            return None
        agreed, newest = agreed_version(case), newest_version(case)
        in_force = _contacts(agreed)
        open_one = None if newest is None or newest.agreed_by is not None else newest
        return ContactsView(
            in_force,
            None if agreed is None else agreed.agreed_at,
            _contacts(newest) if newest is not None and waits(newest) else in_force,
            None if open_one is None else _proposal(open_one, in_force),
        )


def told_contacts() -> tuple[tuple[ProtectedContact, ...], Ms | None]:
    """What is in force for the person of the scope that is open, and since when: for their own page."""
    row = (
        models.ContactsVersion.objects.filter(agreed_at__isnull=False)
        .only("id", "words", "agreed_at", "version")
        .order_by("-version")
        .first()
    )
    return _contacts(row), None if row is None else row.agreed_at


def agreed_since(cases: Collection[Id], at: Ms) -> dict[Id, Ms]:
    """When, up to `at`, somebody last agreed to contacts of these cases: for the worker. Inside the scope that is open."""
    found = models.ContactsVersion.objects.filter(case__in=cases, agreed_at__lte=at)
    return dict(found.order_by("agreed_at").values_list("case", "agreed_at"))


def signed_contacts(case: Id, deployment: Id, key: SigningKey) -> bytes | None:
    """The contacts in force of a case as a document of that deployment, signed: for the signer. None where no version was agreed to.

    The same version and key give the same bytes. Raises Refused unless two officers of the case stand behind it, by the rows and by the
    log; NotAuthentic where it does not open.
    """
    row = agreed_version(case)
    if row is None:
        return None
    what = "Agreeing to protected contacts"
    check_two_people(row.proposed_by, row.agreed_by, what)
    row.check_two_sittings(what)
    log = said_of(case, ASKED)
    check_agreed_on(case, row.agreed_by, row.agreed_at, Permission.CONTACTS_AGREE, what)
    check_contacts_acts(row.proposed_by, row.agreed_by, row.touched(), log)
    check_begun_on(case, row.proposed_by, Verb.CONTACTS_PROPOSED, row.touched(), log)
    text = text_of(row)
    return dsse.sign(ProtectedContacts(row.agency, deployment, row.version, text.salt, text.contacts), key)


def newest_version(case: Id) -> models.ContactsVersion | None:
    """The newest version of a case, whatever became of it. Inside the scope that is open."""
    return models.ContactsVersion.objects.filter(case=case).order_by("-version").first()


def agreed_version(case: Id) -> models.ContactsVersion | None:
    """The newest version that was agreed to. Inside the scope that is open."""
    return models.ContactsVersion.objects.filter(case=case, agreed_by__isnull=False).order_by("-version").first()


def held_or_waiting(case: Id) -> tuple[ProtectedContact, ...]:
    """The contacts that a change goes on from: of the newest version that waits, or else of the one in force."""
    newest = newest_version(case)
    return _contacts(newest if newest is not None and waits(newest) else agreed_version(case))


def waits(row: models.ContactsVersion) -> bool:
    """Whether a version waits for an answer, if it is the newest."""
    return row.agreed_by is None and row.refused_by is None


def text_of(row: models.ContactsVersion) -> ContactsText:
    """What a version says. Raises NotAuthentic where it does not open."""
    data = contacts_key().open_bytes(row.words, models.ContactsVersion, row.id, "words")
    return codec.load(ContactsText, data, max_size=dsse.MAX_SIGNED)


def _contacts(row: models.ContactsVersion | None) -> tuple[ProtectedContact, ...]:
    return () if row is None else text_of(row).contacts


def _proposal(row: models.ContactsVersion, in_force: tuple[ProtectedContact, ...]) -> ContactsProposal:
    text = text_of(row)
    names = agencies.names_of({by for by in (row.proposed_by, row.refused_by) if by is not None})
    return ContactsProposal(
        row.id,
        change(in_force, text.contacts),
        text.why,
        names.get(row.proposed_by, LEFT),
        row.proposed_by,
        row.proposed_at,
        row.refusal,
        None if row.refused_by is None else names.get(row.refused_by, LEFT),
    )
