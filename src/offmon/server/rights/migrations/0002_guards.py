"""What guards the tables of rights: how the person comes in, what they ask, and what they are told later.

The portal reads of a step which one, its day and the answer, of a restriction what it must leave out. It reads no ground, no word and nobody's name.
"""

from django.db import migrations

from offmon.server.base.policies import (
    of_its_parent,
    AUDIT_GUARDS,
    DELETE,
    INSERT,
    SELECT,
    Process,
    as_backstop,
    case_table,
    directory_table,
    may,
    on_caseload,
)

# Ingest stores a code that the person's own device drew, and can do no more with it (docs/adr/0009): a row is of a device of that very case,
# and by no officer. It may not name the columns that say who made it, or that it was used.
DRAWN = """
create policy offmon_ingest on rights_personaccess to offmon_ingest
using (RULE) with check (RULE);
grant select (id, agency, device, made_at, code) on rights_personaccess to offmon_ingest;
grant insert (id, agency, salt, "case", device, drawn, made_at, code, tries) on rights_personaccess to offmon_ingest;
""".replace(
    "RULE",
    """
    agency = current_setting('offmon.agency')::uuid and made_by is null
    and exists (select from deployments_device mine
                where mine.id = rights_personaccess.device and mine."case" = rights_personaccess."case")
""",
)

# Nobody says that a key was destroyed but the vault, and it says so of nothing that nobody approved.
WHOSE_MOVE = """
create function rights_destruction_begins_asked() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if new.state <> 'asked' then
        raise exception 'a destruction begins as a request, which another person answers'
            using errcode = 'check_violation', constraint = 'destruction_begins_asked';
    end if;
    return new;
end $$;
create function rights_destruction_whose_move() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if (old.state, new.state, current_user) not in (
        ('asked', 'approved', 'offmon_console'), ('asked', 'refused', 'offmon_console'),
        ('approved', 'stopped', 'offmon_vault'), ('approved', 'done', 'offmon_vault')
    ) then
        raise exception 'a destruction does not go from % to % by %', old.state, new.state, current_user
            using errcode = 'check_violation', constraint = 'destruction_whose_move';
    end if;
    return new;
end $$;
create trigger destruction_begins_asked before insert on rights_destruction
    for each row execute function rights_destruction_begins_asked();
create trigger destruction_whose_move before update on rights_destruction
    for each row when (old.* is distinct from new.*) execute function rights_destruction_whose_move();
"""

# Whom a request is for, by its kind (`core.person.request_desk`): its desk reads and answers it without access to the case. The backstop's
# role asks, since the caseload of others is not the actor's to see.
DESK = """
create function rights_is_for_actor(asked text, about uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select exists (
        select from public.agencies_staff me
        where me.id = current_setting('offmon.actor')::uuid and me.is_active
            and me.agency_id = public.audit_lead_of(about, current_setting('offmon.agency')::uuid)
            and case me.role
                when 'data_protection' then asked in ('data', 'objection', 'complaint')
                when 'supervisor' then asked in ('review', 'device') and (public.agencies_is_open_to_actor(about) or not exists (
                    select from public.agencies_caseload held
                    join public.agencies_staff other
                        on other.id = held.staff_id and other.agency_id = me.agency_id and other.is_active and other.role = 'supervisor'
                    where held."case" = about and held.agency = current_setting('offmon.agency')::uuid
                        and held.since <= (extract(epoch from statement_timestamp()) * 1000)::bigint
                        and (held.until is null or held.until > (extract(epoch from statement_timestamp()) * 1000)::bigint)))
                else false
            end)
$$;
create function rights_actor_answers(wanted uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select exists (
        select from public.rights_request
        where id = wanted and agency = current_setting('offmon.agency')::uuid and public.rights_is_for_actor(kind, "case"))
$$;
"""

# Nobody who works on a case reads a complaint about it before the data protection officer shares it with them.
SHARED = """
create function rights_is_shared(wanted uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select exists (
        select from public.rights_requeststep
        where request_id = wanted and agency = current_setting('offmon.agency')::uuid and what = 'shared')
$$;
"""

