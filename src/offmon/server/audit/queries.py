"""Reads of the log: its files, its checkpoints, and the proof that it contains an entry.

Rules
- A proof leads to the *earliest* cosigned checkpoint that contains the entry. The verifier refuses one whose witnessed time is too far from
  the entry's own (formats §7, `max_lag_s`).
- Only `run_of` reads anything about a person. Its caller records that consultation in the same scope.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from itertools import batched
from uuid import UUID

from django.db import connection
from django.db.models import Max, Min, Q, QuerySet

from offmon.core import clock as time
from offmon.core.access.roles import Permission, Role
from offmon.core.errors import Refused, passes
from offmon.core.formats import codec
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log import audit
from offmon.core.log import consultations as looks_in_day
from offmon.core.log.as_logged import WRITES, Said, check_as_logged
from offmon.core.log.consultations import AFTER_MS, IN_THE_LOG_MS, Consultation
from offmon.core.log.tlog.checkpoint import Checkpoint as Tree
from offmon.core.log.tlog.merkle import HASH_BYTES, consistency_path, inclusion_path
from offmon.core.log.tlog.note import SignedNote
from offmon.core.log.tlog.proof import Proof
from offmon.core.log.tlog.proving import prove_consistency, prove_inclusion
from offmon.core.log.tlog.submission import Submission
from offmon.core.log.tlog.tiles import Tile, TiledLog, tiles_under
from offmon.core.person import activity_record, delay
from offmon.server.audit.files import file_of, files_of, log_under
from offmon.server.audit.models import Checkpoint, Entry, SealedDay, SealedLook, Sequenced
from offmon.server.base.actor import Actor
from offmon.server.base.rows import CommittedRow
from offmon.server.base.scope import scope
from offmon.server.base.statements import beside

MAX_DOC = 1 << 20
OWN_TO_THE_DESK = ("person", "request", "restriction")
"""The families of verbs that the desk of requests keeps to itself."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry in its place: what a bundle shows of a run. `salt` and `doc` open the commitment that `record` holds.

    `by` is the actor of the row. Neither it nor the entry's own words name the vault unless the vault wrote it; they may name any other.
    """

    id: Id
    by: Id
    index: int
    number: int
    previous: bytes
    record: bytes
    salt: bytes
    entry: audit.AuditEntry


def run_of(actor: Actor, run: Id) -> Sequence[Recorded]:
    """Every placed entry of a run (a case's id, or the agency's own), from number 0."""
    with scope(actor):
        rows = Sequenced.objects.filter(agency=actor.agency, run=run).select_related("entry").order_by("number")
        return [_recorded(row) for row in rows]


def proof_of(actor: Actor, entry: Id) -> Proof | None:
    """That the entry is in the log, under the earliest cosigned checkpoint that contains it; None until there is one."""
    with scope(actor), beside() as cursor:
        cursor.execute(_FIRST_UNDER, [UUID(actor.agency), UUID(entry)])
        found = cursor.fetchone()
        if found is None:
            return None
        index, size, note = found
        return _proof(actor.agency, index, size, note, {})


def proofs_of(actor: Actor, lines: Sequence[Recorded]) -> list[Proof | None]:
    """`proof_of` each of these. A file of the log is read once for all, so that a long run is proved in seconds."""
    with scope(actor):
        read: dict[str, bytes] = {}
        first = [_cosigned(actor.agency).filter(size__gt=line.index).order_by("size").first() for line in lines]
        return [
            None if one is None else _proof(actor.agency, line.index, one.size, one.note, read)
            for line, one in zip(lines, first, strict=True)
        ]


def witnessed_at(actor: Actor, entry: Id) -> Ms | None:
    """When a witness first saw the entry, by the witness's own clock; None until one has."""
    with scope(actor):
        place = Sequenced.objects.filter(agency=actor.agency, entry_id=entry).first()
        first = None if place is None else _cosigned(actor.agency).filter(size__gt=place.index).order_by("size").first()
        return None if first is None else first.cosigned_at


