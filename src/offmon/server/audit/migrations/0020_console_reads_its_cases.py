"""On the console's role nobody reads of a case that is not theirs: not in the log, nor who works on it, nor with whom it is shared.

These tables asked for the agency alone. Whoever works on other cases could read there why colleagues opened, sealed or shared what, in their
own words. No page showed it; a page that forgot to ask would have.

The caseload cannot ask itself (a policy that reads its own table never ends), so a function asks for it, as the backstop's role, which
sees those of the scope's agency. Its actor's own rows need no question. They stay to be seen when they have ended: that it was theirs.

Whether a guest still works on any case here decides if their agency's page offers ours; who ends one grant may not see the others.
"""

from django.db import migrations

from offmon.server.base.policies import by_caseload

ON_CASELOAD = """
create function agencies_is_open_to_actor(wanted uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select exists (
        select from public.agencies_caseload
        where "case" = wanted and agency = current_setting('offmon.agency')::uuid
            and staff_id = current_setting('offmon.actor')::uuid
            and since <= (extract(epoch from statement_timestamp()) * 1000)::bigint
            and (until is null or until > (extract(epoch from statement_timestamp()) * 1000)::bigint))
$$;
create function agencies_has_a_case(somebody uuid, moment bigint) returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select exists (
        select from public.agencies_caseload
        where staff_id = somebody and agency = current_setting('offmon.agency')::uuid
            and since <= moment and (until is null or until > moment))
$$;
revoke execute on function agencies_is_open_to_actor(uuid), agencies_has_a_case(uuid, bigint) from public;
grant execute on function agencies_is_open_to_actor(uuid), agencies_has_a_case(uuid, bigint) to offmon_console;

grant create on schema public to offmon_backstop;
alter function agencies_is_open_to_actor(uuid) owner to offmon_backstop;
alter function agencies_has_a_case(uuid, bigint) owner to offmon_backstop;
revoke create on schema public from offmon_backstop;
create policy offmon_backstop on agencies_caseload for select to offmon_backstop
    using (agency = current_setting('offmon.agency')::uuid);
grant select (agency, "case", staff_id, since, until) on agencies_caseload to offmon_backstop;

alter policy offmon_console on agencies_caseload
    using (agency = current_setting('offmon.agency')::uuid
           and (staff_id = current_setting('offmon.actor')::uuid or agencies_is_open_to_actor("case")));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0019_document_kept"),
        ("agencies", "0014_of_its_parent"),
    ]

    operations = [
        migrations.RunSQL([ON_CASELOAD]),
        *by_caseload("agencies_party"),
        *by_caseload("audit_entry", of_none='"case" is null', reads=True),
        *by_caseload("audit_sequenced", column="run", of_none="run = agency"),
    ]
