"""Every read of reaching: what notify sends where, what staff see of their channels, and whether an agency's channels work."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import Max, Q, QuerySet

from offmon.core.access.roles import Permission
from offmon.core.alerts.answering import Answering, answering
from offmon.core.alerts.reaching import (
    BEAT_MS,
    FOR_GOOD,
    RECEIPTS_FOR_MS,
    ChannelKind,
    Purpose,
    Standing,
    Tried,
    TryOutcome,
    shows_itself,
    standing,
)
from offmon.core.alerts.rota import AHEAD_MS
from offmon.core.clock import DAY_MS, Period
from offmon.core.errors import OffmonError
from offmon.core.formats.event import Gravity
from offmon.core.ids import Id, Ms
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.queries import reachable_staff
from offmon.server.agencies.rota import queries as rota
from offmon.server.agencies.rota.holidays import holidays_in
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.columns import reaching_key
from offmon.server.base.scope import scope
from offmon.server.reaching.models import Attempt, Channel, Message

DEAD_SHOWN_MS: Final = 7 * DAY_MS
MOST_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a message goes. `address`: empty where it cannot be opened. `secret`: of a control room."""

    channel: Id
    kind: ChannelKind
    address: str
    secret: bytes | None


@dataclass(frozen=True, slots=True)
class OpenMessage:
    """A message that is not at its end, where it goes, and what was tried. `begun`: the tries without an outcome, by their channel."""

    id: Id
    purpose: Purpose
    gravity: Gravity | None
    reference: str
    leaves_at: Ms
    to: tuple[Destination, ...]
    tries: Mapping[Id, tuple[Tried, ...]]
    begun: Mapping[Id, Id]


@dataclass(frozen=True, slots=True)
class ChannelView:
    """A channel as its owner sees it. `last`: how the last message stands, `last_at`: when it was asked for; None: none yet."""

    id: Id
    kind: ChannelKind
    address: str
    added_at: Ms
    last: Standing | None
    last_at: Ms | None
    last_reference: str
    why: TryOutcome | None
    works: bool


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that did not reach `staff` (None: the control room) by that kind of channel. `kind` None: they have no channel."""

    staff: Id | None
    kind: ChannelKind | None
    reference: str
    purpose: Purpose
    asked_at: Ms
    tries: int
    why: TryOutcome | None


@dataclass(frozen=True, slots=True)
class Unproven:
    """A channel that did not show itself working within eight days. `staff` None: the control room's. `shown_at` None: never."""

    staff: Id | None
    kind: ChannelKind
    shown_at: Ms | None


@dataclass(frozen=True, slots=True)
class ReachNews:
    """What an administrator must know of how staff are reached."""

    dead: tuple[DeadLetter, ...]
    unproven: tuple[Unproven, ...]


def open_messages(agency: Id) -> list[OpenMessage]:
    """The agency's messages that are not at their end, the oldest first; in the scope that is open."""
    rows = list(Message.objects.filter(settled_at=None).order_by("asked_at", "id"))
    if not rows:
        return []
    places = {one.channel: (staff, one) for staff, one in _destinations(agency)}
    tries: dict[tuple[Id, Id], list[Tried]] = defaultdict(list)
    begun: dict[Id, dict[Id, Id]] = defaultdict(dict)
    for one in Attempt.objects.filter(message__in=rows).order_by("n"):
        tries[one.message_id, one.channel_id].append(Tried(one.at, one.outcome))
        if one.outcome is None:
            begun[one.message_id][one.channel_id] = one.id
    found = []
    for row in rows:
        if row.channel_id is not None:
            to = [place for channel, (_, place) in places.items() if channel == row.channel_id]
        else:
            to = [place for staff, place in places.values() if staff in (row.staff_id, None)]
        said = {place.channel: tuple(tries[row.id, place.channel]) for place in to}
        found.append(
            OpenMessage(row.id, row.purpose, row.gravity, row.reference, row.leaves_at, tuple(to), said, begun[row.id])
        )
    return found