def latest_cosigned(actor: Actor) -> SignedNote | None:
    """The newest checkpoint that a witness has seen."""
    with scope(actor):
        note = _cosigned(actor.agency).order_by("-size").values_list("note", flat=True).first()
        return None if note is None else SignedNote.parse(note)


def checkpoints(actor: Actor) -> Sequence[SignedNote]:
    """Every cosigned checkpoint, from the first: all are kept."""
    with scope(actor):
        return [SignedNote.parse(row.note) for row in _cosigned(actor.agency).order_by("size")]


def consistency(actor: Actor, old: int, size: int) -> tuple[bytes, ...]:
    """The proof that the log of `size` entries begins with that of `old`. Raises Malformed where it cannot."""
    with scope(actor):
        return _consistency(actor.agency, old, size)


def submission(actor: Actor, seen: int | None = None) -> Submission | None:
    """What to send to the witness: the newest signed checkpoint, proved from `seen` (by default the last cosigned size).

    None where it is cosigned already. Raises Refused `witness-ahead` where the witness has seen more than there is here.
    """
    with scope(actor):
        signed = Checkpoint.objects.filter(agency=actor.agency, cosigned_at=None)
        newest = signed.order_by("-size").first()
        last = _cosigned(actor.agency).order_by("-size").first()
        done = 0 if last is None else last.size
        if newest is None or newest.size == done:
            return None
        old = done if seen is None else seen
        if old > newest.size:
            message = (
                "The witness has seen more of this log than there is here: a backup was restored, or the log forked."
            )
            raise Refused("witness-ahead", message)
        return Submission(old, _consistency(actor.agency, old, newest.size), SignedNote.parse(newest.note))


def _consistency(agency: Id, old: int, size: int) -> tuple[bytes, ...]:
    return prove_consistency(old, size, log_under(agency, consistency_path(old, size), size).subtree)


def tile(actor: Actor, path: str) -> bytes | None:
    """A file of the log by its C2SP path, or None. Raises Malformed for a path that no log has."""
    Tile.parse(path)
    with scope(actor):
        return file_of(actor.agency, path)


# Place and checkpoint in one look.
_FIRST_UNDER = """
select place.index, first.size, first.note
from audit_sequenced place
cross join lateral (
    select seen.size, seen.note from audit_checkpoint seen
    where seen.agency = place.agency and seen.cosigned_at is not null and seen.size > place.index
    order by seen.size limit 1
) first
where place.agency = %b and place.entry_id = %b
"""


def _proof(agency: Id, index: int, size: int, note: bytes, read: dict[str, bytes]) -> Proof:
    """`read`: the files of the log that are read already; what is missing is read at once, and put there."""
    tiles = tiles_under(inclusion_path(index, size), size)
    read |= files_of(agency, [tile for tile in tiles if tile.path not in read])
    return Proof(index, prove_inclusion(index, size, TiledLog(read.get, size).subtree), SignedNote.parse(bytes(note)))


def cosigned_within(agency: Id, after: int, until: int) -> list[SignedNote]:
    """The cosigned checkpoints of more than `after` and at most `until` entries. Inside the open scope."""
    found = _cosigned(agency).filter(size__gt=after, size__lte=until).order_by("size")
    return [SignedNote.parse(note) for note in found.values_list("note", flat=True)]


def signed_at(actor: Actor, size: int) -> SignedNote | None:
    """The checkpoint that was signed of the log at that size, cosigned or not yet."""
    with scope(actor):
        found = Checkpoint.objects.filter(agency=actor.agency, size=size, cosigned_at=None)
        note = found.order_by("size").values_list("note", flat=True).first()
        return None if note is None else SignedNote.parse(note)


def _cosigned(agency: Id) -> "QuerySet[Checkpoint]":
    return Checkpoint.objects.filter(agency=agency).exclude(cosigned_at=None)


