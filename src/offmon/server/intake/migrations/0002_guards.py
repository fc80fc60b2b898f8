"""What guards the tables of intake."""

from django.db import migrations

from offmon.server.base.policies import AUDIT_GUARDS, DELETE, INSERT, SELECT, case_table, directory_table, may, of_its_parent

# The portal reads when the devices of its case were heard, and of no other's. The table is the directory's, which asks for no scope.
LIVENESS = """
alter table intake_liveness enable row level security;
alter table intake_liveness force row level security;
create policy offmon_ingest on intake_liveness to offmon_ingest using (true) with check (true);
create policy offmon_console on intake_liveness to offmon_console using (true);
create policy offmon_worker on intake_liveness to offmon_worker using (true);
create policy offmon_portal on intake_liveness to offmon_portal using (
    agency = current_setting('offmon.agency')::uuid
    and exists (select from deployments_device mine where mine.id = device and mine."case" = current_setting('offmon.case')::uuid));
"""

# Nobody calls records erased that nobody agreed to erase: the console writes a request and its answer, the vault that it erased.
WHOSE_MOVE = """
create function intake_late_decision_begins_asked() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if new.state <> 'asked' or new.agreed_by is not null or new.refused_by is not null then
        raise exception 'a decision on locked records begins as a request, which another person answers'
            using errcode = 'check_violation', constraint = 'late_decision_begins_asked';
    end if;
    return new;
end $$;
create function intake_late_decision_whose_move() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if (old.state, new.state, current_user) not in (
        ('asked', 'agreed', 'offmon_console'), ('asked', 'refused', 'offmon_console'), ('agreed', 'done', 'offmon_vault')
    ) then
        raise exception 'a decision on locked records does not go from % to % by %', old.state, new.state, current_user
            using errcode = 'check_violation', constraint = 'late_decision_whose_move';
    end if;
    return new;
end $$;
create trigger late_decision_begins_asked before insert on intake_latedecision
    for each row execute function intake_late_decision_begins_asked();
create trigger late_decision_whose_move before update on intake_latedecision
    for each row when (old.* is distinct from new.*) execute function intake_late_decision_whose_move();
"""

# What a batch goes on from, seen once its device is held: each statement of the function sees what was committed before it began. It reads
# as whoever calls, so that the policies are in force, in the scope that it opens first (`base/scope.py`), for this transaction alone. A
# device without an epoch has one line, of when it was heard.
HEADS = """
create function intake_heads(agency text, actor text, session text, one uuid) returns table (
    epoch uuid, number bigint, size bigint, peaks bytea, id uuid, salt bytea, heard_at bigint, boot uuid, silent_since bigint, silent_until bigint)
    language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    perform set_config('offmon.agency', agency, true), set_config('offmon.actor', actor, true), set_config('offmon.session', session, true);
    perform public.audit_hold_device(one);
    return query
        select head.epoch, head.number, head.size, head.peaks, head.id, head.salt,
               life.heard_at, life.boot, life.silent_since, life.silent_until
        from (values (one)) asked (device)
        left join public.intake_journal head on head.device = asked.device
        left join public.intake_liveness life on life.device = asked.device;
end $$;
revoke execute on function intake_heads(text, text, text, uuid) from public;
grant execute on function intake_heads(text, text, text, uuid) to offmon_ingest;
"""

# Whose key a short heartbeat names, and what is known of that device, in the scope of its agency. Of its epochs the newest alone is open.
BEAT_OF = """
create function intake_beat_of(named text) returns table (
    agency uuid, "case" uuid, deployment uuid, device uuid, vkey text, epoch uuid, size bigint, peaks bytea, boot uuid, keys bytea, profile bytea)
    language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    whose public.deployments_devicekey;
begin
    select * into whose from public.deployments_devicekey one where one.keyid = named;
    if not found then
        return;
    end if;
    perform set_config('offmon.agency', whose.agency_id::text, true);
    return query
        select whose.agency_id, whose."case", whose.deployment, whose.device, whose.vkey, head.epoch, head.size, head.peaks, life.boot,
               (select one.document from public.agencies_keysstatement one where one.agency_id = whose.agency_id order by version desc limit 1),
               (select one.digest from public.deployments_profile one
                where one.device_id = whose.device and state = 'signed' order by version desc limit 1)
        from (values (whose.device)) asked (device)
        left join public.intake_liveness life on life.device = asked.device
        left join lateral (
            select one.epoch, one.size, one.peaks from public.intake_journal one where one.device = asked.device order by number desc limit 1
        ) head on true;
end $$;
revoke execute on function intake_beat_of(text) from public;
grant execute on function intake_beat_of(text) to offmon_ingest;
"""

# What is enclosed does not become smaller, and to try takes a sixth of the database's time for a batch.
AS_IT_IS = "alter table intake_leaf alter column ciphertext set storage external"

