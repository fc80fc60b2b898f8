"""When a paper was withdrawn, by the log: one that was withdrawn before it began never was held, and breaks nothing (issue 3).

Beside each paper the function tells the time of the entry by which it was withdrawn, as the entry's document has it. It tells that only
where the row is what somebody recorded: else its beginning could be moved by hand past a withdrawal, and what was held would never have been.
"""

from django.db import migrations

# As in 0010. A paper is committed to as it is recorded, which nobody has withdrawn; what the row says of that now is no part of it (formats §3).
RECORDED = r"""
drop function oversight_papers_recorded();
create function oversight_papers_recorded()
    returns table (paper uuid, control text, checked_by uuid, stands boolean, withdrawn_at bigint)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with entries as (
        select actor, verb, convert_from(doc, 'utf8')::json as doc from public.audit_entry
        where agency = current_setting('offmon.agency')::uuid and "case" is null and outcome = 'allowed'
          and verb in ('attestation.recorded', 'attestation.withdrawn')
    ),
    named as (
        select actor, verb, (doc ->> 'at')::bigint as at, substring(doc ->> 'reason' from '^paper-[a-z-]+$') as control,
               (one ->> 'id')::uuid as id, one ->> 'commit' as commit
        from entries, json_array_elements(doc -> 'touched') as one where one ->> 'table' = 'attestation'
    )
    select named.id, coalesce(named.control, paper.control), named.actor,
           coalesce(paper.withdrawn_at is null and ended.at is null and fits, false),
           case when fits then ended.at end
    from named
    left join public.oversight_attestation paper on paper.id = named.id,
    lateral (
        select min(at) as at from named ending where ending.id = named.id and ending.verb = 'attestation.withdrawn'
    ) ended,
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
    ) held,
    lateral (
        select paper.checked_by = named.actor and paper.control = coalesce(named.control, paper.control) and named.commit = encode(
            sha256('offmon/record@1\000'::bytea || convert_to('{"fields":{' || held.fields || '},"type":"attestation"}', 'utf8')), 'hex') as fits
    ) compared
    where named.verb = 'attestation.recorded'
$$;
revoke execute on function oversight_papers_recorded() from public;
grant execute on function oversight_papers_recorded() to offmon_assurance;

grant create on schema public to offmon_backstop;
alter function oversight_papers_recorded() owner to offmon_backstop;
revoke create on schema public from offmon_backstop;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0016_choices_read"),
    ]

    operations = [
        migrations.RunSQL([RECORDED]),
    ]