# Nobody answers a request under another case. As `policies.of_its_parent`, in the backstop's role: who takes a request down may not read it.
OF_ITS_REQUEST = """
create function rights_step_of_its_request() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform set_config('offmon.agency', new.agency::text, true);  -- by its policy each process writes rows of its scope's agency alone
    if not exists (
            select from public.rights_request where id = new.request_id and agency = new.agency and "case" = new."case") then
        raise exception 'a step is of the agency and case of its request'
            using errcode = 'check_violation', constraint = 'of_its_parent';
    end if;
    return null;
end $$;
create constraint trigger of_its_parent after insert or update of request_id, agency, "case" on rights_requeststep
    for each row execute function rights_step_of_its_request('request_id');
"""

# The data protection officer answers for every case of the agency and works on none. These tell them which restrictions are in force or wait,
# and which destructions were asked for: ground, state and times. The case is told where it is open to them; of no other is there an id.
OF_THE_AGENCY = """
create function rights_actor_protects_data() returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select exists (
        select from public.agencies_staff me
        where me.id = current_setting('offmon.actor')::uuid and me.is_active and me.role = 'data_protection'
            and me.agency_id = current_setting('offmon.agency')::uuid)
$$;
create function rights_restrictions_of_agency(moment bigint)
    returns table (row_id uuid, about uuid, ground text, asked_at bigint, ends_at bigint, outcome text, lifted_at bigint)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select case when is_open then one.id end, case when is_open then one."case" end, one.ground, one.asked_at, one.ends_at, one.outcome,
           one.lifted_at
    from public.rights_restriction one, lateral (select public.agencies_is_open_to_actor(one."case") as is_open) asked
    where public.rights_actor_protects_data() and one.agency = current_setting('offmon.agency')::uuid
        and public.audit_lead_of(one."case", one.agency) = one.agency and one.ends_at > moment and one.outcome is distinct from 'refused'
$$;
create function rights_destructions_of_agency()
    returns table (row_id uuid, about uuid, state text, asked_at bigint, answered_at bigint, ended_at bigint)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select case when is_open then one.id end, case when is_open then one."case" end, one.state, one.asked_at,
           coalesce(one.approved_at, one.refused_at), coalesce(one.done_at, one.stopped_at)
    from public.rights_destruction one, lateral (select public.agencies_is_open_to_actor(one."case") as is_open) asked
    where public.rights_actor_protects_data() and one.agency = current_setting('offmon.agency')::uuid
        and public.audit_lead_of(one."case", one.agency) = one.agency
$$;
create policy offmon_backstop on rights_restriction for select to offmon_backstop
    using (agency = current_setting('offmon.agency')::uuid);
create policy offmon_backstop on rights_destruction for select to offmon_backstop
    using (agency = current_setting('offmon.agency')::uuid);
grant select (id, agency, "case", ground, asked_at, ends_at, outcome, lifted_at) on rights_restriction to offmon_backstop;
grant select (id, agency, "case", state, asked_at, approved_at, refused_at, done_at, stopped_at) on rights_destruction to offmon_backstop;
"""

BACKSTOP_READS = """
create policy offmon_backstop on rights_request for select to offmon_backstop
    using (agency = current_setting('offmon.agency')::uuid);
create policy offmon_backstop on rights_requeststep for select to offmon_backstop
    using (agency = current_setting('offmon.agency')::uuid);
grant select (id, agency, "case", kind) on rights_request to offmon_backstop;
grant select (agency, request_id, what) on rights_requeststep to offmon_backstop;
"""

# Ingest stores what a device of that very case asks, of no other.
OF_ITS_DEVICE = """
exists (select from deployments_device mine where mine.id = rights_historyask.device and mine."case" = rights_historyask."case")
"""

# Nobody is told that monitoring ended which has not (R-RGT-20).
ONLY_ENDED = """
create function rights_certifies_an_end() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select from public.deployments_deployment where id = new.deployment and state = 'ended') then
        raise exception 'an end certificate is of monitoring that has ended'
            using errcode = 'check_violation', constraint = 'certifies_an_end';
    end if;
    return new;
end $$;
create trigger certifies_an_end before insert on rights_endcertificate
    for each row execute function rights_certifies_an_end();
"""

READS = (
    f"(rights_is_for_actor(kind, \"case\") or (kind <> 'complaint' or rights_is_shared(id)) and {on_caseload('rights_request')})"
)
READS_STEP = "exists (select from rights_request mine where mine.id = rights_requeststep.request_id)"
WRITES_STEP = (
    f"case what when 'taken_down' then {on_caseload('rights_requeststep')} else rights_actor_answers(request_id) end"
)