def _recorded(row: Sequenced) -> Recorded:
    entry = row.entry
    doc = codec.load(audit.AuditEntry, entry.doc, max_size=MAX_DOC)
    return Recorded(entry.id, entry.actor, row.index, row.number, row.previous, row.record, entry.salt, doc)


def written_since(actor: Actor, run: Id, last: int) -> list[audit.AuditEntry]:
    """The entries of a run that are placed after number `last`, or nowhere yet, and name what they touched."""
    with scope(actor):
        later = Entry.objects.filter(Q(place=None) | Q(place__number__gt=last), agency=actor.agency, case=run)
        docs = later.exclude(touched=[]).order_by("at").values_list("doc", flat=True)
        return [codec.load(audit.AuditEntry, doc, max_size=MAX_DOC) for doc in docs]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Records of a case (None: of the agency) that are other than the log says: by which code, how often, first and last when.

    `stand`: how many of them the integrity process does not find right again, and `records` which, by kind and id; None where the vault
    found it, as somebody asked.
    """

    case: Id | None
    code: str
    since: Ms
    newest: Ms
    times: int
    stand: int | None
    records: list[str]


def mismatches(*, actor: Actor) -> list[Mismatch]:
    """All that vault and integrity process ever found in the agency, the newest first. It names no person, so that it is no consultation.

    By a function of the database: whoever asks works on no case. Raises Refused.
    """
    actor.check(Permission.AUDIT_READ)
    with scope(actor), connection.cursor() as cursor:
        cursor.execute("select about, code, since, newest, times, stand, records from audit_mismatches()")
        return [Mismatch(None if about is None else Id(about.hex), *rest) for about, *rest in cursor.fetchall()]


def reviewed(actor: Actor, alerts: Mapping[Id, Id], roles: Iterable[Role], *, by: Id | None = None) -> dict[Id, Ms]:
    """When someone in one of those roles last opened each of these alerts, given with their cases; without those that nobody has.

    `by`: that person alone.
    """
    with scope(actor):
        looks = Entry.objects.filter(
            agency=actor.agency,
            case__in=set(alerts.values()),
            alert__in=set(alerts),
            verb=audit.Verb.ALERT_REVIEW,
            outcome=audit.EntryOutcome.ALLOWED,
            actor_role__in=list(roles),
            **({} if by is None else {"actor": by}),
        )
        return dict(looks.order_by().values_list("alert").annotate(Max("at")))


def revealed(alert: Id, case: Id, *, actor: Actor) -> bool:
    """Whether the actor revealed a disclosure of the alert, which is of that case."""
    with scope(actor):
        done = Entry.objects.filter(agency=actor.agency, case=case, alert=alert, actor=actor.id)
        return done.filter(verb=audit.Verb.CONTENT_REVEALED, outcome=audit.EntryOutcome.ALLOWED).exists()


def first_reveals(alerts: Collection[Id], case: Id) -> dict[tuple[Id, Id], Ms]:
    """When each person first revealed a disclosure of these alerts of a case, by alert and person. Inside the scope that is open."""
    done = Entry.objects.filter(case=case, alert__in=list(alerts), verb=audit.Verb.CONTENT_REVEALED)
    rows = done.filter(outcome=audit.EntryOutcome.ALLOWED).order_by().values_list("alert", "actor")
    return {(Id(alert), Id(by)): Ms(at) for alert, by, at in rows.annotate(at_=Min("at"))}


def recorded(
    actor: Actor, case: Id | None, verb: audit.Verb, since: Ms, *, by: Id | None = None
) -> list[audit.AuditEntry]:
    """The entries of a case (or of none) of that verb since an instant, placed or not. `by`: of that actor's rows alone."""
    with scope(actor):
        of = {} if by is None else {"actor": by}
        own = Entry.objects.filter(agency=actor.agency, case=case, verb=verb, at__gte=since, **of).order_by("at")
        return [codec.load(audit.AuditEntry, row.doc, max_size=MAX_DOC) for row in own]


