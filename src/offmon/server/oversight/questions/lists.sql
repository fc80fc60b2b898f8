-- Does each list that a device may hold now serve the stated purpose, and the order and offence of each term that it was given for? It may
-- hold those of every profile whose lease runs by its signed text. The list's signed declaration says for which kind of collection, orders
-- and offences it may be used, and when, and it is the very one, to the byte, that the profile names; and of two members of staff whose roles may, one
-- drafted it and another approved it. (Who has left still counts.)
-- And of each grant that uses a list which says of itself that it is of a sensitive class: its lease, what the profile's authorisation chose,
-- and which policy documents are in force for all of the lease (`resting`): two members of staff whose roles may stand behind each.
-- Of these `collected_choices.py` finds whether the need was documented.
with signed as materialized (
    select device_id, version, authorisation_id,
           convert_from(decode(convert_from(document, 'utf8')::json ->> 'payload', 'base64'), 'utf8')::json as says
    from deployments_profile where state = 'signed'
),
lasting as materialized (
    select *, (says #>> '{lease,since}')::bigint as since, coalesce((says #>> '{lease,until}')::bigint, 9223372036854775807) as until
    from signed
),
used as (
    select distinct since, given, list ->> 'id' as id, list ->> 'name' as name, list ->> 'digest' as digest
    from lasting, jsonb_array_elements((says -> 'grants')::jsonb) as given, jsonb_array_elements(given -> 'lists') as list
    where since <= %(at)s and until > %(at)s
),
earlier as (
    select distinct on (device_id) until, says from lasting where since < %(before)s order by device_id, version desc
),
used_earlier as (
    select distinct list ->> 'id' as id, list ->> 'name' as name
    from earlier, json_array_elements(says -> 'grants') as given, json_array_elements(given -> 'lists') as list
    where until > %(before)s
),
declared as (
    select list_id, name, encode(sha256('offmon/document@1\000'::bytea || document), 'hex') as digest,
           convert_from(decode(convert_from(document, 'utf8')::jsonb ->> 'payload', 'base64'), 'utf8')::jsonb as says
    from detectors_list_version version
    join agencies_staff drafter on drafter.id = version.drafted_by and drafter.agency_id = version.agency
    join agencies_staff second on second.id = version.approved_by and second.agency_id = version.agency
    where document is not null and second.id <> drafter.id
      and drafter.role = any(%(may_draft_lists)s) and second.role = any(%(may_approve_lists)s)
),
agreed as (
    select policy.id, policy.since, policy.review_by, policy.agreed_at
    from orders_policy_document policy
    join agencies_staff preparer on preparer.id = policy.prepared_by and preparer.agency_id = policy.agency
    join agencies_staff second on second.id = policy.agreed_by and second.agency_id = policy.agency
    where second.id <> preparer.id
      and preparer.role = any(%(may_prepare_policy)s) and second.role = any(%(may_agree_policy)s)
),
sensitive as materialized (
    select authorisation_id, lasting.says -> 'lease' as lease, given
    from lasting, jsonb_array_elements((says -> 'grants')::jsonb) as given
    where since <= %(at)s and until > %(at)s
      and given ->> 'kind' <> all(%(following)s::text[]) -- it names only lists of another grant, which is asked about
      and exists (
        select from jsonb_array_elements(given -> 'lists') as list
        join declared on declared.list_id = (list ->> 'id')::uuid and declared.digest = list ->> 'digest'
        where (declared.says ->> 'sensitive')::boolean)
)
select count(distinct (used.id, used.name)) as looked,
       count(*) filter (where coalesce(given ->> 'purpose', '') <> all(%(purposes)s::text[]) or not exists (
           select from declared
           where declared.list_id = used.id::uuid and declared.name = used.name and declared.digest = used.digest
             and (says ->> 'capability' = given ->> 'kind' or given ->> 'kind' = any(%(following)s::text[]))
             and (says #>> '{valid,since}')::bigint <= since
             and coalesce((says #>> '{valid,until}')::bigint > since, true)
             and not exists (
                 select from jsonb_array_elements(given -> 'terms') as resting
                 left join orders_term term on term.id = (resting ->> 'term')::uuid
                 left join orders_instrument instrument on instrument.id = term.instrument_id
                 where not coalesce(says -> 'bases' ? instrument.basis
                                    and says -> 'offence_types' ?| instrument.offence_types, false))
       )) as wanting,
       (select count(*) from used_earlier) as told,
       (select coalesce(jsonb_agg(jsonb_build_object(
            'lease', lease, 'grant', given, 'choices', choices,
            'policies', array(select replace(id::text, '-', '') from agreed
                              where agreed.agreed_at <= (lease ->> 'since')::bigint and agreed.since <= (lease ->> 'since')::bigint
                                and agreed.review_by >= (lease ->> 'until')::bigint))), '[]')
        from sensitive left join oversight_choices(array(select authorisation_id from sensitive)) on authorisation = authorisation_id) as resting
from used
