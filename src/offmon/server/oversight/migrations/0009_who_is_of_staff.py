"""What the looks need to find that an id is somebody of staff, that what they did came first, and that a paper is what was recorded.

Of whom they are, still ids and roles alone. Of a paper the looking process learns no word but its issuer, whom the public page names: a function
tells it which papers the log says were recorded, by whom, and whether each is what was committed to then and was not withdrawn since. It runs
as the backstop, which can read entries, and for this the papers too.
"""

from django.db import migrations

from offmon.server.base.policies import SELECT, directory_table, may, open_to

# The commitment as in 0005: HMAC-SHA-256 by its definition, and a paper as it is recorded, which nobody has withdrawn (formats §3).
RECORDED = r"""
create function oversight_papers_recorded() returns table (paper uuid, checked_by uuid, stands boolean)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with named as (
        select actor, verb, (one ->> 'id')::uuid as id, one ->> 'commit' as commit
        from public.audit_entry, json_array_elements(convert_from(doc, 'utf8')::json -> 'touched') as one
        where agency = current_setting('offmon.agency')::uuid and "case" is null and outcome = 'allowed'
          and verb in ('attestation.recorded', 'attestation.withdrawn') and one ->> 'table' = 'attestation'
    )
    select paper.id, named.actor,
           paper.withdrawn_at is null and paper.checked_by = named.actor and named.commit = encode(
               sha256('offmon/record@1\000'::bytea || convert_to('{"fields":{' || held.fields || '},"type":"attestation"}', 'utf8')), 'hex')
           and not exists (select from named ended where ended.id = paper.id and ended.verb = 'attestation.withdrawn')
    from named
    join public.oversight_attestation paper on paper.id = named.id,
    lateral (
        select string_agg(set_byte('\000'::bytea, 0, get_byte(paper.salt, nth) # 54), '' order by nth) || decode(repeat('36', 32), 'hex') as inner_key,
               string_agg(set_byte('\000'::bytea, 0, get_byte(paper.salt, nth) # 92), '' order by nth) || decode(repeat('5c', 32), 'hex') as outer_key
        from generate_series(0, 31) as nth
    ) keyed,
    lateral (
        select string_agg('"' || key || '":"' || encode(sha256('offmon/field@1\000'::bytea
                   || sha256(outer_key || sha256(inner_key || convert_to(key, 'utf8')))
                   || convert_to('["' || key || '",' || value || ']', 'utf8')), 'hex') || '"', ',' order by key collate "C") as fields
        from json_each(json_build_object(
            'id', replace(paper.id::text, '-', ''), 'control', paper.control, 'document', paper.document, 'issuer', paper.issuer,
            'since', paper.since, 'until', paper.until, 'checked_by', replace(paper.checked_by::text, '-', ''),
            'checked_at', paper.checked_at, 'withdrawn_at', null))
    ) held
    where named.verb = 'attestation.recorded'
$$;
revoke execute on function oversight_papers_recorded() from public;
grant execute on function oversight_papers_recorded() to offmon_assurance;

grant create on schema public to offmon_backstop;
alter function oversight_papers_recorded() owner to offmon_backstop;
revoke create on schema public from offmon_backstop;
create policy offmon_backstop on oversight_attestation for select to offmon_backstop
    using (agency = current_setting('offmon.agency')::uuid);
grant select (id, agency, salt, control, document, issuer, since, until, checked_by, checked_at, withdrawn_at)
    on oversight_attestation to offmon_backstop;
"""


def read(*columns):
    """The looking process's further columns; its policies are there already."""
    return may(SELECT, columns=columns)


class Migration(migrations.Migration):

    dependencies = [
        ('oversight', '0008_factor_of_sign_in'),
        ('agencies', '0008_passkey'),
        ('audit', '0008_signer_asks_of_lists'),
    ]

    operations = [
        *directory_table('deployments_authorisation', assurance=read('case', 'deployment_id', 'authorised_at')),
        *directory_table('deployments_notice', assurance=read('case', 'served_by')),
        *directory_table('agencies_secondfactor', assurance=read('confirmed_at')),
        *open_to('agencies_passkey', assurance=read('id', 'agency', 'staff_id', 'removed_at')),
        migrations.RunSQL([RECORDED]),
    ]