def cases_named(since: Ms, *, of: audit.Verb | None = None, but: Collection[audit.Verb] = (), actor: Actor) -> set[Id]:
    """The cases of which an entry was written since an instant, placed or not: of that verb, or of any but those."""
    with scope(actor):
        said = Entry.objects.filter(agency=actor.agency, at__gte=since, case__isnull=False).exclude(verb__in=but)
        chosen = (said if of is None else said.filter(verb=of)).order_by().values_list("case", flat=True)
        return set(chosen.distinct())


def acts_of(case: Id, most: int) -> list[audit.AuditEntry]:
    """What was done on a case, the newest first, without what only looked. Inside the open scope, whose query logs the case.

    Nor what concerns the person's own requests and what they are told: a complaint is not told to those whom it is about.
    """
    rows = Entry.objects.filter(case=case).exclude(operation=audit.Operation.CONSULTATION)
    for family in OWN_TO_THE_DESK:
        rows = rows.exclude(verb__startswith=f"{family}.")
    docs = rows.order_by("-at", "-id").values_list("doc", flat=True)[:most]
    return [codec.load(audit.AuditEntry, doc, max_size=MAX_DOC) for doc in docs]


def said_of(case: Id | None, verbs: Collection[audit.Verb]) -> list[audit.AuditEntry]:
    """What the log says of a case (None: of none) in these verbs, placed or not, oldest first. Inside the open scope.

    By it whoever rests on a row asks whose acts stand behind that (`core.log.attribution`). The signer is shown those of `ASKED` alone.
    """
    rows = Entry.objects.filter(case=case, verb__in=verbs).order_by("at")
    return [codec.load(audit.AuditEntry, doc, max_size=MAX_DOC) for doc in rows.values_list("doc", flat=True)]


def newest_of(row: CommittedRow, agency: Id, case: Id | None = None) -> Said | None:
    """What the newest entry that names a row says of it, in the log of an agency: of its own run, or of a case's. None: no entry does.

    By a function of the database, for rows that let somebody in (`core.log.as_logged`). For a guest's account that is another agency's log.
    """
    touched, whose = row.touched(), getattr(row, "staff_id", row.id)
    named, verbs = row.named(), sorted(verb.value for verb in WRITES[touched.table])
    with connection.cursor() as cursor:
        cursor.execute(
            "select verb, committed from audit_newest_of(%s, %s, %s, %s, %s, %s)",
            [named, touched.table, whose, agency, case, verbs],
        )
        found = cursor.fetchone()
    return None if found is None else Said(audit.Verb(found[0]), Digest(found[1]))


def check_logged(row: CommittedRow, agency: Id, case: Id | None = None) -> None:
    """Raises NotAuthentic unless a row that lets somebody in is what the log of that agency says of it.

    Where it is not, both are read once more: an act may have been committed between the two looks. The row is then as it stands now.
    """
    if not passes(check_as_logged, row.touched(), newest_of(row, agency, case)):
        row.refresh_from_db()
        check_as_logged(row.touched(), newest_of(row, agency, case))


def has_set_up_app(staff: Id, agency: Id) -> bool:
    """Whether the log says that somebody of the agency ever set an authenticator app up as their first."""
    with connection.cursor() as cursor:
        cursor.execute("select audit_has_set_up_app(%s, %s)", [staff, agency])
        [(found,)] = cursor.fetchall()
        return bool(found)


def newest_by_person(verbs: Iterable[audit.Verb], since: Ms, agency: Id) -> dict[Id, Ms]:
    """When each person last did that for no case, since an instant. Inside the open scope."""
    rows = _of_no_case(verbs, since, agency).order_by().values_list("actor")
    return {Id(by): Ms(at) for by, at in rows.annotate(Max("at"))}


def named_since(verbs: Iterable[audit.Verb], since: Ms, agency: Id) -> set[str]:
    """The rows of no case that an entry of these verbs named since an instant, as the backstop knows them. Inside the open scope."""
    return {name for names in _of_no_case(verbs, since, agency).values_list("touched", flat=True) for name in names}


