"""What guards the tables of oversight, and the functions that tell the looking process what it may not read itself.

The process that looks at controls reads of others ids, states and times, never words. Each table's own app says which.
"""

from django.db import migrations

from offmon.server.base.policies import (
    AUDIT_GUARDS,
    DELETE,
    INSERT,
    SELECT,
    Process,
    agency_table,
    as_backstop,
    directory_table,
    may,
)

# The site counts nobody's visit on a day on which no acceptance is in force. As the table's owner: the site adds a choice and reads none.
# A withdrawal names nobody and anybody can send many, so that none outweighs an acceptance; a visitor's own stands in their cookie.
CONSENTED = """
create function oversight_counted_with_consent() returns trigger language plpgsql security definer
    set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (
        select from public.oversight_cookiechoice choice
        where choice.choice = 'accepted'
          and choice.at >= new.day - 183 * 86400000::bigint and choice.at < new.day + 25 * 3600000
    ) then
        raise exception 'nobody has accepted being counted'
            using errcode = 'check_violation', constraint = 'counted_with_consent';
    end if;
    return new;
end $$;
create trigger counted_with_consent before insert or update on oversight_pagecount
    for each row execute function oversight_counted_with_consent();
"""

# Nobody of the operator's reads a message to the public site without a note of the reading, which this function writes.
READ = """
create function oversight_read_enquiry(wanted uuid, reader text) returns table (message text, reply text, at bigint)
    language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    insert into public.oversight_enquiryreading (id, enquiry, reader, at)
        select gen_random_uuid(), one.id, reader, (extract(epoch from statement_timestamp()) * 1000)::bigint
        from public.oversight_enquiry one where one.id = wanted;
    select one.message, one.reply, one.at from public.oversight_enquiry one where one.id = wanted;
$$;
revoke execute on function oversight_read_enquiry(uuid, text) from public;
grant execute on function oversight_read_enquiry(uuid, text) to offmon_operator;
"""

# Nobody deletes one without a note of who did, when and why; and nobody's message unread, since an unread one turns a promise red.
DELETED = """
create function oversight_delete_enquiry(wanted uuid, who text, reason text) returns boolean
    language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    with gone as (
        delete from public.oversight_enquiry one
        where one.id = wanted and exists (select from public.oversight_enquiryreading reading where reading.enquiry = one.id)
        returning one.id
    ), noted as (
        insert into public.oversight_enquirydeletion (id, enquiry, by, why, at)
            select gen_random_uuid(), gone.id, who, reason, (extract(epoch from statement_timestamp()) * 1000)::bigint from gone
        returning 1
    )
    select exists (select from noted);
$$;
revoke execute on function oversight_delete_enquiry(uuid, text, text) from public;
grant execute on function oversight_delete_enquiry(uuid, text, text) to offmon_operator;
"""

# The looking process learns no word of an entry. This tells it whether the entry is what was committed to, field by field (formats §3), and
# whether the columns by which it is searched say the same. HMAC-SHA-256 by its definition (RFC 2104), since PostgreSQL has none of its own:
# the salt has 32 bytes, its block 64. `json` keeps each value as it was written, in its canonical form (RFC 8785).
OPENS = r"""
create function oversight_entries_open(wanted uuid[]) returns table (entry uuid, opens boolean)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select found.id,
           coalesce(sha256('offmon/record@1\000'::bytea || convert_to('{"fields":{' || held.fields || '},"type":"audit"}', 'utf8'))
               = found.commit
               and (doc ->> 'at')::bigint = at
               and doc ->> 'agency' = replace(agency::text, '-', '')
               and doc ->> 'case' is not distinct from replace("case"::text, '-', '')
               and doc ->> 'verb' = verb
               and doc ->> 'operation' = operation
               and doc ->> 'outcome' = outcome
               and doc #>> '{actor,id}' = replace(actor::text, '-', '')
               and doc #>> '{actor,role}' = actor_role
               and doc #>> '{actor,team}' is not distinct from replace(actor_team::text, '-', '')
               and doc ->> 'session' is not distinct from replace(session::text, '-', '')
               and doc ->> 'request' is not distinct from replace(request::text, '-', '')
               and doc ->> 'reason' is not distinct from reason
               and doc ->> 'recipient' is not distinct from recipient
               and doc ->> 'alert' is not distinct from replace(alert::text, '-', '')
               and doc ->> 'decision' is not distinct from replace(decision::text, '-', '')
               and doc ->> 'manifest' is not distinct from encode(manifest, 'hex')
               and array(select one ->> 'id' from json_array_elements(doc -> 'touched') with ordinality as each (one, nth) order by nth)
                   = array(select replace(split_part(one, ':', 2), '-', '')
                           from unnest(touched) with ordinality as each (one, nth) order by nth), false)
    from (
        select entry.*, convert_from(written, 'utf8')::json as doc
        from (select id, agency, "case", at, verb, operation, outcome, actor, actor_role, actor_team, session, request, reason, recipient,
                     alert, decision, manifest, touched, salt, commit, doc as written
              from public.audit_entry
              where agency = current_setting('offmon.agency')::uuid and id = any(wanted)) entry
    ) found,
    lateral (
        select string_agg(set_byte('\000'::bytea, 0, get_byte(salt, nth) # 54), '' order by nth) || decode(repeat('36', 32), 'hex') as inner_key,
               string_agg(set_byte('\000'::bytea, 0, get_byte(salt, nth) # 92), '' order by nth) || decode(repeat('5c', 32), 'hex') as outer_key
        from generate_series(0, 31) as nth
    ) keyed,
    lateral (
        select string_agg('"' || key || '":"' || encode(sha256('offmon/field@1\000'::bytea
                   || sha256(outer_key || sha256(inner_key || convert_to(key, 'utf8')))
                   || convert_to('["' || key || '",' || value || ']', 'utf8')), 'hex') || '"', ',' order by key collate "C") as fields
        from json_each(doc) where key <> 'kind'
    ) held
$$;
"""