class Migration(migrations.Migration):
    dependencies = [("rights", "0001_initial"), ("deployments", "0001_initial"), AUDIT_GUARDS]

    operations = [
        migrations.RunSQL([DRAWN, WHOSE_MOVE]),
        *case_table(
            "rights_personaccess",
            console=may(SELECT, INSERT, columns=["id", "agency", "case", "made_by", "made_at", "used_at"]),
            portal=may(SELECT, update=["tries", "used_at", "pin"]),
        ),
        *directory_table("rights_accessname", console=may(INSERT), ingest=may(INSERT), portal=may(SELECT, INSERT)),
        *directory_table("rights_personsitting", portal=may(SELECT, INSERT, DELETE, update=["seen_at"])),
        *directory_table("rights_failedtry", portal=may(SELECT, INSERT, DELETE)),
        migrations.RunSQL([DESK, SHARED]),
        as_backstop("rights_is_for_actor(text, uuid)", Process.CONSOLE),
        as_backstop("rights_actor_answers(uuid)", Process.CONSOLE),
        as_backstop("rights_is_shared(uuid)", Process.CONSOLE),
        *case_table(
            "rights_request",
            console=may(SELECT, INSERT, reads=READS, writes=on_caseload("rights_request")),
            portal=may(SELECT, INSERT),
            vault=may(SELECT, columns=["id", "agency", "case"]),
        ),
        *case_table(
            "rights_requeststep",
            console=may(SELECT, INSERT, reads=READS_STEP, writes=WRITES_STEP),
            portal=may(SELECT, columns=["id", "agency", "case", "request_id", "what", "on", "answer"]),
            vault=may(SELECT, columns=["id", "agency", "case", "request_id", "what"]),
        ),
        migrations.RunSQL([OF_ITS_REQUEST, BACKSTOP_READS]),
        as_backstop("rights_step_of_its_request()"),
        *case_table(
            "rights_destruction",
            console=may(
                SELECT,
                INSERT,
                update=["agreed_in", "state", "approved_by", "approved_at", "refused_by", "refused_at", "refused_reason"],
            ),
            worker=may(SELECT, columns=["id", "agency", "case", "state", "approved_at"]),
            vault=may(SELECT, update=["state", "stopped_at", "stopped_why", "done_at"]),
        ),
        *of_its_parent("rights_destruction", "deployment", "deployments_deployment"),
        *case_table(
            "rights_endcertificate",
            console=may(SELECT, INSERT, update=["handed_by", "handed_at", "how"]),
            portal=may(SELECT, columns=["id", "agency", "case", "facts", "shown", "made_at"]),
        ),
        *of_its_parent("rights_endcertificate", "deployment", "deployments_deployment"),
        migrations.RunSQL([ONLY_ENDED]),
        *case_table(
            "rights_historyask",
            console=may(SELECT, columns=["id", "agency", "case", "device", "digest", "asked_at", "entries", "first_on", "last_on"]),
            ingest=may(SELECT, INSERT, where=OF_ITS_DEVICE),
            vault=may(SELECT),
        ),
        *case_table("rights_historyopening", console=may(SELECT, INSERT), vault=may(SELECT)),
        *of_its_parent("rights_historyopening", "ask", "rights_historyask"),
        *case_table(
            "rights_historykeys",
            console=may(SELECT, columns=["id", "agency", "case", "ask", "opening", "made_at"]),
            ingest=may(SELECT, columns=["id", "agency", "case", "ask", "sealed", "made_at"]),
            vault=may(SELECT, INSERT),
        ),
        *of_its_parent("rights_historykeys", "ask", "rights_historyask"),
        *case_table(
            "rights_restriction",
            console=may(
                SELECT,
                INSERT,
                update=[
                    "decided_by", "decided_at", "outcome", "decision", "agreed_in", "lifted_by", "lifted_at", "lifting",
                ],
            ),
            portal=may(
                SELECT,
                columns=[
                    "id", "agency", "case", "sent", "looked", "since", "until", "outcome", "decided_at", "ends_at", "lifted_at",
                ],
            ),
        ),
        migrations.RunSQL([OF_THE_AGENCY]),
        as_backstop("rights_actor_protects_data()"),
        as_backstop("rights_restrictions_of_agency(bigint)", Process.CONSOLE),
        as_backstop("rights_destructions_of_agency()", Process.CONSOLE),
    ]