def _of_no_case(verbs: Iterable[audit.Verb], since: Ms, agency: Id) -> "QuerySet[Entry]":
    allowed = audit.EntryOutcome.ALLOWED
    return Entry.objects.filter(agency=agency, case=None, verb__in=list(verbs), at__gt=since, outcome=allowed)


def people_in(case: Id) -> list[tuple[Id, Role]]:
    """Whose acts the log of a case holds, each with a role in which they acted. Inside the open scope."""
    rows = Entry.objects.filter(case=case).exclude(actor_role__in=[Role.SERVICE, Role.SUPERVISED_PERSON])
    return list(rows.order_by().values_list("actor", "actor_role").distinct())


def looks(case: Id, verbs: Iterable[audit.Verb], before: Ms) -> list[tuple[Ms, Role, Id | None, audit.Verb]]:
    """Which roles did that in a case before an instant: when, role, team, and which of it. Inside the open scope."""
    rows = _by_people(Entry.objects.filter(case=case, verb__in=list(verbs), at__lt=before))
    return list(rows.values_list("at", "actor_role", "actor_team", "verb"))


def looks_of(agency: Id, since: Ms, until: Ms) -> list[tuple[Id, Role, Id | None, audit.Verb]]:
    """Whose case which roles looked at, within a time, each once: case, role, team, and which of it. Inside the open scope."""
    rows = Entry.objects.filter(agency=agency, case__isnull=False, verb__in=list(delay.LOOKS))
    within = _by_people(rows.filter(at__gte=since, at__lt=until))
    return list(within.order_by().values_list("case", "actor_role", "actor_team", "verb").distinct())


def day_to_seal(now: Ms, *, actor: Actor) -> date | None:
    """The first day of looks that is over and not sealed; None where there is none."""
    with scope(actor):
        last = SealedDay.objects.filter(agency=actor.agency).order_by("-on").values_list("on", flat=True).first()
        if last is not None:
            day = time.local_day(time.end_of_day(time.local_day(last)))
        else:
            first = Entry.objects.filter(agency=actor.agency).order_by("at").values_list("at", flat=True).first()
            if first is None:
                return None
            day = time.local_day(first)
        return day if now >= time.end_of_day(day) + AFTER_MS else None


def given_at(agency: Id, at: Ms) -> SignedNote | None:
    """The checkpoint that a receipt of that time carries: the first that a witness saw on its newest day (formats §6).

    One a day, so that a device sees the log grow no finer than that. That day begins when the day before is sealed (`IN_THE_LOG_MS`), so
    that its first checkpoint holds the seal. Inside the open scope.
    """
    given = _given(agency, at)
    return None if given is None else SignedNote.parse(given[1].note)


def given_until(agency: Id, at: Ms, most: int) -> list[SignedNote]:
    """The checkpoints that receipts carried up to that time, one a day, oldest first: the newest `most`. Inside the open scope."""
    found: list[Checkpoint] = []
    while len(found) < most and (given := _given(agency, at)) is not None:
        at, first = Ms(given[0] - 1), given[1]
        if not found or first.size < found[0].size:  # a witness's clock may have stepped back
            found.insert(0, first)
    return [SignedNote.parse(one.note) for one in found]


def _given(agency: Id, at: Ms) -> tuple[Ms, Checkpoint] | None:
    """The first checkpoint of the newest day up to then that has one, and when that day began."""
    newest = _cosigned(agency).filter(cosigned_at__lte=at).order_by("-size").first()
    if newest is None or newest.cosigned_at is None:
        return None
    morning = Ms(time.start_of_day(time.local_day(Ms(newest.cosigned_at - IN_THE_LOG_MS))) + IN_THE_LOG_MS)
    first = _cosigned(agency).filter(cosigned_at__gte=morning).order_by("size").first()
    return None if first is None else (morning, first)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A line of who looked as it was sealed: the team's id, what the line says, the salt that opens it, and its commitment."""

    team: Id | None
    look: Consultation
    salt: bytes
    commit: Digest


