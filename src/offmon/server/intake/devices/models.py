"""Columns and constraints of what officers found of a device, and of the times in which our service ran.

Rules
- A finding is never changed or deleted. It ends the tasks of its kind whose cause began before it (`core/person/stopped.py`).
- `Served` is written by ingest alone, each minute. The time between two rows is our own downtime: declared here, and nowhere else.
"""

from typing import ClassVar, Final

from django.db import models

from offmon.core.log.hours import DeviceHours, HoursRecord
from offmon.core.person.stopped import Found, TaskKind
from offmon.server.base import stored
from offmon.server.base.fields import BytesField, EnumField, IdField, MsField, TextField
from offmon.server.base.rows import CaseRow, DirectoryRow, RecordRow, projects

MAX_DAY: Final = 8 << 20
"""Bytes of a day's parts: some thousand gaps of each of many devices."""


class DeviceFinding(CaseRow):
    """What somebody found who looked after a device. `written` holds their note and where it is from, enclosed."""

    KIND = "device-finding"
    COMMITS = ("device", "task", "found", "written", "found_by", "found_at")

    device = IdField(db_index=True)
    task = EnumField(TaskKind)
    found = EnumField(Found)
    written = BytesField()
    found_by = IdField()
    found_at = MsField()


class Hours(RecordRow):
    """How each device of a case spent a day. `devices` is canonical JSON.

    The worker alone writes it, and again where more was told since.
    """

    KIND = HoursRecord.KIND
    core: ClassVar = projects(HoursRecord, devices=lambda row: stored.read(DeviceHours, row.devices, MAX_DAY))

    day = TextField()
    devices = BytesField()

    class Meta:
        """One record a case and day."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "day"], name="hours_once_a_day")]


class Served(DirectoryRow):
    """A time in which ingest ran and reached its database, by its own clock. Of the whole installation, and about nobody."""

    since = MsField()
    until = MsField(db_index=True)
