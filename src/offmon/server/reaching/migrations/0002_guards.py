"""What guards the tables of reaching: notify reads where to send and what, and neither a name nor what it is about."""

from django.db import migrations

from offmon.core.alerts.reaching import SHOWN_MS
from offmon.server.base.policies import AUDIT_GUARDS, INSERT, SELECT, Process, agency_table, as_backstop, may, of_its_parent

# Whether an agency's channels work is public, and no more of them: neither how many there are, nor where, nor when they were used last. Only
# tests count, so that no call can be seen there.
# The site has no scope, so the function opens the agency's for as long as it reads.
SHOWS_ITSELF = f"""
create function reaching_shows_itself(wanted uuid, moment bigint) returns text
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    here constant text := current_setting('offmon.agency', true);
    found text;
begin
    perform set_config('offmon.agency', wanted::text, true);
    select case when count(*) = 0 then 'none' when bool_and(works) then 'working' else 'failing' end into found
    from (
        select exists (
            select from public.reaching_attempt tried join public.reaching_message asked on asked.id = tried.message_id
            where tried.channel_id = place.id and tried.outcome = 'sent' and asked.purpose <> 'call'
                and tried.ended_at > moment - {SHOWN_MS}) as works
        from public.reaching_channel place
        where place.agency = wanted and place.removed_at is null and (place.staff_id is null or exists (
            select from public.agencies_staff whose where whose.id = place.staff_id and whose.is_active))
    ) looked;
    perform set_config('offmon.agency', coalesce(here, ''), true);
    return found;
end $$;
create policy offmon_backstop on reaching_channel for select to offmon_backstop
    using (agency = current_setting('offmon.agency')::uuid);
create policy offmon_backstop on reaching_message for select to offmon_backstop
    using (agency = current_setting('offmon.agency')::uuid);
create policy offmon_backstop on reaching_attempt for select to offmon_backstop
    using (agency = current_setting('offmon.agency')::uuid);
grant select (id, agency, staff_id, removed_at) on reaching_channel to offmon_backstop;
grant select (id, agency, purpose) on reaching_message to offmon_backstop;
grant select (agency, message_id, channel_id, outcome, ended_at) on reaching_attempt to offmon_backstop;
"""

# Who of the scope's agency could be reached: by a channel that a test or weekly message went through lately. Neither where nor how.
REACHED = f"""
create function reaching_reached(moment bigint) returns setof uuid
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select distinct place.staff_id
    from public.reaching_channel place
    join public.reaching_attempt tried on tried.channel_id = place.id
    join public.reaching_message asked on asked.id = tried.message_id
    where place.agency = current_setting('offmon.agency')::uuid and place.staff_id is not null and place.removed_at is null
        and tried.outcome = 'sent' and asked.purpose <> 'call' and tried.ended_at > moment - {SHOWN_MS}
$$;
"""

# Nobody tries a channel of another agency. (`of_its_parent` says the same of the message; a table has one.)
OF_ITS_AGENCY = """
create function reaching_of_its_agency() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select from public.reaching_channel where id = new.channel_id and agency = new.agency) then
        raise exception 'a message goes by a channel of its own agency'
            using errcode = 'check_violation', constraint = 'attempt_of_its_agency';
    end if;
    return new;
end $$;
create trigger of_its_agency before insert or update of channel_id, agency on reaching_attempt
    for each row execute function reaching_of_its_agency();
"""

# Nobody writes another's outcome over one that is there, or opens a message again.
ONCE = """
create function reaching_try_ends_once() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if old.outcome is not null then
        raise exception 'a try ends once'
            using errcode = 'check_violation', constraint = 'attempt_ends_once';
    end if;
    return new;
end $$;
create trigger ends_once before update on reaching_attempt for each row execute function reaching_try_ends_once();
create function reaching_settled_once() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if old.settled_at is not null then
        raise exception 'a message is settled once'
            using errcode = 'check_violation', constraint = 'message_settled_once';
    end if;
    return new;
end $$;
create trigger settled_once before update on reaching_message for each row execute function reaching_settled_once();
"""


class Migration(migrations.Migration):
    dependencies = [("reaching", "0001_initial"), ("agencies", "0002_guards"), AUDIT_GUARDS]

    operations = [
        *agency_table(
            "reaching_channel",
            console=may(SELECT, INSERT, update=["removed_at", "removed_by"]),
            worker=may(SELECT, columns=["id", "agency", "staff_id"]),
            notify=may(SELECT),
        ),
        *agency_table(
            "reaching_message",
            console=may(SELECT, INSERT),
            worker=may(SELECT, INSERT, update=["settled_at", "needless", "replaced_by"]),
            notify=may(SELECT, INSERT, update=["settled_at"]),
        ),
        *agency_table(
            "reaching_attempt",
            console=may(SELECT),
            worker=may(SELECT),
            notify=may(SELECT, INSERT, update=["outcome", "ended_at"]),
        ),
        *of_its_parent("reaching_attempt", "message_id", "reaching_message", case=False),
        migrations.RunSQL([SHOWS_ITSELF, REACHED, OF_ITS_AGENCY, ONCE]),
        as_backstop("reaching_shows_itself(uuid, bigint)", Process.WEBSITE, Process.CONSOLE),
        as_backstop("reaching_reached(bigint)", Process.CONSOLE, Process.SIGNER),
    ]
