"""Whoever looks reads what was chosen, and which notice told of it: that no more is granted than was authorised and told, and that a
sensitive list is used as was documented, is asked of both (S1, S7, S33).

Of a choice there is one thing in words: why a sensitive list is strictly necessary. The looking process learns no word of that. A function
tells it what each choice is of, by name, and whether any word stands there; it runs as the backstop, as those in 0005 and 0009 do.
"""

from django.db import migrations

from offmon.server.base.policies import SELECT, directory_table, may, open_to

# As the document of a choice (`core.authority.profile.Choice`), field by field: what is not named here is not told.
CHOICES = r"""
create function oversight_choices(wanted uuid[]) returns table (authorisation uuid, choices jsonb)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select id, coalesce((
               select jsonb_agg(jsonb_build_object(
                          'kind', 'choice',
                          'capability', one -> 'capability',
                          'terms', one -> 'terms',
                          'lists', one -> 'lists',
                          'sensitive', case jsonb_typeof(one -> 'sensitive') when 'object' then jsonb_build_object(
                              'strictly_necessary', case when one #>> '{sensitive,strictly_necessary}' ~ '\S' then '-' else '' end,
                              'condition', one #> '{sensitive,condition}',
                              'apd', one #> '{sensitive,apd}',
                              'apd_period', one #> '{sensitive,apd_period}') end))
               from jsonb_array_elements(convert_from(held.choices, 'utf8')::jsonb) one), '[]')
    from public.deployments_authorisation held
    where agency = current_setting('offmon.agency')::uuid and id = any(wanted)
$$;
revoke execute on function oversight_choices(uuid[]) from public;
grant execute on function oversight_choices(uuid[]) to offmon_assurance;

grant create on schema public to offmon_backstop;
alter function oversight_choices(uuid[]) owner to offmon_backstop;
revoke create on schema public from offmon_backstop;
create policy offmon_backstop on deployments_authorisation for select to offmon_backstop
    using (agency = current_setting('offmon.agency')::uuid);
grant select (id, agency, choices) on deployments_authorisation to offmon_backstop;
"""


def read(*columns):
    """The looking process's further columns."""
    return may(SELECT, columns=columns)


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0015_sources_read"),
        ("deployments", "0010_of_its_parent"),
    ]

    operations = [
        *directory_table("deployments_notice", assurance=read("text")),
        *open_to("deployments_noticepaper", assurance=read("agency", "deployment_id", "authorisation_id", "text")),
        migrations.RunSQL([CHOICES]),
    ]
