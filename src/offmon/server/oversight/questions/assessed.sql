-- Is each kind of monitoring that a device may do now covered by an impact assessment that another person signed than prepared it,
-- that is not past its review, and that does not wait for the regulator's answer?
with newest as (
    select distinct on (device_id) lease_since, lease_until, document
    from deployments_profile where state = 'signed' order by device_id, version desc
),
used as (
    select distinct given.value ->> 'kind' as kind
    from newest,
         jsonb_array_elements(
             convert_from(decode(convert_from(document, 'utf8')::jsonb ->> 'payload', 'base64'), 'utf8')::jsonb -> 'grants'
         ) as given
    where lease_since <= %(at)s and lease_until > %(at)s
)
select count(*) as looked,
       count(*) filter (where not exists (
           select from orders_assessment assessment
           where used.kind = any(assessment.capabilities)
             and assessment.signed_by <> assessment.prepared_by and assessment.review_by > %(at)s
             and (assessment.asked_at is null or assessment.answered_at is not null)
       )) as wanting
from used
