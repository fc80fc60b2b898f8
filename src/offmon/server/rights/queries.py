"""Every read of rights: who is signed in at a browser, and the portal's pages. Each page records that the person read it.

Rules
- One scope a page: the read and its entry are one transaction, in the person's own case.
- No page discloses what was sent or consulted within the delay; `core.person.delay` names that day. A longer restriction's lines are left
  out before anything else is computed (`restrictions/queries.py`), as if they did not exist.
- Every disclosure that reached us is a line, by the day it came, also one that a newer profile refused or that we lost.
- A consultation shows a day, a role, a team and what was read: no name, no log number, and no count.
- A log state older than the whole delay proves a consultation, since a newer one counts what is not yet disclosed. So it becomes due a day
  later than a disclosure, when such a state exists (`core/person/delay.py`), whatever became of the device. Whether it can be proved
  depends on its day, never on its line. If a device was off, or we sealed late, it is shown when due, and says so.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from django.db.models import Q, QuerySet

from offmon.core import clock as time
from offmon.core.access.roles import Permission, Role
from offmon.core.authority.protected_contacts import ProtectedContact
from offmon.core.errors import Refused
from offmon.core.formats import codec
from offmon.core.formats.event import Gap, GapReason
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.log.consultations import Consultation
from offmon.core.log.hours import Covered
from offmon.core.person import activity_record as file
from offmon.core.person import deadlines, delay, spans
from offmon.core.person.coverage import Undeclared
from offmon.core.person.deadlines import Due, RequestKind, RequestStage
from offmon.core.person.spans import Span
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.leads import queries as leads
from offmon.server.agencies.queries import AgencyView
from offmon.server.audit import queries as log
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.actor import Actor, supervised_person
from offmon.server.base.columns import person_key
from offmon.server.base.scope import scope
from offmon.server.deployments import queries as deployments
from offmon.server.deployments.queries.contacts import told_contacts
from offmon.server.deployments.queries.register import covered_as_told
from offmon.server.deployments.queries.reviews import review_due
from offmon.server.deployments.queries.standstill import Stopped, stopped
from offmon.server.deployments.queries.told import ToldProfile, told_profiles
from offmon.server.intake import queries as intake
from offmon.server.intake.devices.queries import classes_of
from offmon.server.intake.quarantine.queries import LockedTold, locked_told
from offmon.server.rights.keys import keyed
from offmon.server.rights.models import PersonAccess, PersonSitting, Request
from offmon.server.rights.requests.queries import answers_of, days_of, readable
from offmon.server.rights.restrictions.queries import Left
from offmon.server.rights.sign_in import PersonSession, is_over
from offmon.words.catalogue import Language
from offmon.words.document import Paper

_UNDER_WAY_MS: Final = 2 * time.MINUTE_MS
"""A receipt of the last moments may still carry the checkpoint before."""

_MOST_STATES: Final = 14
"""How many days' states of the log stand in a file: a device that was on for one day of a fortnight was given one of them."""


@dataclass(frozen=True, slots=True)
class MonitoredDevice:
    """A device: its profile in force, and when its last heartbeat came: of anything else the day would tell that it was found."""

    profile: ToldProfile
    heard_on: Ms | None


@dataclass(frozen=True, slots=True)
class MonitoredNow:
    """What is monitored now. `gaps`: newest first. `stopped`: that it is suspended, or has ended.

    `locked`: what was collected without authority. `review_due`: by when somebody must look at it again. `taken_over`: from which agency
    the present one took the case over, and when. `covered`: how many of the devices that we know of, as far as the person is told.
    """

    at: Ms
    agency: AgencyView
    taken_over: tuple[str, Ms] | None
    devices: tuple[MonitoredDevice, ...]
    gaps: tuple[Span, ...]
    stopped: Stopped | None
    locked: tuple[LockedTold, ...]
    review_due: Ms | None
    covered: Covered


@dataclass(frozen=True, slots=True)
class ConsultationLine:
    """That someone looked: the day, in which role and team, at what; and its fingerprint in the log, None while nothing proves it."""

    on: Ms
    role: Role
    team: str | None
    what: Verb
    commit: Digest | None