def taken(agency: Id, at: Ms) -> list[tuple[OpenMessage, Destination]]:
    """What each channel took within the last days and did not come back since; in the scope that is open."""
    since = at - RECEIPTS_FOR_MS
    rows = Attempt.objects.filter(ended_at__gt=since, outcome=TryOutcome.SENT).select_related("message")
    back = set(Attempt.objects.filter(at__gt=since, outcome=TryOutcome.BOUNCED).values_list("message_id", "channel_id"))
    left = [row for row in rows if (row.message_id, row.channel_id) not in back]
    places = {place.channel: place for _, place in _destinations(agency)} if left else {}
    return [(_taken(row, place), place) for row in left if (place := places.get(row.channel_id)) is not None]


def _taken(row: Attempt, place: Destination) -> OpenMessage:
    of = row.message
    tries = {place.channel: (Tried(row.at, row.outcome),) * row.n}
    return OpenMessage(of.id, of.purpose, of.gravity, of.reference, row.ended_at or row.at, (place,), tries, {})


def came_back(at: Ms) -> list[Id]:
    """The messages of the last days that a channel did not take for good, or that came back. In the scope that is open."""
    rows = Attempt.objects.filter(at__gt=at - RECEIPTS_FOR_MS, outcome__in=FOR_GOOD)
    return list(rows.values_list("message_id", flat=True).distinct())


def unreached(messages: Collection[Id]) -> dict[Id, Ms]:
    """Since when each of these reached its person by none of their channels; without those that may have. In the scope that is open."""
    tries = _by_channel(Attempt.objects.filter(message__in=messages, channel__staff__isnull=False))
    return {
        message: Ms(max(made[-1].ended_at or made[-1].at for made in places.values()))
        for message, places in tries.items()
        if all(standing(_tries(made)) is Standing.DEAD for made in places.values())
    }


def open_calls() -> dict[Id, set[Id]]:
    """The calls that are not at their end, each with every message that it stands for; in the scope that is open."""
    found = dict[Id, set[Id]]()
    for row in Message.objects.filter(settled_at=None, purpose=Purpose.CALL).values_list("id", flat=True):
        found[row], newest = {row}, {row}
        while newest:
            replaced = Message.objects.filter(replaced_by__in=newest).values_list("id", flat=True)
            newest = set(replaced) - found[row]
            found[row] |= newest
    return found


def channels_to_beat(agency: Id, at: Ms) -> list[Id]:
    """The channels that had no weekly message within the week; in the scope that is open."""
    there = [place.channel for _, place in _destinations(agency)]
    recent = Message.objects.filter(purpose=Purpose.BEAT, asked_at__gt=at - BEAT_MS, channel__in=there)
    return sorted(set(there) - set(recent.values_list("channel_id", flat=True)))


def own_channels(*, actor: Actor) -> list[ChannelView]:
    """The actor's own channels, in the order in which they were added."""
    return _views(Q(staff=actor.id), actor)


def control_rooms(*, actor: Actor) -> list[ChannelView]:
    """The agency's control rooms, for whoever manages them."""
    actor.check(Permission.STAFF_MANAGE)
    return _views(Q(staff=None), actor)


def reach_news(*, actor: Actor) -> ReachNews:
    """The dead letters of the last days and the channels that do not show themselves working, for whoever manages staff."""
    with scope(actor):
        if actor.is_guest or not actor.may(Permission.STAFF_MANAGE):
            return ReachNews((), ())
        at = clock.now()
        places = _destinations(actor.agency, opened=False)
        shown = _shown_at([place.channel for _, place in places])
        unproven = tuple(
            Unproven(staff, place.kind, shown.get(place.channel))
            for staff, place in places
            if not shows_itself(shown.get(place.channel), at)
        )
        return ReachNews(_dead_letters(at), unproven)


def references(messages: Collection[Id]) -> dict[Id, str]:
    """The reference of each of these messages; in the scope that is open."""
    return dict(Message.objects.filter(id__in=messages).values_list("id", "reference"))


def public_standing(agency: Id) -> str:
    """What everybody may know of an agency's channels: `working`, `failing`, or `none` where it has none."""
    with connection.cursor() as cursor:
        cursor.execute("select reaching_shows_itself(%s, %s)", [agency, clock.now()])
        (found,) = cursor.fetchone()
    return str(found)


def reached_staff(*, actor: Actor) -> frozenset[Id]:
    """Of the actor's agency, who has a channel that showed itself working of late. For whoever reads the rota."""
    actor.check(Permission.ROTA_READ)
    with scope(actor):
        return _reached(clock.now())


