"""What the looks need to recompute: each record of the log, and of orders the ids, kinds and times that the signer's rule goes by.

Of an entry the looking process learns no word. A function tells it whether the entry is what was committed to, field by field (formats §3), and
whether the columns by which it is searched say the same; it runs as the backstop, whose one power is to read entries.
"""

from django.db import migrations

from offmon.server.base.policies import SELECT, directory_table, may

# HMAC-SHA-256 by its definition (RFC 2104), since PostgreSQL has none of its own: the salt has 32 bytes, its block 64. `json` keeps the text
# of each value as it was written, and the document was written in its canonical form (RFC 8785).
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
revoke execute on function oversight_entries_open(uuid[]) from public;
grant execute on function oversight_entries_open(uuid[]) to offmon_assurance;

grant create on schema public to offmon_backstop;
alter function oversight_entries_open(uuid[]) owner to offmon_backstop;
revoke create on schema public from offmon_backstop;
grant select (id, agency, "case", at, verb, operation, outcome, actor, actor_role, actor_team, session, request, reason, recipient, alert,
              decision, manifest, doc, salt, commit) on audit_entry to offmon_backstop;
"""


def read(*columns):
    """The looking process's further columns; its policies are there already."""
    return may(SELECT, columns=columns)


class Migration(migrations.Migration):

    dependencies = [
        ('oversight', '0004_paper_shown'),
        ('audit', '0004_one_look_a_row'),
        ('orders', '0004_two_sittings'),
        ('deployments', '0004_profile_begins_asked'),
    ]

    operations = [
        *directory_table('audit_entry', assurance=read('commit', 'case')),
        *directory_table('audit_sequenced', assurance=read('previous', 'record')),
        *directory_table(
            'orders_instrument', assurance=read('case', 'convicted_on', 'served_at', 'effective_from', 'requested_at')
        ),
        *directory_table(
            'orders_term', assurance=read('case', 'effect', 'capabilities', 'since', 'until', 'confirmed_at')
        ),
        *directory_table('deployments_profile', assurance=read('case')),
        migrations.RunSQL([OPENS]),
    ]
