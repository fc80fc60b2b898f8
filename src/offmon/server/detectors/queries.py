"""Every read of detectors. These are the agency's own rows; reading them is no consultation.

Rules
- A version follows the one before, belongs to the list of its name, and declares what the name says. Every read leaves out any other row,
  which only a compromised console or an outsider could write. So it hides no version and stops nothing.
- Its number stays taken: the next version has the number after it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final

from django.db.models import F, Func, IntegerField, Q

from offmon.core.access.roles import Permission
from offmon.core.authority.capability import Capability, Detector, rule_of
from offmon.core.authority.lists import (
    MAX_ENTRIES_BYTES,
    Exclusions,
    ListDocument,
    ListEntries,
    ListEntry,
    declaration,
    entries_digest,
    unbroken,
)
from offmon.core.authority.profile import ListDeclaration
from offmon.core.authority.protected_contacts import ProtectedContact
from offmon.core.errors import Malformed, NotAuthentic, Refused
from offmon.core.formats import codec, dsse
from offmon.core.formats.event import Gravity
from offmon.core.formats.trust import KeyRing, KeyRole
from offmon.core.ids import Digest, Id, Ms, Slug, Versioned
from offmon.core.states import ListState
from offmon.server.agencies import queries as agencies
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.base.sessions import Refusal
from offmon.server.detectors.entries import Changed, Difference, changed, difference, overlap
from offmon.server.detectors.models import ExclusionsVersion, ListVersion, Pause

LEFT: Final = "someone who has left"
type AnyVersion = ListVersion | ExclusionsVersion
EXCLUSIONS: Final = "exclusions"  # the name of the exclusion list, of which an agency has one
# In the database: nobody fetches a megabyte to count what is in it. By the key that each entry has once, and that stands in no string of
# JSON: what is no JSON ends nothing either.
COUNT: Final[Func] = Func(
    F("entries"),
    template="(length(encode(%(expressions)s, 'escape')) - length(replace(encode(%(expressions)s, 'escape'), '\"rule\":', ''))) / 7",
    output_field=IntegerField(),
)


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version as the register shows it. `declared` None: it is an exclusion list, which declares nothing but what is in it."""

    id: Id
    name: str
    state: ListState
    declared: ListDocument | None
    count: int
    why: str
    drafted_by: str
    approved_by: str | None
    drafter: Id
    refusal: Refusal | None
    refused_by: str | None


@dataclass(frozen=True, slots=True)
class PauseView:
    """That a list is out of use: by whom, since when, and why."""

    by: str
    at: Ms
    reason: str


@dataclass(frozen=True, slots=True)
class ListView:
    """A version of a list as its page shows it. `before`: the version that it follows, if any. `versions`: all of them, newest first.

    `following`: the name that the next version has.
    """

    line: VersionLine
    entries: tuple[ListEntry, ...]
    before: VersionLine | None
    difference: Difference
    pause: PauseView | None
    versions: tuple[VersionLine, ...]
    following: Versioned


@dataclass(frozen=True, slots=True)
class ExclusionsView:
    """A version of the exclusion list as its page shows it."""

    line: VersionLine
    exclusions: Exclusions
    before: str | None
    changed: Changed
    versions: tuple[VersionLine, ...]


@dataclass(frozen=True, slots=True)
class LiveList:
    """A signed list version: what it declares, the signed bytes, and the bytes of its entries."""

    declared: ListDeclaration
    document: bytes
    entries: bytes


def live_lists(ring: KeyRing, at: Ms) -> list[LiveList]:
    """Every list of the scope's agency, with entries: for the signer, which compiles by them and encloses them to devices.

    A list is what a list key in force signed: what it declares is read from the signed bytes, and the row's name and entries are the
    ones that these name. A row that someone merely wrote is no list, whatever its other columns say.
    """
    rows = ListVersion.objects.filter(document__isnull=False).order_by("name")
    found = ((row, _signed(ListDocument, row.document or b"", ring, at)) for row in rows)
    authentic = [
        (row, LiveList(declaration(row.document or b"", signed), row.document or b"", row.entries))
        for row, signed in found
        if signed is not None and (signed.name, signed.entries) == (row.name, entries_digest(row.entries))
    ]
    return _in_use(authentic)


