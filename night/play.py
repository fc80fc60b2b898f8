"""A night is played: each instant of its script in order, on real processes' code, and what became of it is read."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

import psycopg
from django.test import override_settings

from night.chain import Act, instants
from night.channels import HOST, Arrived, Post, Rooms
from night.hours import MINUTE, Away, Spell, is_watching
from night.moved import MovedClock, move_database
from night.script import DAY, HOUR, START, Alert, Script
from night.seen import Hours, SeenAlert, alerts_of, minutes_of
from night.stage import Machine, Roles, Stage
from night.telling import messages
from offmon.core.clock import local_day
from offmon.core.errors import OffmonError
from offmon.core.ids import Id, Ms
from offmon.core.log.records import DecisionOutcome
from offmon.server.base import clock as wall
from offmon.server.base.actor import Service, service
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.evidence.queries import ungranted_of
from offmon.server.intake.devices.queries import LEDGER_DAYS, days_of
from offmon.server.intake.devices.served import do_note_served
from offmon.server.processes.notify import service as notify
from offmon.server.processes.notify.deliveries import Deliveries
from offmon.server.processes.worker import jobs
from offmon.server.processes.worker.job import Each
from offmon.server.triage import queries as triage
from offmon.server.triage.actions import do_decide
from offmon.server.triage.actions.passing_on import do_acknowledge
from tests.database import DJANGO_MIGRATIONS, Database
from tests.integration.notify.office import NOTHING
from tests.support.mailbox import FROM, free_port
from trial.databases import create_database, migrate
from trial.postgres import Server

BEFORE: Final = HOUR
"""How long before its first day a night is set up."""
TICK: Final = HOUR
SERVED_EVERY: Final = 2 * MINUTE
BEATS_EVERY: Final = DAY
RENEWED_AFTER: Final = 24
_CHANNEL, _DEVICE, _VISIT, _PERSON, _TURN = range(5)


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of a night. `refused`: each act of a person that the code refused."""

    alerts: dict[tuple[int, int], list[SeenAlert]]
    mail: tuple[Arrived, ...]
    rooms: tuple[Arrived, ...]
    rooms_refused: int
    hours: Hours
    refused: tuple[str, ...]


