-- Was each kind of monitoring in use assessed before the first device was given it, and is it covered today by an assessment that is not
-- past its review and does not wait for the regulator's answer? Only one counts that a data protection officer signed, who did not prepare
-- it. In use is what a device's newest profile grants, while its lease runs; and after that while its deployment has not ended and an order
-- for it runs: a lease ends with its assessment, so that the one that nobody reviewed is met when no device obeys it any more.
with granted as (
    select device_id, version, deployment_id, lease_since, lease_until, given ->> 'kind' as kind, given -> 'terms' as terms
    from deployments_profile,
         jsonb_array_elements(
             convert_from(decode(convert_from(document, 'utf8')::jsonb ->> 'payload', 'base64'), 'utf8')::jsonb -> 'grants'
         ) as given
    where state = 'signed'
),
newest as (
    select device_id, max(version) as version from deployments_profile where state = 'signed' group by device_id
),
used as (
    select kind, min(granted.lease_since) as since from granted
    group by kind
    having kind in (select kind from granted join newest using (device_id, version)
                    where lease_since <= %(at)s and (lease_until > %(at)s or (
                        exists (select from deployments_deployment where id = deployment_id and state <> 'ended')
                        and exists (
                            select from jsonb_array_elements(terms) as resting
                            join orders_term term on term.id = (resting ->> 'term')::uuid
                            join orders_instrument instrument on instrument.id = term.instrument_id
                            where coalesce(term.until > %(at)s, true) and coalesce(instrument.ended_at > %(at)s, true)))))
),
earlier as (
    select distinct on (device_id) device_id, version, lease_until
    from deployments_profile where state = 'signed' and lease_since < %(before)s order by device_id, version desc
),
signed as (
    select capabilities, signed_at, review_by, asked_at is null or answered_at is not null as settled
    from orders_assessment assessment join agencies_staff signer on signer.id = assessment.signed_by
    where signer.role = 'data_protection' and assessment.signed_by <> assessment.prepared_by
)
select count(*) as looked,
       count(*) filter (where
           not exists (select from signed where used.kind = any(capabilities) and signed_at <= used.since)
           or not exists (select from signed where used.kind = any(capabilities) and review_by > %(at)s and settled)
       ) as wanting,
       (select count(distinct kind) from granted join earlier using (device_id, version)
        where earlier.lease_until > %(before)s) as told
from used
