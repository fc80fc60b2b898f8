"""The locks that all wait for, each behind a function that says what for (issue 16).

Nobody else takes an advisory lock: whoever may take any could stop the log, every device and every sign-in. So a process holds only what is
its work to hold, and that for as long as its transactions last (`base/limits.py`). Each purpose has numbers of its own. They run as the
backstop, since only it may call what PostgreSQL has for that.
"""

from django.db import migrations

from offmon.server.base.policies import Process, as_backstop

_HOLD = """
create function audit_hold_{what}(one uuid) returns void
    language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    select pg_advisory_xact_lock({space}, uuid_hash(one))
$$;
"""
# Whose tries: of the role that calls, so that neither door holds up the other.
TRIES = """
create function audit_hold_tries() returns void
    language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    select pg_advisory_xact_lock(6386665, hashtext(session_user))
$$;
"""
CLAIM = """
create function audit_claim_agency(one uuid) returns boolean
    language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    select pg_try_advisory_lock(6386666, uuid_hash(one))
$$;
create function audit_leave_agency(one uuid) returns boolean
    language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    select pg_advisory_unlock(6386666, uuid_hash(one))
$$;
"""
HELD = {
    "log": (6386661, [Process.WORKER]),
    "device": (6386662, [Process.INGEST, Process.SIGNER, Process.WORKER]),
    "deployment": (6386663, [Process.CONSOLE, Process.SIGNER]),
    "account": (6386664, [Process.CONSOLE]),
}


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_guards")]

    operations = [
        migrations.RunSQL([_HOLD.format(what=what, space=space) for what, (space, _) in HELD.items()]),
        migrations.RunSQL([TRIES, CLAIM]),
        *(as_backstop(f"audit_hold_{what}(uuid)", *holders) for what, (_, holders) in HELD.items()),
        as_backstop("audit_hold_tries()", Process.CONSOLE, Process.PORTAL),
        as_backstop("audit_claim_agency(uuid)", Process.WORKER),
        as_backstop("audit_leave_agency(uuid)", Process.WORKER),
    ]