@dataclass(frozen=True, slots=True)
class DelayedActivity:
    """What is told after the delay, newest first; of what was sent, the very lines that the file to take away holds.

    `until`, `looks_until`: before when something reached us, or somebody looked. `given`: up to when a device of theirs was given states
    of the log that may be told of; None where none was.
    """

    delay_days: int
    until: Ms
    looks_until: Ms
    given: Ms | None
    sent: tuple[file.SentLine, ...]
    looks: tuple[ConsultationLine, ...]
    welsh: Mapping[str, str] = field(default_factory=dict)
    """The Welsh words of a term, where it has some, by the English ones that a line has."""


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request, what is due of it yet and by when, what the person said, what was done with it on which day, and the answer."""

    id: Id
    reference: str
    kind: RequestKind
    received_at: Ms
    due: Due | None
    words: str
    done: Mapping[RequestStage, Ms]
    answer: str | None = None

    @property
    def at(self) -> RequestStage | None:
        """How far it is, as the person is told: the last of being looked at and answered; None while neither is."""
        return next((step for step in (RequestStage.ANSWERED, RequestStage.TAKEN_UP) if step in self.done), None)


@dataclass(frozen=True, slots=True)
class OnCase:
    """What an officer sees on the page of a case: the way in that counts, and the person's requests, newest first.

    `drawn`: the person's device drew it, and no officer gave it.
    """

    made_at: Ms | None
    used_at: Ms | None
    drawn: bool
    requests: tuple[RequestView, ...]


def sitting_of(token: str, request: Id) -> Actor | None:
    """Who sits at the browser whose cookie that is; None for nobody, or for one that is over."""
    row = PersonSitting.objects.filter(token=digest_of(token)).first()
    if row is None:
        return None
    sitting = PersonSession(row.agency, row.case, row.access, row.session, row.began_at, row.seen_at)
    actor = supervised_person(row.agency, row.case, row.session, request)
    with scope(actor):
        newest = newest_access(PersonAccess.objects.only("id"), row.case)
    gone = newest is None or newest.id != row.access
    return None if gone or is_over(sitting, clock.now()) else actor


def now(*, actor: Actor) -> MonitoredNow:
    """What is monitored now, and what was not covered."""
    with looking("now", actor) as case:
        profiles = told_profiles(case)
        heard = intake.beats_of({one.device for one in profiles})
        days = deployments.delay_of(case)
        before, left = delay.shown_before(clock.now(), days), Left.of(case, days)
        waiting = [reason for reason in GapReason if delay.waits(reason)]
        told = [
            (gap, at) for gap, at in intake.gaps_told(case, before, waiting) if gap.reason not in waiting or at < before
        ]
        gaps = [gap for gap, received in told if left.gap(gap, received)]
        uncovered: list[Gap | Undeclared] = [*gaps, *filter(left.undeclared, intake.undeclared(case, before))]
        class_of = classes_of(case, uncovered, clock.now())
        return MonitoredNow(
            at=clock.now(),
            agency=agencies.lead_of(case),
            taken_over=leads.taken_over(case),
            devices=tuple(MonitoredDevice(one, heard.get(one.device)) for one in profiles),
            gaps=spans.spans_of(uncovered, kind=lambda gap: class_of(gap).why),
            stopped=stopped(case),
            locked=tuple(one for one in locked_told(case, before) if left.sent(None, one.locked_at)),
            review_due=review_due(case),
            covered=covered_as_told(case),
        )


def never(*, actor: Actor) -> tuple[tuple[ProtectedContact, ...], Ms | None]:
    """That the person read what is never collected: their own protected contacts in force, and since when they are confirmed."""
    with looking("never", actor):
        return told_contacts()


def notice(language: Language, *, actor: Actor) -> tuple[Paper | None, frozenset[str]]:
    """The newest notice that was served, in a language; None where none was. And which words for the person are Welsh."""
    with looking("notice", actor) as case:
        return deployments.served_paper(case, language), frozenset(deployments.welsh_texts(case).values())


def told(*, actor: Actor) -> DelayedActivity:
    """What was sent and which role looked, up to the delay."""
    with looking("told", actor) as case:
        return _told(actor.agency, case)


def taken_away(*, actor: Actor) -> bytes:
    """The same as a file that the person's device checks (docs/specs/told.md): every line, and what proves it.

    It leads to checkpoints that their devices were given, so that it asks for no trust in who made it.
    """
    with looking("told-file", actor) as case:
        return codec.dump(_as_file(_told(actor.agency, case), actor.agency, case))


def requests(*, actor: Actor) -> list[RequestView]:
    """What the person asked for, newest first."""
    with looking("requests", actor) as case:
        return _requests(case)


def on_case(case: Id, *, actor: Actor) -> OnCase:
    """For whoever works on the case; the caller's query logs the case."""
    with scope(actor):
        agencies.check_on_caseload(case, actor.id, clock.now())
        requests = tuple(_requests(case, readable(actor)))
        row = newest_access(PersonAccess.objects.only("id", "made_by", "made_at", "used_at"), case)
        if row is None:
            return OnCase(None, None, drawn=False, requests=requests)
        return OnCase(row.made_at, row.used_at, drawn=row.made_by is None, requests=requests)


def digest_of(token: str) -> Digest:
    """How a cookie's text is kept. It is random, so that a plain hash is enough."""
    return Digest(sha256(token.encode()).hexdigest())


def named(name: str) -> bytes:
    """How a sign-in name is kept, and found."""
    return keyed("name", "".join(name.split()).lower())


def newest_access(rows: "QuerySet[PersonAccess]", case: Id) -> PersonAccess | None:
    """The way in that counts, inside the scope that is open: the newest that an officer gave or that was used.

    What a device drew does not count before that: so neither who sits down at it, nor ingest, locks a person out by drawing one.
    """
    counts = rows.filter(case=case).filter(Q(made_by__isnull=False) | Q(used_at__isnull=False))
    return counts.order_by("-made_at", "-id").first()


