-- Was each list that a device holds now approved by another person than its drafter?
with newest as (
    select distinct on (device_id) lease_since, lease_until, document
    from deployments_profile where state = 'signed' order by device_id, version desc
),
used as (
    select distinct list.value ->> 'id' as id, list.value ->> 'name' as name
    from newest,
         jsonb_array_elements(
             convert_from(decode(convert_from(document, 'utf8')::jsonb ->> 'payload', 'base64'), 'utf8')::jsonb -> 'grants'
         ) as given,
         jsonb_array_elements(given -> 'lists') as list
    where lease_since <= %(at)s and lease_until > %(at)s
)
select count(*) as looked,
       count(*) filter (where not exists (
           select from detectors_list_version version
           where version.list_id = used.id::uuid and version.name = used.name
             and version.approved_by is not null and version.approved_by <> version.drafted_by
       )) as wanting
from used
