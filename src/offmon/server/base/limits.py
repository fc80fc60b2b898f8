"""What a process's database role may take of what all share, and what of the server's own it may not ask (issue 16).

Rules
- A role has so many connections. All of them leave room for whoever set the server up, below its `max_connections`.
- A transaction ends: PostgreSQL ends it by the role's own settings, which whoever is taken may put away. So the worker also has every one
  ended that is older than its role may have it (`offmon_end_overlong`), which no role can put away.
- Whoever waits for a lock gives up after seconds, so one row or device holds one waiter and not a whole process.
- What PostgreSQL tells everybody of others (`CLOSED`) it tells none of ours: how much was written, by whom, how often. What it lets
  everybody do (advisory locks, large objects) it lets nobody do, but by a function that says what for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from offmon.server.base.policies import BACKSTOP, Process


@dataclass(frozen=True, slots=True)
class Limit:
    """What one role may take: connections, seconds of a transaction, seconds to wait for a lock, MiB of temporary files."""

    connections: int
    transaction_s: int
    lock_s: int
    temp_mib: int

    def settings(self) -> Mapping[str, str]:
        """The same as the role's settings, which each of its connections begins with."""
        whole = f"{self.transaction_s}s"
        return {
            "idle_in_transaction_session_timeout": whole,
            "lock_timeout": f"{self.lock_s}s",
            "statement_timeout": whole,
            "temp_file_limit": f"{self.temp_mib}MB",
            TRANSACTION: whole,
        }


TRANSACTION: Final = "transaction_timeout"
"""A setting that PostgreSQL has from version 17 on."""
LIMITS: Final[Mapping[Process, Limit]] = {
    Process.INGEST: Limit(12, 30, 3, 256),
    Process.CONSOLE: Limit(12, 60, 5, 512),
    Process.WORKER: Limit(12, 60, 5, 1024),
    Process.SIGNER: Limit(9, 60, 5, 256),
    Process.VAULT: Limit(9, 900, 10, 2048),
    Process.ASSURANCE: Limit(4, 60, 5, 512),
    Process.WEBSITE: Limit(9, 5, 2, 16),
    Process.PORTAL: Limit(9, 30, 5, 64),
    Process.OPERATOR: Limit(2, 10, 5, 16),
    Process.INTEGRITY: Limit(3, 120, 5, 512),
    Process.NOTIFY: Limit(3, 10, 5, 16),
}
"""By role. Who has more of one process than one raises the connections of its role, and the server's `max_connections` with them."""

REAPER: Final = "offmon_reaper"
REAPER_OF: Final = ("pg_read_all_stats", "pg_signal_backend")
"""The role that owns the function which ends what lasts too long, and what of the server's it is in, for that alone."""
END_OVERLONG: Final = "offmon_end_overlong"

# The server's functions that nobody but who set it up may call: of their names, and two that share theirs with harmless ones. What they say
# or change is of everyone: who is connected, what is locked, how much was written since, which number a transaction has.
CLOSED_FUNCTIONS: Final = (
    "^(pg_(try_)?advisory_|lo_|lowrite$|loread$|pg_stat_|pg_lock_status$|pg_prepared_xact$|pg_notify$|pg_export_snapshot$|txid_"
    "|pg_(table|relation|total_relation|indexes|database|tablespace)_size$|pg_current_(xact_id|xact_id_if_assigned|snapshot)$"
    "|pg_(current|last)_wal_|pg_xact_|pg_last_committed_xact$|pg_get_multixact_members$|pg_control_|pg_get_replication_slots$"
    "|pg_(blocking|safe_snapshot_blocking)_pids$|pg_(cancel|terminate)_backend$|pg_log_|pg_isolation_test_|pg_get_wal_|pg_stop_making_"
    "|pg_show_replication_origin_status$|pg_replication_origin_|pg_(create|copy)_(logical|physical)_|pg_drop_replication_slot$|pg_logical_|pg_wal_|pg_walfile_|pg_sync_)"
)
CLOSED_SIGNATURES: Final = ("age(xid)", "mxid_age(xid)")
CLOSED_VIEWS: Final = (
    "^pg_(stat_|statio_|stats)|^pg_(locks|prepared_xacts|replication_slots|replication_origin_status)$"
)
# Of these tables everyone needs columns, found in each version that we support. None of them is what grows with a table, or the number of
# the transaction that wrote a row: a role can have rows of its own settings written, and the number tells how many others wrote meanwhile.
OPEN_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "pg_class": (
        *(
            "oid",
            "relname",
            "relnamespace",
            "reltype",
            "reloftype",
            "relowner",
            "relam",
            "reltablespace",
            "reltoastrelid",
        ),
        *(
            "relhasindex",
            "relisshared",
            "relpersistence",
            "relkind",
            "relnatts",
            "relchecks",
            "relhasrules",
            "relhastriggers",
        ),
        *(
            "relhassubclass",
            "relrowsecurity",
            "relforcerowsecurity",
            "relispopulated",
            "relreplident",
            "relispartition",
        ),
        *("relrewrite", "relacl", "reloptions", "relpartbound"),
    ),
    "pg_db_role_setting": ("setdatabase", "setrole", "setconfig"),
    "pg_default_acl": ("oid", "defaclrole", "defaclnamespace", "defaclobjtype", "defaclacl"),
    "pg_depend": ("classid", "objid", "objsubid", "refclassid", "refobjid", "refobjsubid", "deptype"),
    "pg_shdepend": ("dbid", "classid", "objid", "objsubid", "refclassid", "refobjid", "deptype"),
}
GIVEN_BACK: Final[Mapping[str, tuple[str, ...]]] = {
    BACKSTOP: (
        *("pg_advisory_xact_lock(integer, integer)", "pg_try_advisory_lock(integer, integer)"),
        *("pg_advisory_unlock(integer, integer)", "pg_current_xact_id()"),
    ),
    Process.WORKER: ("pg_current_snapshot()",),
    Process.INTEGRITY: ("pg_current_snapshot()", "age(xid)"),
    REAPER: ("pg_stat_get_activity(integer)", "pg_terminate_backend(integer, bigint)"),
}
"""Which of them who calls all the same: the owners of our functions; the worker, which asks what is over (`audit/actions/sequence`); and
the integrity process, which asks what was written since."""


def told() -> dict[str, Any]:
    """What a question about it is told: `OPEN` in `processes/closing.py`, and those of `oversight/questions/`."""
    settings = {
        f"{process}={name}" for process, limit in LIMITS.items() for name in limit.settings() if name != TRANSACTION
    }
    return {
        "closed_functions": CLOSED_FUNCTIONS,
        "closed_signatures": list(CLOSED_SIGNATURES),
        "closed_views": CLOSED_VIEWS,
        "closed_tables": list(OPEN_COLUMNS),
        "limited": sorted(settings),
        "reaper": REAPER,
        "reaper_of": list(REAPER_OF),
    }
