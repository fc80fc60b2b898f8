"""An agency of a night on a real database: its people, rota, channels, cases and devices, each set up by the product's own actions."""

import copy
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.db import connection, connections

from night.chain import Person, Turn
from night.channels import Rooms
from night.hours import Away, Spell
from night.script import OF_A_CASE, Agency
from offmon.core.access.roles import Role
from offmon.core.alerts import rota
from offmon.core.alerts.reaching import ChannelKind
from offmon.core.formats.event import DeviceNote, Gap, GapLeaf, GapReason, NoteKind, NoteLeaf
from offmon.core.ids import Id, Ms, Origin
from offmon.server.agencies.rota.actions import do_set_shift
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.base.policies import Process
from offmon.server.base.settings import common
from offmon.server.deployments.actions import do_begin
from offmon.server.processes.roles import assert_ordinary
from offmon.server.reaching.actions import do_add_channel, do_add_control_room
from tests.database import Database
from tests.support import accounts
from tests.support.checked import administrator
from tests.support.fake_device import FakeDevice, now
from tests.support.story import INGEST, Story

TIERS = {Turn.FIRST: rota.Tier.FIRST, Turn.SECOND: rota.Tier.SECOND, Turn.INSPECTOR: rota.Tier.INSPECTOR}
SECOND_MS = 1_000
ON_FOR_LONG = 400_000  # seconds: the machine itself was not started anew


@dataclass
class Roles:
    """A connection of each process's own role, which stays open: as the processes have them."""

    database: Database
    _kept: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def acting(self, process: Process) -> Iterator[None]:
        """The product's code runs as that process."""
        outer = connections["default"]
        connections["default"] = self._kept.get(process) or self._opened(process)
        try:
            yield
        finally:
            connections["default"] = outer

    def close(self) -> None:
        """Close each."""
        for one in self._kept.values():
            one.close()

    def _opened(self, process: Process) -> Any:
        given = common.database(self.database.url(process), process, pooled=False)
        before = connections.settings["default"]
        connections.settings["default"] = connections.configure_settings({"default": given})["default"]
        made = self._kept[process] = connections.create_connection("default")
        connections.settings["default"] = before
        outer, connections["default"] = connections["default"], made
        connection.ensure_connection()
        assert_ordinary(connection.connection, process)
        connections["default"] = outer
        return made


@dataclass
class Place(Story):
    """A story whose processes keep their connections."""

    roles: Roles | None = None

    @contextmanager
    def running(self, process: Process) -> Iterator[None]:
        """The product's code runs as that process."""
        assert self.roles is not None  # noqa: S101 - `Stage` gives them
        with self.roles.acting(process):
            yield