# Nobody hides that a compliance record is gone: this begins from what the log says was recorded, by whom, and tells whether the row is what
# was committed to then (as it is recorded, which nobody has withdrawn), and when an entry withdrew it. It tells that time only where the
# row is what somebody recorded: else its beginning could be moved past a withdrawal, and what was held would never have been.
RECORDED = r"""
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
"""

# Of a choice there is one thing in words: why a sensitive list is strictly necessary. This tells whether any word stands there, and the rest
# by name, as the document of a choice has it (`core.authority.profile.Choice`): what is not named here is not told.
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
"""

# Nobody publishes a figure of a month before it and the next are over (58 days at least), or changes one that is there: the difference
# would tell of a single case.
FIGURES = """
create function oversight_figure_of_a_month_over() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if tg_op = 'UPDATE' or new.month > extract(epoch from clock_timestamp()) * 1000 - 58 * 86400000::bigint then
        raise exception 'a figure is of a month that is long over, and is written once'
            using errcode = 'check_violation', constraint = 'figure_of_a_month_over';
    end if;
    return new;
end $$;
create trigger figure_of_a_month_over before insert or update on oversight_alertfigure
    for each row execute function oversight_figure_of_a_month_over();
"""

BACKSTOP_READS = """
create policy offmon_backstop on oversight_attestation for select to offmon_backstop
    using (agency = current_setting('offmon.agency')::uuid);
grant select (id, agency, salt, control, document, issuer, since, until, checked_by, checked_at, withdrawn_at)
    on oversight_attestation to offmon_backstop;
"""

FIGURE = ["id", "agency", "month", "gravity", "in_time", "passed_on", "neither"]


class Migration(migrations.Migration):
    dependencies = [("oversight", "0001_initial"), ("deployments", "0001_initial"), AUDIT_GUARDS]

    operations = [
        migrations.RunSQL([CONSENTED, READ, DELETED, OPENS, RECORDED, CHOICES, FIGURES, BACKSTOP_READS]),
        as_backstop("oversight_entries_open(uuid[])", Process.ASSURANCE),
        as_backstop("oversight_papers_recorded()", Process.ASSURANCE),
        as_backstop("oversight_choices(uuid[])", Process.ASSURANCE),
        *directory_table(
            "oversight_look",
            assurance=may(SELECT, INSERT, update=["standing", "figure", "at", "since", "issuer", "until"]),
            website=may(SELECT, columns=["id", "control", "standing", "figure", "at", "issuer", "until"]),
            console=may(SELECT),
        ),
        *directory_table(
            "oversight_walked",
            integrity=may(SELECT, INSERT, update=["at", "whole_at"]),
            assurance=may(SELECT, columns=["agency", "at", "whole_at"]),
        ),
        *agency_table(
            "oversight_attestation",
            console=may(SELECT, INSERT, update=["withdrawn_at"]),
            assurance=may(SELECT, columns=["id", "agency", "control", "issuer", "since", "until", "withdrawn_at"]),
        ),
        *directory_table(
            "oversight_pagecount",
            # By name: with all of a row comes the number of the transaction that wrote it, which tells of all others.
            website=may(SELECT, INSERT, columns=["id", "page", "day", "count"], update=["count"]),
            assurance=may(SELECT),
        ),
        *directory_table(
            "oversight_alertfigure",
            # By name, as above: when a row was written is told to nobody.
            website=may(SELECT, columns=FIGURE),
            worker=may(SELECT, INSERT, columns=FIGURE),
        ),
        *directory_table(
            "oversight_cookiechoice",
            website=may(INSERT),
            assurance=may(SELECT),
            worker=may(SELECT, DELETE, columns=["id", "at"]),  # it deletes by age, and reads no choice
        ),
        *directory_table(
            "oversight_enquiry",
            website=may(INSERT),
            worker=may(SELECT, DELETE, columns=["id", "at"]),
            operator=may(SELECT, columns=["id", "at", "answered_at"], update=["answered_at"]),
            assurance=may(SELECT, columns=["id", "at"]),
        ),
        *directory_table(
            "oversight_enquiryreading",
            worker=may(SELECT, DELETE, columns=["id", "enquiry", "at"]),
            operator=may(SELECT),
            assurance=may(SELECT, columns=["enquiry"]),
        ),
        *directory_table(
            "oversight_enquirydeletion", worker=may(SELECT, DELETE, columns=["id", "at"]), operator=may(SELECT)
        ),
    ]
