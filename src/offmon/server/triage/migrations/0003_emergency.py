"""What guards openings in an emergency, and what of one alert they show (`core.alerts.emergency`)."""

from django.db import migrations

from offmon.core.access.step_up import FRESH_FOR_MS, Act
from offmon.server.base.policies import INSERT, SELECT, Process, as_backstop, case_table, may, on_caseload

TABLE = "triage_emergencyopening"
_NOW = "(extract(epoch from clock_timestamp()) * 1000)::bigint"
_OWN = "\"by\" = current_setting('offmon.actor')::uuid"



def _words(text: str) -> str:
    """A reason as it is compared with another (`core.alerts.emergency.said`)."""
    return f"lower(btrim(regexp_replace({text}, '\\s+', ' ', 'g')))"


# Whoever has the console's database role opens no other alert by it: a duty inspector does, in their own name and as of now, on call, with a
# factor shown in that session, of an alert that came to them, for a new reason, and one at a time. Two who try at once wait for each other.
OPENED = f"""
create function triage_emergency_opened() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    now_ms constant bigint := {_NOW};
begin
    perform from public.agencies_agency where id = new.agency for no key update;
    if new."by" <> current_setting('offmon.actor')::uuid or abs(new.at - now_ms) > 5000 or new.reviewed_by is not null
        or new.refused_by is not null or new.begun_in is distinct from nullif(current_setting('offmon.session'), '')::uuid
        or not exists (select from public.triage_passed_to_actor() mine where (mine.alert, mine."case") = (new.alert_id, new."case"))
        or not exists (
            select from public.agencies_staff inspector
            where (inspector.id, inspector.agency_id, inspector.role) = (new."by", new.agency, 'duty_inspector') and inspector.is_active)
        or not exists (
            select from public.agencies_shift shift
            where shift.staff_id = new."by" and shift.since <= now_ms and least(shift.until, shift.ended_at) > now_ms)
        or not exists (
            select from public.agencies_factorshown shown
            where (shown.staff_id, shown.session) = (new."by", new.begun_in) and shown.at > now_ms - {FRESH_FOR_MS[Act.EMERGENCY]})
        or exists (
            select from public.{TABLE} other
            where other."by" = new."by" and (
                other.until > now_ms or (other.alert_id = new.alert_id and {_words('other.reason')} = {_words('new.reason')}))) then
        raise exception 'a duty inspector on call opens one alert that came to them, for a new reason'
            using errcode = 'check_violation', constraint = 'emergency_opened';
    end if;
    return new;
end $$;
create trigger emergency_opened before insert on {TABLE} for each row execute function triage_emergency_opened();
"""

# What was said of it is changed by nobody. A supervisor says once, in their own name and as of now, whether it was justified.
REVIEWED = f"""
create function triage_emergency_reviewed() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if old.reviewed_by is not null or old.refused_by is not null
        or coalesce(new.reviewed_by, new.refused_by) is distinct from current_setting('offmon.actor')::uuid
        or abs(coalesce(new.reviewed_at, new.refused_at) - {_NOW}) > 5000
        or not exists (
            select from public.agencies_staff supervisor
            where supervisor.id = coalesce(new.reviewed_by, new.refused_by) and supervisor.role = 'supervisor') then
        raise exception 'a supervisor reviews an opening once, as of now'
            using errcode = 'check_violation', constraint = 'emergency_reviewed';
    end if;
    return new;
end $$;
create trigger emergency_reviewed before update on {TABLE} for each row execute function triage_emergency_reviewed();
"""

# What an opening shows, while it lasts and to who opened it alone: of one alert whose person it is, how grave it is, what was noticed and why
# (the newest finding that is not locked, and the profile that it names), and who decides. Nothing that is enclosed, and nothing of another alert.
_OPEN_NOW = f"""public.{TABLE} mine
    where mine.agency = current_setting('offmon.agency')::uuid and mine.{_OWN}
        and mine.alert_id = wanted and mine.at <= {_NOW} and mine.until > {_NOW}"""
SHOWN = f"""
create function triage_opened_in_emergency(wanted uuid) returns table (opening uuid, until bigint, "case" uuid, reference text, name bytea,
        gravity text, state text, times bigint, devices bigint, document bytea, deciding uuid[])
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with free as (
        select item.device, item.epoch, item.n, item.event_at, item.captured_at, item.leads, leaf.document
        from public.triage_alertitem item join public.intake_leaf leaf on leaf.id = item.leaf
        where item.alert_id = wanted and leaf.held = 'held'
            and not exists (select from public.intake_quarantineitem locked where locked.leaf = item.leaf))
    select mine.id, mine.until, mine."case", person.reference, person.name, held.gravity, held.state,
        (select count(distinct (free.device, free.epoch, free.event_at, free.captured_at)) from free),
        (select count(distinct free.device) from free), newest.document,
        (select coalesce(array_agg(distinct mate.staff_id), '{{}}') from public.agencies_caseload mate
            where mate.agency = held.agency and mate."case" = held."case" and mate.party_id is null
                and mate.since <= {_NOW} and (mate.until is null or mate.until > {_NOW}))
    from (select mine.id, mine.agency, mine."case", mine.alert_id, mine.until from {_OPEN_NOW}) mine
    join public.triage_alert held on held.id = mine.alert_id and held.agency = mine.agency
    join public.people_person person on person.id = held."case" and person.agency = held.agency
    cross join lateral (
        select free.document from free order by free.leads desc, free.device desc, free.epoch desc, free.n desc limit 1) newest
$$;
create function triage_profile_in_emergency(wanted uuid, named_by uuid, named bytea) returns bytea
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select profile.document from public.deployments_profile profile
    where profile.device_id = named_by and profile.digest = named
        and exists (select from public.triage_alertitem item where item.alert_id = wanted and item.device = named_by)
        and exists (select from {_OPEN_NOW})
$$;
"""
_READS = {
    TABLE: 'id, agency, "case", alert_id, "by", at, until',
    "triage_alertitem": "agency, alert_id, leaf, device, epoch, n, event_at, captured_at, leads",
    "intake_leaf": "id, agency, held, document",
    "intake_quarantineitem": "agency, leaf",
    "deployments_profile": "agency, device_id, digest, document",
}
READS = "\n".join(
    f"create policy offmon_backstop on {table} for select to offmon_backstop using (agency = current_setting('offmon.agency')::uuid);\n"
    f"grant select ({columns}) on {table} to offmon_backstop;"
    for table, columns in _READS.items()
)
ALSO = """
grant select (name) on people_person to offmon_backstop;
grant select ("case") on triage_alert to offmon_backstop;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("triage", "0002_guards"),
        ("agencies", "0002_guards"),
        ("people", "0002_guards"),
        ("deployments", "0002_guards"),
        ("intake", "0002_guards"),
    ]

    operations = [
        *case_table(
            TABLE,
            # Written by who has no access to the case, and read by who has; whoever opened it sees their own.
            console=may(
                SELECT,
                INSERT,
                update=["reviewed_by", "reviewed_at", "agreed_in", "refused_by", "refused_at", "refusal"],
                reads=f"({_OWN} or {on_caseload(TABLE)})",
            ),
        ),
        migrations.RunSQL([OPENED, REVIEWED, READS, ALSO, SHOWN]),
        as_backstop("triage_opened_in_emergency(uuid)", Process.CONSOLE),
        as_backstop("triage_profile_in_emergency(uuid, uuid, bytea)", Process.CONSOLE),
    ]
