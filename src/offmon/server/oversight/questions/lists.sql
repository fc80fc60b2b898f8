-- Does each list that a device holds now serve the stated purpose, and the order and offence of each term that it was given for? Its
-- signed declaration says for which kind of collection, orders and offences it may be used, and when; and of two members of staff whose
-- roles may, one drafted it and another approved it. (Who has left still counts.)
with newest as (
    select distinct on (device_id) lease_since, lease_until, document
    from deployments_profile where state = 'signed' order by device_id, version desc
),
used as (
    select lease_since, given, list ->> 'id' as id, list ->> 'name' as name
    from newest,
         jsonb_array_elements(
             convert_from(decode(convert_from(document, 'utf8')::jsonb ->> 'payload', 'base64'), 'utf8')::jsonb -> 'grants'
         ) as given,
         jsonb_array_elements(given -> 'lists') as list
    where lease_since <= %(at)s and lease_until > %(at)s
),
earlier as (
    select distinct on (device_id) lease_until, document
    from deployments_profile where state = 'signed' and lease_since < %(before)s order by device_id, version desc
),
used_earlier as (
    select distinct list ->> 'id' as id, list ->> 'name' as name
    from earlier,
         jsonb_array_elements(
             convert_from(decode(convert_from(document, 'utf8')::jsonb ->> 'payload', 'base64'), 'utf8')::jsonb -> 'grants'
         ) as given,
         jsonb_array_elements(given -> 'lists') as list
    where lease_until > %(before)s
),
declared as (
    select list_id, name,
           convert_from(decode(convert_from(document, 'utf8')::jsonb ->> 'payload', 'base64'), 'utf8')::jsonb as says
    from detectors_list_version version
    join agencies_staff drafter on drafter.id = version.drafted_by and drafter.agency_id = version.agency
    join agencies_staff second on second.id = version.approved_by and second.agency_id = version.agency
    where document is not null and second.id <> drafter.id
      and drafter.role = any(%(may_draft_lists)s) and second.role = any(%(may_approve_lists)s)
)
select count(distinct (used.id, used.name)) as looked,
       count(*) filter (where coalesce(given ->> 'purpose', '') <> all(%(purposes)s::text[]) or not exists (
           select from declared
           where declared.list_id = used.id::uuid and declared.name = used.name
             and says ->> 'capability' = given ->> 'kind'
             and (says #>> '{valid,since}')::bigint <= lease_since
             and coalesce((says #>> '{valid,until}')::bigint > lease_since, true)
             and not exists (
                 select from jsonb_array_elements(given -> 'terms') as resting
                 left join orders_term term on term.id = (resting ->> 'term')::uuid
                 left join orders_instrument instrument on instrument.id = term.instrument_id
                 where not coalesce(says -> 'bases' ? instrument.basis
                                    and says -> 'offence_types' ?| instrument.offence_types, false))
       )) as wanting,
       (select count(*) from used_earlier) as told
from used