def declarations() -> list[ListDeclaration]:
    """What every list that is in use by the scope's agency declares: for choosing and compiling."""
    rows = sorted((row for row in _versions(_list_rows()) if row.document is not None), key=lambda row: row.name)
    return _in_use([(row, _declaration(row)) for row in rows])


def names_of_lists() -> dict[Id, Versioned]:
    """By id, each list of the scope's agency by the name of some version: one that is paused too, unlike `declarations`."""
    return {row.list_id: Versioned(row.name) for row in _versions(_list_rows())}


def choosable(*, actor: Actor) -> list[ListDeclaration]:
    """What every list that is in use by the actor's agency declares, for pages on which one is chosen."""
    with scope(actor):
        return declarations()


def lists_in_the_way(contacts: Iterable[ProtectedContact], *, actor: Actor) -> list[str]:
    """The names of the lists in use that look for a site of these contacts, or for a page of one: nothing would be found there any more."""
    hosts = [host for one in contacts for host in one.hosts]
    with scope(actor):
        names = {one.ref.name: one.capability for one in declarations()}
        rows = ListVersion.objects.filter(name__in=names).order_by("name")
        sites = [row for row in rows if rule_of(names[Versioned(row.name)]).detector is Detector.SITE]
        found = {row.name: [entry.pattern for entry in _entries(row) or ()] for row in sites}
    return [name for name, patterns in found.items() if overlap(hosts, patterns)]


def documents() -> list[bytes]:
    """Every signed declaration of the scope's agency, for a bundle."""
    rows = ListVersion.objects.filter(document__isnull=False).order_by("name")
    return [document or b"" for document in rows.values_list("document", flat=True)]


def newest_exclusions(ring: KeyRing, at: Ms) -> bytes:
    """The newest exclusion list that a list key in force signed. Raises Refused where there is none: then nothing may be collected."""
    documents = [row.document or b"" for row in ExclusionsVersion.objects.filter(document__isnull=False)]
    found = [
        (version_of(it.name), document) for document in documents if (it := _signed(Exclusions, document, ring, at))
    ]
    if not found:
        raise Refused("no-exclusions", "Approve an exclusion list first. Devices collect nothing without one.")
    return max(found)[1]


def version_of(name: str) -> int:
    """The number of a versioned name: `sites@10` is newer than `sites@9`."""
    return int(name.rpartition("@")[2])


def exclusions_named(digest: Digest) -> bytes | None:
    """The exclusion list with that digest, as a profile names it."""
    for row in ExclusionsVersion.objects.filter(document__isnull=False):
        if row.document is not None and dsse.digest_of(row.document) == digest:
            return row.document
    return None


def waiting_for_signature() -> list[Id]:
    """Approved versions that the signer has not yet signed, and that no other approved one has replaced: an older one comes to nothing.

    A draft takes no approved one's place. The worker asks this too, who reads no declaration: what declares nothing the signer refuses.
    """
    waiting = list[Id]()
    for model in (ListVersion, ExclusionsVersion):
        names = unbroken(model.objects.values_list("name", flat=True))
        approved = model.objects.filter(approved_by__isnull=False).annotate(signed=Q(document__isnull=False))
        found = {name: (row, signed) for name, row, signed in approved.values_list("name", "id", "signed")}
        of_lists = names.values() if model is ListVersion else [names.get(EXCLUSIONS, [])]
        newest = (next((found[name] for name in reversed(kin) if name in found), None) for kin in of_lists)
        waiting += [row for row, signed in filter(None, newest) if not signed]
    return waiting