def standing(rows: "QuerySet[PersonAccess]", case: Id, access: Id) -> PersonAccess | None:
    """That way in, where it opens: it is the one that counts, or the newest of all, which will count once it is used."""
    newest = rows.filter(case=case).order_by("-made_at", "-id").first()
    return next((row for row in (newest, newest_access(rows, case)) if row is not None and row.id == access), None)


def own_case(actor: Actor) -> Id:
    """The case of the person who acts. Raises Refused (`not-permitted`) for anyone else."""
    if actor.case is None:
        raise Refused("not-permitted", "This is the supervised person's own view.")
    return actor.case


@contextmanager
def looking(page: str, actor: Actor) -> Iterator[Id]:
    """The scope of one page, with the entry that the person read it. Their case."""
    actor.check(Permission.PORTAL_READ)
    case = own_case(actor)
    with scope(actor):
        append(actor, Verb.PERSON_LOOKED, case=case, reason=page)
        yield case


def _requests(case: Id, which: Q | None = None) -> list[RequestView]:
    """Of a case, newest first. `which`: those that a member of staff may read; the person reads all."""
    done, answers = days_of(case), answers_of(case)
    return [
        RequestView(
            row.id,
            row.reference,
            row.kind,
            row.received_at,
            deadlines.still_due(row.kind, time.local_day(row.received_at), done.get(row.id, {})),
            person_key().open(row.words, Request, row.id, "words"),
            done.get(row.id, {}),
            answers.get(row.id),
        )
        for row in Request.objects.filter(which or Q(), case=case).order_by("-received_at", "id")
    ]


def _told(agency: Id, case: Id) -> DelayedActivity:
    days = deployments.delay_of(case)
    until, looks_until = delay.shown_before(clock.now(), days), delay.looks_shown_before(clock.now(), days)
    left, given = Left.of(case, days), _given(case, until)
    looks = _looks(agency, case, looks_until, given, left)
    return DelayedActivity(
        days, until, looks_until, given, _sent(case, until, left), looks, deployments.welsh_texts(case)
    )


def _given(case: Id, until: Ms) -> Ms | None:
    """The last moment before `until` of which a device of the person's may have a state of the log; None where there is none.

    By heartbeats alone: what else a device sent may be kept back for longer than the delay, and would tell here of its day.
    """
    devices = deployments.enrolled(case)
    last = {device: min(until - 1, at - _UNDER_WAY_MS) for device, at in intake.beats_of(set(devices)).items()}
    return max((Ms(at) for device, at in last.items() if at >= devices[device]), default=None)


def _sent(case: Id, until: Ms, left: Left) -> tuple[file.SentLine, ...]:
    texts = deployments.person_texts(case)
    sent = {
        file.SentLine(
            one.device,
            _day(one.received_at if one.event_at is None else one.event_at),
            one.kind,
            tuple(texts[term] for term in one.terms if term in texts),
            one.commit,
            one.unkept,
        )
        for one in intake.sent_before(case, until)
        if left.sent(one.event_at, one.received_at)
    }
    return tuple(sorted(sent, key=lambda one: (-one.on, one.commit)))


def _looks(agency: Id, case: Id, until: Ms, given: Ms | None, left: Left) -> tuple[ConsultationLine, ...]:
    teams = agencies.team_names()
    newest = None if given is None else log.given_at(agency, given)
    proved = frozenset() if newest is None else log.days_in(agency, newest, until)
    sealed = {
        (one.look.on, one.look.role, one.team, one.look.what): one.commit
        for one in log.sealed_looks(case, until)
        if one.look.on in proved
    }
    looks = {
        ConsultationLine(
            _day(at), role, None if team is None else teams.get(team), verb, sealed.get((_day(at), role, team, verb))
        )
        for at, role, team, verb in log.looks(case, delay.LOOKS, until)
        if left.looked(verb, at)
    }
    return tuple(sorted(looks, key=lambda one: (-one.on, one.role, one.team or "", one.what)))


def _as_file(page: DelayedActivity, agency: Id, case: Id) -> file.ActivityRecord:
    """What the page shows, and of the log no more than proves that."""
    given = [] if page.given is None else log.given_until(agency, page.given, _MOST_STATES)
    sealed = {one.commit: one for one in log.sealed_looks(case, page.looks_until)}
    days = tuple(log.proved_days(agency, given, [sealed[one.commit] for one in page.looks if one.commit is not None]))
    shown = {line.look for day in days for line in day.looks}
    waiting = (Consultation(case, one.on, one.role, one.team, one.what) for one in page.looks if one.commit is None)
    return file.ActivityRecord(
        agency=agency,
        case=case,
        until=page.until,
        sent=page.sent,
        log=log.states(agency, given) if days else (),
        days=days,
        waiting=tuple(look for look in waiting if look not in shown),
    )


def _day(at: Ms) -> Ms:
    """The day of an instant, and no more of it."""
    return time.start_of_day(time.local_day(at))