@dataclass
class Played:
    """A night as far as it has been played."""

    script: Script
    clock: MovedClock
    stages: list[Stage]
    roles: Roles
    post: Post
    rooms: Rooms
    deliveries: Deliveries
    mail_up: ExitStack = field(default_factory=ExitStack)
    is_down: bool = False
    served_at: int = START - BEFORE
    beats_at: dict[int, int] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    hours: dict[tuple[int, int, date], dict[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.grouping = {one.script.number: jobs.Grouping(one.story.worker) for one in self.stages}
        self.days = {one.script.number: jobs.DeviceDays(one.story.worker) for one in self.stages}
        self.each = {one.script.number: Each("pass on an alert") for one in self.stages}

    # --- what happens -------------------------------------------------------------------------------------------------

    def happenings(self) -> list[tuple[int, int, Callable[[], None]]]:
        """Everything of the script: when, in which order at one instant, and what."""
        until = self.script.size.until
        found = [*self._of_channels()]
        for stage in self.stages:
            number = stage.script.number
            fails, ends = stage.script.room_fails
            found.append((fails, _CHANNEL, partial(self.rooms.failing.add, str(number))))
            found.append((ends, _CHANNEL, partial(self.rooms.failing.discard, str(number))))
            for machine, spells in zip(stage.machines, stage.script.devices, strict=True):
                for one in spells:
                    found.append((one.since, _DEVICE, partial(self._device, machine, one, begins=True)))
                    if one.until < until:
                        found.append((one.until, _DEVICE, partial(self._device, machine, one, begins=False)))
            for alert in stage.script.alerts:
                visits = (alert.visited, *alert.again)
                found += [(at, _VISIT, partial(self._visit, stage, alert)) for at in visits]
                acts = alert.chain.acts
                found += [(act.at, _PERSON, partial(self._act, stage, alert, act)) for act in acts]
        turns = {(at, number) for at, number in self._turn_instants() if START <= at < until}
        found += [(at, _TURN, partial(self._turn, number)) for at, number in turns]
        found += [(at, _DEVICE, self._all_beat) for at in range(START, until, BEATS_EVERY)]
        return sorted((one for one in found if one[0] < until), key=lambda one: one[:2])

    def _of_channels(self) -> Iterator[tuple[int, int, Callable[[], None]]]:
        yield self.script.mail_down[0], _CHANNEL, self.mail_up.close
        yield self.script.mail_down[1], _CHANNEL, self._mail_comes_up
        yield self.script.down[0], _CHANNEL, self._go_down
        yield self.script.down[1], _CHANNEL, self._come_up
        if self.script.size.days > RENEWED_AFTER:
            yield START + RENEWED_AFTER * DAY + 3 * HOUR, _DEVICE, self._renew

    def _mail_comes_up(self) -> None:
        self.mail_up.enter_context(self.post.up())

    def _turn_instants(self) -> Iterator[tuple[int, int]]:
        """When the processes take a turn of which agency: each hour, whenever something is to happen, and each minute of trouble."""
        for stage in self.stages:
            one, found = stage.script, set(range(START, self.script.size.until, TICK))
            for since, until in (self.script.mail_down, one.room_fails):
                found.update(range(since, until + 30 * MINUTE, MINUTE))
            found.add(self.script.down[1])
            for alert in one.alerts:
                found.update((alert.visited, *alert.again, *instants(alert.chain)))
            for message in messages(alert.chain for alert in one.alerts):
                found.update((message.leaves + 5_000, message.leaves + MINUTE) if message.waited else ())
            for alert in one.alerts:
                found.update(act.at for act in alert.chain.acts)
            yield from ((at, one.number) for at in found)

    def play(self) -> None:
        """From the first instant to the last."""
        for at, _, happens in self.happenings():
            self._serve_until(at)
            self.clock.go(Ms(at))
            if self.script.size.days > LEDGER_DAYS and at == START + (LEDGER_DAYS - 1) * DAY:
                self._read_hours()
            happens()
        self._serve_until(self.script.size.until)
        self.clock.go(self.script.size.until)
        self._all_beat()
        self._read_hours()

    def _serve_until(self, at: int) -> None:
        """Ingest notes that it runs, each minute or two, unless it does not."""
        with self.roles.acting(Process.INGEST):
            while not self.is_down and self.served_at + SERVED_EVERY <= at:
                self.served_at += SERVED_EVERY
                do_note_served(Ms(self.served_at))

    def _go_down(self) -> None:
        with self.roles.acting(Process.INGEST):
            do_note_served(wall.now())
        self.is_down = True

    def _come_up(self) -> None:
        self.is_down, self.served_at = False, self.script.down[1]
        with self.roles.acting(Process.INGEST):
            do_note_served(wall.now())
        for machine in (one for stage in self.stages for one in stage.machines if one.waiting):
            self._send(machine)

    # --- devices ------------------------------------------------------------------------------------------------------

    def _device(self, machine: Machine, one: Away, *, begins: bool) -> None:
        """A spell begins or ends."""
        (machine.leaves if begins else machine.comes_back)(one)
        self._send(machine)

    def _send(self, machine: Machine) -> None:
        machine.waiting = self.is_down
        if not self.is_down:
            machine.beat()

    def _visit(self, stage: Stage, alert: Alert) -> None:
        machine = stage.machines[alert.device]
        machine.story.disclose(1, gravity=alert.chain.gravity)
        self._send(machine)

    def _all_beat(self) -> None:
        """Each device that watches is heard."""
        at = int(self.clock.at)
        for stage in self.stages:
            for machine, spells in zip(stage.machines, stage.script.devices, strict=True):
                if is_watching(spells, at) or any(
                    one.spell is Spell.HIDDEN for one in spells if one.since <= at < one.until
                ):
                    self._send(machine)
            if not self.is_down:
                with self.roles.acting(Process.WORKER):
                    self.days[stage.script.number]()

    def _renew(self) -> None:
        """The worker asks for each profile whose lease ends soon, the signer signs it, and the device takes it."""
        machines = {machine.id: machine for stage in self.stages for machine in stage.machines}
        for stage in self.stages:
            with self.roles.acting(Process.WORKER):
                jobs.renew(Each("renew a profile"), stage.story.worker)
        asked = "select id, device_id from deployments_profile where state = 'asked'"
        for profile, device in self.clock.hand.execute(asked).fetchall():
            machines[device.hex].story.sign(Id(profile.hex))

    # --- people and processes -----------------------------------------------------------------------------------------

    def _act(self, stage: Stage, alert: Alert, act: Act) -> None:
        """Somebody answers or decides, as they would on their page."""
        case, actor = stage.cases[alert.case], stage.people[act.who]
        waiting = "select id from triage_alert where \"case\" = %s and state <> 'decided'"
        rows = self.clock.hand.execute(waiting, [case.case]).fetchall()
        why = "there is no undecided alert" if len(rows) != 1 else ""
        if not why:
            why = self._acts(stage, Id(rows[0][0].hex), act)
        if why:
            self.refused.append(
                f"agency {stage.script.number}, case {alert.case}: {actor.role.value} cannot act: {why}"
            )

    def _acts(self, stage: Stage, row: Id, act: Act) -> str:
        actor = stage.people[act.who]
        stage.story.show_factor(actor)
        try:
            with self.roles.acting(Process.CONSOLE):
                if not act.decides:
                    do_acknowledge(row, actor=actor)
                elif (shown := triage.alert(row, actor=actor)) is not None:
                    said: dict[str, Any] = {"shown": shown.row.count, "unseen_reason": "The address says enough."}
                    do_decide(row, DecisionOutcome.EVIDENTIAL, "Looked at in full.", **said, actor=actor)
        except OffmonError as error:
            return error.code
        return ""

    def _turn(self, number: int) -> None:
        """A turn of an agency's worker, then of notify; neither while the service is down."""
        if self.is_down:
            return
        with self.roles.acting(Process.WORKER):
            self.grouping[number]()
            jobs.pass_on(self.each[number], self.stages[number].story.worker)
            jobs.leave_off(self.stages[number].story.worker)
        actor = service(Service.NOTIFY, self.stages[number].story.agency)
        with self.roles.acting(Process.NOTIFY):
            if self.clock.at >= self.beats_at.get(number, 0):
                self.deliveries.beat(actor)
                self.beats_at[number] = self.clock.at + HOUR
            while self.deliveries.turn(actor):
                self.deliveries.note_ended(wait=True)

    # --- what became of it --------------------------------------------------------------------------------------------

    def _read_hours(self) -> None:
        """How the days of each device were spent, as the page of its case says it now."""
        at = wall.now()
        with self.roles.acting(Process.CONSOLE):
            for stage in self.stages:
                known = {machine.id: n for n, machine in enumerate(stage.machines)}
                for case in stage.cases:
                    with scope(case.officer):
                        devices = days_of(case.case, ungranted_of(case.case), at)
                    for one in devices:
                        for day in one.days:
                            if day.day >= local_day(START):
                                self.hours[stage.script.number, known[one.device.id], day.day] = minutes_of(day)

    def seen(self) -> Seen:
        """What became of it."""
        alerts = dict(alerts_of(self.clock.hand, self.stages))
        told = (tuple(self.post.arrived), tuple(self.rooms.arrived), self.rooms.refused)
        return Seen(alerts, *told, self.hours, tuple(self.refused))


@contextmanager
def staged(script: Script, server: Server, folder: Path) -> Iterator[Played]:
    """A night, set up: its database with the night's clock, agencies, channels and processes."""
    name = f"offmon_night_{secrets.token_hex(4)}"
    create_database(server, name)
    with ExitStack() as ending:
        hand = ending.enter_context(psycopg.connect(server.superuser_url, dbname=name, autocommit=True))
        move_database(server, name)
        clock = MovedClock(hand, Ms(START - BEFORE))
        clock.go(clock.at)
        migrate(server, name, DJANGO_MIGRATIONS)
        post, rooms, database = Post(port=free_port()), Rooms(), Database(server, name)
        roles, mail_up = Roles(database), ExitStack()
        ending.callback(roles.close)
        ending.enter_context(clock.kept())
        ending.enter_context(rooms.up())
        mail_up.enter_context(post.up())
        ending.callback(mail_up.close)
        mail = {"OFFMON_SMTP_SERVER": f"{HOST}:{post.port}", "OFFMON_SMTP_FROM": FROM}
        inside = {"OFFMON_WEBHOOK_INSIDE": (f"{HOST}:{rooms.port}",)}
        ending.enter_context(override_settings(**NOTHING | mail | inside))
        keys = {name: secrets.token_bytes(32) for name in ("column", "code")}
        stages = [Stage(one, database, folder / str(one.number), roles, keys) for one in script.agencies]
        for stage in stages:
            stage.set_up(rooms)
        ending.enter_context(stages[0].story.with_keys())
        deliveries = Deliveries(notify.senders())
        ending.callback(deliveries.close)
        yield Played(script, clock, stages, roles, post, rooms, deliveries, mail_up)