def sealed_looks(case: Id, before: Ms) -> list[Sealed]:
    """The sealed lines of a case's days before an instant. Inside the open scope."""
    rows = SealedLook.objects.filter(case=case, on__lt=before)
    looks = [Consultation(row.case, row.on, Role(row.role), row.team_name, audit.Verb(row.what)) for row in rows]
    return [Sealed(row.team, look, row.salt, row.commit) for row, look in zip(rows, looks, strict=True)]


def days_in(agency: Id, checkpoint: SignedNote, before: Ms) -> frozenset[Ms]:
    """Which days before an instant are sealed in the log of that checkpoint, whoever looked on them. Inside the open scope."""
    days = dict(SealedDay.objects.filter(agency=agency, on__lt=before).values_list("entry", "on"))
    placed = Sequenced.objects.filter(entry_id__in=list(days), index__lt=Tree.parse(checkpoint.text).size)
    return frozenset(days[entry] for entry in placed.values_list("entry_id", flat=True))


def states(agency: Id, checkpoints: Sequence[SignedNote]) -> tuple[activity_record.LogState, ...]:
    """These checkpoints, oldest first, each with the proof that its log begins with that of the one before. Inside the open scope."""
    read, before = cache(partial(file_of, agency)), 0
    found = []
    for note in checkpoints:
        size = Tree.parse(note.text).size
        path = prove_consistency(before, size, TiledLog(read, size).subtree) if before else ()
        found.append(activity_record.LogState(note.data.decode(), tuple(Digest(step.hex()) for step in path)))
        before = size
    return tuple(found)


def proved_days(agency: Id, checkpoints: Sequence[SignedNote], lines: Iterable[Sealed]) -> list[activity_record.Day]:
    """The days of these lines, each with the proof that it is in the log of the first of these checkpoints that holds it, if one does.

    Inside the open scope. Of the log it reads hashes and places alone, so that it can be asked for one case.
    """
    sizes = [Tree.parse(checkpoint.text).size for checkpoint in checkpoints]
    by_day: dict[Ms, list[Sealed]] = {}
    for line in lines:
        by_day.setdefault(line.look.on, []).append(line)
    read = cache(partial(file_of, agency))
    found = []
    for row in SealedDay.objects.filter(agency=agency, on__in=list(by_day)).order_by("-on"):
        place = Sequenced.objects.filter(entry_id=row.entry).values_list("index", "number", "previous").first()
        size = None if place is None else next((size for size in sizes if size > place[0]), None)
        if place is not None and size is not None:
            found.append(_day(row, place, TiledLog(read, size), by_day[row.on]))
    return found


def _day(row: SealedDay, place: tuple[int, int, bytes], log: TiledLog, lines: list[Sealed]) -> activity_record.Day:
    leaves = tuple(Digest(bytes(leaf).hex()) for leaf in batched(row.leaves, HASH_BYTES))
    index, number, previous = place
    return activity_record.Day(
        on=row.on,
        size=len(leaves),
        entry=codec.load(audit.AuditEntry, row.doc, max_size=MAX_DOC),
        salt=row.salt,
        number=number,
        previous=Digest(bytes(previous).hex()),
        index=index,
        path=tuple(Digest(step.hex()) for step in prove_inclusion(index, log.size, log.subtree)),
        looks=tuple(
            activity_record.ProvenConsultation(line.look, line.salt, *looks_in_day.prove(line.commit, leaves))
            for line in lines
        ),
    )


def _by_people(rows: "QuerySet[Entry]") -> "QuerySet[Entry]":
    """Those that were allowed, to people: what a process of ours did is no look, nor is the person's own."""
    allowed = rows.filter(outcome=audit.EntryOutcome.ALLOWED)
    return allowed.exclude(actor_role__in=[Role.SERVICE, Role.SUPERVISED_PERSON])