# All that a leaf says in clear. What it encloses is read by the vault alone.
CLEAR = [
    "id", "agency", "case", "salt", "batch", "device", "epoch", "n", "kind", "commit", "ciphertext_digest", "held", "why",
    "document", "event_at", "deployment", "capability", "list_name", "rule", "gravity",
]
# All that a leaf is beside its place and hashes.
CONTENT = ["document", "ciphertext", "event_at", "deployment", "capability", "list_name", "rule", "gravity"]
# What tells a leaf that is sent again from one that disagrees.
HASHES = ["device", "epoch", "n", "kind", "commit", "ciphertext_digest", "held", "why"]


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial"), ("deployments", "0001_initial"), AUDIT_GUARDS]

    operations = [
        migrations.RunSQL([LIVENESS, WHOSE_MOVE, HEADS, BEAT_OF, AS_IT_IS]),
        *directory_table(
            "intake_liveness",
            ingest=may(
                SELECT,
                INSERT,
                update=[
                    "heard_at", "beat_at", "behind_since", "boot", "silent_since", "silent_until", "epoch", "size",
                    "stopped_at", "removed_at", "browser_at", "clock_off_since", "release", "release_since",
                ],
            ),
            console=may(SELECT),
            # After 48 hours it keeps the hour alone.
            worker=may(SELECT, update=["heard_at", "beat_at", "behind_since", "browser_at", "clock_off_since", "release_since"]),
            portal=may(SELECT, columns=["agency", "device", "heard_at", "beat_at"]),
        ),
        *case_table(
            "intake_journal",
            ingest=may(SELECT, INSERT, update=["size", "peaks", "checkpoint"]),
            worker=may(SELECT),
            vault=may(SELECT),
            assurance=may(SELECT, columns=["agency", "device", "number", "checkpoint"]),
        ),
        *case_table(
            "intake_batch",
            ingest=may(INSERT),
            console=may(
                SELECT, columns=["id", "agency", "case", "device", "received_at", "silent_since", "silent_until", "clock_offset_ms"]
            ),
            worker=may(SELECT),
            vault=may(SELECT),
            portal=may(
                SELECT, columns=["id", "agency", "case", "device", "received_at", "silent_since", "silent_until", "clock_offset_ms"]
            ),
        ),
        *case_table(
            "intake_leaf",
            subject="batch",
            ingest=may(SELECT, INSERT, columns=HASHES),
            console=may(SELECT, columns=CLEAR),
            worker=may(SELECT, columns=CLEAR),
            # It erases what two people agreed to erase: place and hashes stay.
            vault=may(SELECT, update=["held", "why", "salt", *CONTENT]),
            portal=may(
                SELECT,
                columns=[
                    "id", "agency", "case", "batch", "device", "n", "kind", "commit", "held", "document", "event_at", "capability",
                ],
            ),
        ),
        *case_table(
            "intake_quarantine", console=may(SELECT), vault=may(SELECT, INSERT), worker=may(SELECT, columns=["id", "agency", "case"]), portal=may(SELECT)
        ),
        *case_table(
            "intake_quarantineitem",
            console=may(SELECT),
            vault=may(SELECT, INSERT),
            worker=may(SELECT, columns=["id", "agency", "case", "quarantine_id", "leaf"]),
            portal=may(SELECT, columns=["id", "agency", "case", "quarantine_id", "leaf"]),
        ),
        *of_its_parent("intake_quarantineitem", "quarantine_id", "intake_quarantine"),
        *case_table(
            "intake_latedecision",
            console=may(
                SELECT,
                INSERT,
                update=["state", "agreed_by", "agreed_at", "agreed_in", "refused_by", "refused_at", "refusal"],
            ),
            vault=may(SELECT, update=["state", "erased", "erased_at"]),
            worker=may(SELECT, columns=["id", "agency", "case", "quarantine_id", "choice", "state", "agreed_at"]),
            portal=may(SELECT, columns=["id", "agency", "case", "quarantine_id", "choice", "state", "agreed_at", "erased", "erased_at"]),
        ),
        *of_its_parent("intake_latedecision", "quarantine_id", "intake_quarantine"),
        *case_table("intake_devicefinding", console=may(SELECT, INSERT)),
        *case_table("intake_hours", worker=may(SELECT, INSERT, update=["devices"]), vault=may(SELECT)),
        *directory_table(
            "intake_served",
            ingest=may(SELECT, INSERT, update=["until"]),
            console=may(SELECT),
            worker=may(SELECT),
            portal=may(SELECT, columns=["since", "until"]),
        ),
        *directory_table("intake_nonce", ingest=may(INSERT), worker=may(SELECT, DELETE)),
        *directory_table(
            "intake_refusal", ingest=may(SELECT, INSERT, update=["since_entry", "entered_at"]), worker=may(SELECT)
        ),
        *directory_table("intake_stranger", ingest=may(SELECT, INSERT, update=["count"]), worker=may(SELECT)),
    ]