def register(*, actor: Actor) -> tuple[list[VersionLine], list[VersionLine]]:
    """The newest version of each list and of the exclusion list, and before it the one that is in use meanwhile, if it is another."""
    actor.check(Permission.LIST_READ)
    with scope(actor):
        rows = sorted(_versions(_list_rows()), key=lambda row: (base_of(row.name), -version_of(row.name)))
        lists = [
            line for _, kin in groupby(rows, lambda row: base_of(row.name)) for line in _telling(_lines(list(kin)))
        ]
        return lists, _telling(_lines(exclusions_rows()))


def list_version(row_id: Id, *, actor: Actor) -> ListView | None:
    """One version of a list, with its entries; None where the actor's agency has none of that id, or what is in it does not open."""
    actor.check(Permission.LIST_READ)
    with scope(actor):
        row = ListVersion.objects.filter(id=row_id).first()
        entries = None if row is None else _entries(row)
        if row is None or entries is None:
            return None
        kin = versions_of(base_of(row.name))
        if row not in kin:
            return None
        earlier = ((one, _entries(one)) for one in kin if version_of(one.name) < version_of(row.name))
        before, held = next(((one, held) for one, held in earlier if held is not None), (None, ()))
        pause = Pause.objects.filter(version=row).first()
        lines = _lines(kin)
        return ListView(
            line=next(line for line in lines if line.id == row.id),
            entries=entries,
            before=next((line for line in lines if before is not None and line.id == before.id), None),
            difference=difference(held, entries),
            pause=None if pause is None else PauseView(_name(pause.paused_by), pause.paused_at, pause.reason),
            versions=tuple(lines),
            following=next_name(ListVersion, base_of(row.name)),
        )


def exclusions_version(row_id: Id, *, actor: Actor) -> ExclusionsView | None:
    """One version of the exclusion list; None where the actor's agency has none of that id."""
    actor.check(Permission.LIST_READ)
    with scope(actor):
        row = ExclusionsVersion.objects.filter(id=row_id).first()
        kin = exclusions_rows()
        if row is None or row not in kin:
            return None
        before = next((one for one in kin if version_of(one.name) < version_of(row.name)), None)
        lines, held = _lines(kin), exclusions_in(row)
        return ExclusionsView(
            line=next(line for line in lines if line.id == row.id),
            exclusions=held,
            before=None if before is None else before.name,
            changed=changed(None if before is None else exclusions_in(before), held),
            versions=tuple(lines),
        )


def next_exclusions(*, actor: Actor) -> tuple[Versioned, Exclusions | None]:
    """The name of the next version of the exclusion list, and the newest one, signed or not, that it is drafted from."""
    with scope(actor):
        return next_exclusions_here()


def next_exclusions_here() -> tuple[Versioned, Exclusions | None]:
    """As `next_exclusions`, inside the scope that is open."""
    newest = next((exclusions_in(row) for row in exclusions_rows()), None)
    return next_name(ExclusionsVersion, EXCLUSIONS), newest


def versions_of(name: str) -> list[ListVersion]:
    """The versions of a list, newest first, inside the scope that is open. `name` without its version; entries are not fetched."""
    return sorted(_versions(_list_rows(f"{name}@")), key=lambda row: -version_of(row.name))


def exclusions_rows() -> list[ExclusionsVersion]:
    """The versions of the exclusion list, newest first, inside the scope that is open."""
    rows = {row.name: row for row in ExclusionsVersion.objects.all()}
    return [rows[name] for name in reversed(unbroken(rows).get(EXCLUSIONS, [])) if _declares(rows[name])]


def next_name(model: type[ListVersion | ExclusionsVersion], name: str) -> Versioned:
    """The name of the version that follows, inside the scope that is open. `name` without its version."""
    names = model.objects.filter(name__startswith=f"{name}@").values_list("name", flat=True)
    return Versioned(f"{name}@{len(unbroken(names).get(name, [])) + 1}")