def _reached(at: Ms) -> frozenset[Id]:
    with connection.cursor() as cursor:
        cursor.execute("select reaching_reached(%s)", [at])
        return frozenset(Id(staff.hex) for (staff,) in cursor.fetchall())


def answering_of(case: Id, at: Ms) -> Answering:
    """What is missing for somebody to answer an urgent alert of a case. In the scope that is open; for console and signer."""
    keeper = agencies.keeper_of(case, at)
    team = None if keeper is None else rota.team_of(keeper)
    ahead = Period(at, Ms(at + AHEAD_MS))
    days = frozenset(holidays_in(Period(Ms(at - DAY_MS), ahead.until)))
    return answering(rota.serving(team, ahead), team, at, days, _reached(at))


def _destinations(agency: Id, *, opened: bool = True) -> list[tuple[Id | None, Destination]]:
    """Each channel in use, and whose. `opened`: with its address."""
    staff = reachable_staff(agency)
    found = list[tuple[Id | None, Destination]]()
    for row in Channel.objects.filter(removed_at=None).order_by("added_at", "id"):
        if row.staff_id is None or row.staff_id in staff:
            address, secret = _opened(row) if opened else ("", None)
            found.append((row.staff_id, Destination(row.id, row.kind, address, secret)))
    return found


def _opened(row: Channel) -> tuple[str, bytes | None]:
    """Address and secret of a channel; an empty address where one of them is not what our key enclosed. The others' messages go on."""
    key = reaching_key()
    try:
        secret = None if row.secret is None else key.open_bytes(row.secret, Channel, row.id, "secret")
        return key.open(row.address, Channel, row.id, "address"), secret
    except OffmonError:
        return "", None


def _shown_at(channels: Collection[Id]) -> dict[Id, Ms]:
    """When each last showed by a test or weekly message that it works."""
    sent = Attempt.objects.filter(outcome=TryOutcome.SENT, channel__in=channels).exclude(message__purpose=Purpose.CALL)
    return dict(sent.values_list("channel_id").annotate(Max("ended_at")))


def _views(whose: Q, actor: Actor) -> list[ChannelView]:
    with scope(actor):
        rows = list(Channel.objects.filter(whose, removed_at=None).order_by("added_at", "id"))
        shown, at = _shown_at([row.id for row in rows]), clock.now()
        return [_view(row, shows_itself(shown.get(row.id), at)) for row in rows]


def _view(row: Channel, works: bool) -> ChannelView:
    asked = Message.objects.filter(channel=row).order_by("-asked_at").first()
    address, _ = _opened(row)
    if asked is None:
        return ChannelView(row.id, row.kind, address, row.added_at, None, None, "", None, works)
    tries = _tries(Attempt.objects.filter(message=asked).order_by("n"))
    why = tries[-1].outcome if tries else None
    return ChannelView(
        row.id, row.kind, address, row.added_at, standing(tries), asked.asked_at, asked.reference, why, works
    )


def _by_channel(rows: "QuerySet[Attempt]") -> Mapping[Id, Mapping[Id, list[Attempt]]]:
    """The tries of each message at each channel, in their order."""
    tries: dict[Id, dict[Id, list[Attempt]]] = defaultdict(lambda: defaultdict(list))
    for one in rows.order_by("n"):
        tries[one.message_id][one.channel_id].append(one)
    return tries


def _tries(rows: Iterable[Attempt]) -> Sequence[Tried]:
    return [Tried(one.at, one.outcome) for one in rows]


def _dead_letters(at: Ms) -> tuple[DeadLetter, ...]:
    """The newest first, each message and channel once."""
    rows = Message.objects.filter(asked_at__gt=at - DEAD_SHOWN_MS).order_by("-asked_at")
    tries = _by_channel(Attempt.objects.filter(message__in=rows).select_related("channel"))
    found = []
    for row in rows:
        if row.settled_at is not None and row.needless is None and not tries[row.id]:
            found.append(DeadLetter(row.staff_id, None, row.reference, row.purpose, row.asked_at, 0, None))
        for made in tries[row.id].values():
            if standing(_tries(made)) is Standing.DEAD:
                last, place = made[-1].outcome, made[0].channel
                letter = (place.staff_id, place.kind, row.reference, row.purpose, row.asked_at, len(made), last)
                found.append(DeadLetter(*letter))
    return tuple(found[:MOST_SHOWN])
