"""docs/reference/database-roles.md says of each database role what the code declares, and what is left (issue 16)."""

from offmon.server.base.limits import LIMITS
from offmon.server.base.policies import Process
from tests.unit.reference.drawing import REFERENCE, check_parts, row, table

NAME = "database-roles.md"


def test_its_limits_are_drawn_from_the_code() -> None:
    assert set(LIMITS) == set(Process)
    lines = table("role", "connections", "a transaction", "a wait for a lock", "temporary files")
    for process, limit in LIMITS.items():
        cells = (limit.connections, f"{limit.transaction_s} s", f"{limit.lock_s} s", f"{limit.temp_mib} MiB")
        lines.append(row(f"`{process}`", *cells))
    check_parts(NAME, {"limits": ["", *lines]})


def test_all_of_them_leave_connections_for_others_of_a_hundred() -> None:
    """PostgreSQL has 100, of which three are for whoever set it up; the migrating role and people need some too."""
    assert sum(limit.connections for limit in LIMITS.values()) <= 85


def test_it_says_of_each_role_what_it_can_still_do_to_the_others() -> None:
    text = (REFERENCE / NAME).read_text("utf-8")
    told = text.partition("## What each can still do to the others")[2]
    assert all(f"| `{process}` |" in told for process in (*Process, "offmon_migrate", "offmon_reaper"))