def list_named(name: str) -> Id | None:
    """The id of the list of that name, without its version; None where there is none, inside the scope that is open."""
    return ListVersion.objects.filter(name=f"{name}@1").values_list("list_id", flat=True).first()


def exclusions_in(row: ExclusionsVersion) -> Exclusions:
    """What a version of the exclusion list says."""
    return codec.load(Exclusions, row.declared, max_size=dsse.MAX_SIGNED)


def contents_of(row: ListVersion) -> tuple[tuple[ListEntry, ...], Capability]:
    """What a version looks for, and under which capability. Raises Malformed where its entries do not open."""
    declared = codec.load(ListDocument, row.declared, max_size=dsse.MAX_SIGNED)
    return codec.load(ListEntries, row.entries, max_size=MAX_ENTRIES_BYTES).entries, declared.capability


def is_urgent(entries: bytes) -> bool:
    """Whether a list of these entries can raise an urgent alert. One that cannot be read looks for nothing."""
    try:
        found = codec.load(ListEntries, entries, max_size=MAX_ENTRIES_BYTES).entries
    except Malformed:
        return False
    return any(one.gravity is Gravity.URGENT for one in found)


def raise_urgent(lists: Collection[Id]) -> bool:
    """Whether any of these lists can, as it is in use now, inside the scope that is open."""
    rows = [row for row in _versions(_list_rows()) if row.document is not None] if lists else []
    return any(row.list_id in lists and is_urgent(row.entries) for row in _in_use([(row, row) for row in rows]))


def patterns_of(names: Collection[Versioned]) -> dict[Versioned, Mapping[Slug, str]]:
    """What each rule of these versions of lists looks for, inside the scope that is open. A version never changes: each is read once."""
    rows = ListVersion.objects.filter(name__in=names).values_list("id", "name")
    return {Versioned(name): _patterns(row) for row, name in rows}


@lru_cache(maxsize=64)
def _patterns(version: Id) -> Mapping[Slug, str]:
    found = _entries(ListVersion.objects.get(id=version)) or ()
    return {one.rule: one.pattern for one in found}


def state_of(row: AnyVersion) -> ListState:
    """Where a version stands among its kin, inside the scope that is open. What is no version comes to nothing, as what is replaced."""
    kin: Sequence[AnyVersion] = (
        exclusions_rows() if isinstance(row, ExclusionsVersion) else versions_of(base_of(row.name))
    )
    return _states(kin).get(row.id, ListState.REPLACED)


def base_of(name: str) -> str:
    """A versioned name without its version."""
    return name.rpartition("@")[0]


def _list_rows(prefix: str = "") -> list[ListVersion]:
    rows = ListVersion.objects.filter(name__startswith=prefix).defer("entries")
    return list(rows)


def _versions(rows: Iterable[ListVersion]) -> list[ListVersion]:
    """Of all rows of a list, or of several: those that are versions of one."""
    named = {row.name: row for row in rows}
    return [
        named[name]
        for kin in unbroken(named).values()
        for name in kin
        if named[name].list_id == named[kin[0]].list_id and _declares(named[name])
    ]


def _declares(row: AnyVersion) -> bool:
    """Whether a row declares what its name says."""
    try:
        if isinstance(row, ListVersion):
            said = codec.load(ListDocument, row.declared, max_size=dsse.MAX_SIGNED)
            return (said.id, said.name) == (row.list_id, row.name)
        return exclusions_in(row).name == row.name
    except Malformed:
        return False


def check_declares(row: AnyVersion) -> None:
    """Raises Refused (`declares-nothing`) where a row does not declare what its name says."""
    if not _declares(row):
        raise Refused("declares-nothing", "This version lacks the details of a list. Draft the next version again.")