@dataclass
class Machine:
    """A device of a case, whose journal says what its script says. `story`: the case's, with this device in it."""

    story: Story
    waiting: bool = False

    @property
    def id(self) -> Id:
        """Its id."""
        return self.story.device.device

    def note(self, kind: NoteKind, at: Ms, count: int | None = None) -> None:
        """It notes something of its own life."""
        device = self.story.device
        said = DeviceNote(device.device, device.epoch, len(device.leaves), kind, at, count)
        device.leaves.append(NoteLeaf(said, _salt()))

    def gap(self, reason: GapReason, one: Away) -> None:
        """It declares that it saw nothing in that time."""
        device = self.story.device
        said = Gap(device.device, device.epoch, len(device.leaves), reason, one.since, one.until, None, None, None)
        device.leaves.append(GapLeaf(said, _salt()))

    def beat(self) -> None:
        """It is heard, with whatever it has not sent yet."""
        self.story.send()

    def leaves(self, one: Away) -> None:
        """A spell begins."""
        if one.spell in {Spell.OFF, Spell.ENDED}:
            self.note(NoteKind.STOPPED, one.since)
        elif one.spell is Spell.REMOVED:
            self.note(NoteKind.WITHDRAWN, one.since)
        self.beat()

    def comes_back(self, one: Away) -> None:
        """A spell is over."""
        if one.spell is Spell.SLEPT:
            self.note(NoteKind.SLEPT, one.until, (one.until - one.since) // SECOND_MS)
        elif one.spell is Spell.HIDDEN:
            self.gap(GapReason.NOT_VISIBLE, one)
        elif one.spell is Spell.FULL:
            self.gap(GapReason.QUEUE_FULL, one)
        else:
            self.story.device.boot = new_id()
            booted = one.spell in {Spell.OFF, Spell.POWER_LOST}
            self.note(NoteKind.STARTED, one.until, 60 if booted else ON_FOR_LONG)
            if one.spell is not Spell.VANISHED:
                self.gap(GapReason.AGENT_DOWN, one)
        self.beat()


@dataclass
class Stage:
    """One agency, set up. `keys`: the columns' keys, which are the installation's."""

    script: Agency
    database: Database
    folder: Path
    roles: Roles
    keys: Mapping[str, bytes]
    people: dict[Person, Actor] = field(default_factory=dict)
    cases: list[Story] = field(default_factory=list)
    machines: list[Machine] = field(default_factory=list)

    def set_up(self, rooms: Rooms) -> None:
        """All of it."""
        number = self.script.number
        self.folder.mkdir()
        named = {"force": f"86{number}", "origin": Origin(f"force.invalid/86/{number}/log")}
        self.story = Place(self.database, self.folder, roles=self.roles, **named)  # type: ignore[arg-type]
        for name, key in self.keys.items():
            (self.folder / name).write_bytes(key)
        self._hire()
        self._fill_rota()
        self._add_channels(rooms)
        self.story.lists()
        for case in range(self.script.cases):
            self._open(case)

    def address(self, who: Person) -> str:
        """Their e-mail address."""
        return f"{who.value}-{self.script.number}@police.invalid"

    def _hire(self) -> None:
        story, number = self.story, self.script.number
        inspector = Actor(new_id(), Role.DUTY_INSPECTOR, story.officer.team, story.agency, session=new_id())
        accounts.add(self.database, accounts.an_account(inspector, f"inspector {number}", "Inspector Invented"))
        self.people = {one: getattr(story, one.value) for one in Person if one is not Person.INSPECTOR}
        self.people[Person.INSPECTOR] = inspector
        self.admin = administrator(story)

    def _fill_rota(self) -> None:
        with self.story.console():
            for one in self.script.world.rota:
                shift = rota.Shift(None, TIERS[one.turn], self.people[one.who].id, one.since, one.until)
                do_set_shift(shift, actor=self.admin)

    def _add_channels(self, rooms: Rooms) -> None:
        with self.story.console(), self.story.with_keys():
            for who, actor in self.people.items():
                do_add_channel(ChannelKind.EMAIL, self.address(who), actor=actor)
            do_add_control_room(rooms.address(self.script.number), actor=self.admin)

    def _open(self, number: int) -> None:
        """A case with its devices, each with a profile, heard for the first time."""
        case = copy.copy(self.story)
        keeper, other = self.people[self.script.keeper(number)], self.people[self.script.keeper(number + 1)]
        case.officer, case.colleague = keeper, other
        case.evidence, case.terms = X25519PrivateKey.generate(), {}
        for step in (case.orders, case.authorise, case.make_key, case.serve_notice):
            step()
        self.story.assessment = case.assessment
        self.cases.append(case)
        for nth in range(number * OF_A_CASE, min((number + 1) * OF_A_CASE, len(self.script.devices))):
            own = copy.copy(case)
            own.device, own.profiles, own.sent = FakeDevice(INGEST), [], 0
            case.device = own.device
            own.enrol(f"account {nth}")
            own.sign(own.ask_profile())
            machine = Machine(own)
            self.machines.append(machine)
        with case.running(Process.WORKER):
            do_begin(case.deployment, actor=case.worker)
        for machine in self.machines[number * OF_A_CASE :]:
            machine.note(NoteKind.STARTED, now())
            machine.note(NoteKind.MARKER, now())
            machine.beat()


def _salt() -> bytes:
    return secrets.token_bytes(32)
