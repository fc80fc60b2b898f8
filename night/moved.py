"""The clock of a night: server, devices and database read one time, which goes on only when the night says so.

Rules
- Each reading of `time.time_ns` is one millisecond later than the one before, so that no two events are of one moment.
- The database has its own name for the time (`clock_timestamp`, `statement_timestamp`). Before anything is migrated into it, those names
  are given to functions that read the night's clock. So its guards against entries of another time are in force, on the night's time.
- The database is two seconds ahead of the readers: a grant that was made just now is in force. Its guards let five seconds pass.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from unittest.mock import patch

import psycopg

from offmon.core.ids import Ms
from trial.postgres import Server

AHEAD_MS: Final = 2_000
TOLD_EVERY: Final = 1_000
_NAMES: Final = ("clock_timestamp", "statement_timestamp")
_SCHEMA: Final = "create schema night; create sequence night.clock minvalue 0; grant usage on schema night to public"
_MOVED: Final = """
alter function pg_catalog.{name}() rename to real_{name};
create function pg_catalog.{name}() returns timestamptz language sql {kind} parallel safe
    as 'select to_timestamp(last_value / 1000.0) from night.clock';
grant execute on function pg_catalog.{name}() to public
"""


def move_database(server: Server, name: str) -> None:
    """Let an empty database read the night's clock."""
    with psycopg.connect(server.superuser_url, dbname=name) as hand:
        hand.execute("set allow_system_table_mods = on")
        hand.execute(_SCHEMA)
        hand.execute("grant select on sequence night.clock to public")
        hand.execute("select setval('night.clock', %s)", [time.time_ns() // 1_000_000 + AHEAD_MS])
        for one in _NAMES:
            kind = "volatile" if one == "clock_timestamp" else "stable"
            hand.execute(_MOVED.format(name=one, kind=kind).encode())


@dataclass
class MovedClock:
    """The time of a night, on the database that `hand` is connected to."""

    hand: "psycopg.Connection[Any]"
    at: Ms
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _read: int = 0

    def read(self) -> int:
        """What `time.time_ns` answers."""
        with self._lock:
            self.at = Ms(self.at + 1)
            self._read += 1
            if self._read % TOLD_EVERY == 0:
                self._tell()
            return self.at * 1_000_000

    def go(self, to: Ms) -> None:
        """Go on to that instant; it is never earlier than now."""
        with self._lock:
            self.at = max(self.at, to)
            self._tell()

    def _tell(self) -> None:
        self.hand.execute("select setval('night.clock', %s)", [self.at + AHEAD_MS])

    @contextmanager
    def kept(self) -> Iterator["MovedClock"]:
        """Everything in this process reads this clock."""
        self._tell()
        with patch.object(time, "time_ns", self.read):
            yield self