def _states(kin: Sequence[AnyVersion]) -> dict[Id, ListState]:
    """The state of each of one list's versions, newest first.

    A draft is replaced by any newer, an approved one by an approved one, a signed one by a signed one.
    """
    paused = set(Pause.objects.values_list("version_id", flat=True))
    states, newer, newer_approved, newer_signed = dict[Id, ListState](), False, False, False
    for row in kin:
        if row.approved_by is None:
            waits = ListState.DRAFT if row.refused_by is None else ListState.REFUSED
            states[row.id] = ListState.REPLACED if newer else waits
        elif row.document is None:
            states[row.id] = ListState.REPLACED if newer_approved else ListState.APPROVED
        elif newer_signed:
            states[row.id] = ListState.REPLACED
        else:
            states[row.id] = ListState.PAUSED if row.id in paused else ListState.LIVE
            newer_signed = True
        newer, newer_approved = True, newer_approved or row.approved_by is not None
    return states


def _lines(kin: Sequence[AnyVersion]) -> list[VersionLine]:
    """The versions of one list as lines, newest first."""
    states, names = (
        _states(kin),
        agencies.names_of({by for row in kin for by in (row.drafted_by, row.approved_by, row.refused_by) if by}),
    )
    lists = [row.id for row in kin if isinstance(row, ListVersion)]
    counts = dict(ListVersion.objects.filter(id__in=lists).annotate(count=COUNT).values_list("id", "count"))
    return [
        VersionLine(
            id=row.id,
            name=row.name,
            state=states[row.id],
            declared=_declared(row),
            count=counts[row.id] if row.id in counts else _size(row),
            why=row.why,
            drafted_by=names.get(row.drafted_by, LEFT),
            approved_by=None if row.approved_by is None else names.get(row.approved_by, LEFT),
            drafter=row.drafted_by,
            refusal=row.said_no,
            refused_by=None if row.refused_by is None else names.get(row.refused_by, LEFT),
        )
        for row in kin
    ]


def _telling(lines: list[VersionLine]) -> list[VersionLine]:
    """Of one list's versions the newest, and the one in use while that waits."""
    return [line for at, line in enumerate(lines) if at == 0 or line.state in {ListState.LIVE, ListState.PAUSED}]


def _declared(row: AnyVersion) -> ListDocument | None:
    return codec.load(ListDocument, row.declared, max_size=dsse.MAX_SIGNED) if isinstance(row, ListVersion) else None


def _size(row: AnyVersion) -> int:
    held = codec.load(Exclusions, row.declared, max_size=dsse.MAX_SIGNED)
    return len(held.hosts) + len(held.intents)


def _entries(row: ListVersion) -> tuple[ListEntry, ...] | None:
    try:
        return contents_of(row)[0]
    except Malformed:
        return None


def _name(staff: Id) -> str:
    return agencies.names_of({staff}).get(staff, LEFT)


def _signed[D: dsse.Document](kind: type[D], document: bytes, ring: KeyRing, at: Ms) -> D | None:
    """What a list key in force signed; None for what none did."""
    try:
        return dsse.open_signed(kind, document, ring.key(KeyRole.LIST, dsse.signer_of(document), at))
    except (Malformed, NotAuthentic):
        return None


def _in_use[T](signed: list[tuple[ListVersion, T]]) -> list[T]:
    """Of each list the newest version, unless that is paused: a pause brings no older one back."""
    newest: dict[Id, tuple[ListVersion, T]] = {}
    for row, it in signed:
        known = newest.get(row.list_id)
        if known is None or version_of(row.name) > version_of(known[0].name):
            newest[row.list_id] = (row, it)
    paused = set(Pause.objects.values_list("version_id", flat=True))
    return [it for row, it in newest.values() if row.id not in paused]


def _declaration(row: ListVersion) -> ListDeclaration:
    return declaration(row.document or b"", codec.load(ListDocument, row.declared, max_size=dsse.MAX_SIGNED))
