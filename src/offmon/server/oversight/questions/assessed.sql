-- Was each kind of monitoring in use assessed before the first device was given it, from each source that it reads, and is it covered today
-- by an assessment that is not past its review and does not wait for the regulator's answer? Only one counts that a data protection officer signed, who did not prepare
-- it: both of staff of that agency, in a role that may. In use is what a device may collect while a lease runs by the signed text, which is
-- what it reads; and after that while its deployment has not ended and an order for it runs: a lease ends with its assessment, so that the
-- one that nobody reviewed is met when no device obeys it any more. Covered today is asked of the newest that has begun: an older one was
-- narrowed by it.
with profile as materialized (
    select device_id, version, deployment_id,
           convert_from(decode(convert_from(document, 'utf8')::json ->> 'payload', 'base64'), 'utf8')::json as says
    from deployments_profile where state = 'signed'
),
lasting as materialized (
    select *, (says #>> '{lease,since}')::bigint as since, coalesce((says #>> '{lease,until}')::bigint, 9223372036854775807) as until
    from profile
),
ranked as materialized (
    select *, since <= %(at)s and until > %(at)s as runs,
           version = max(version) filter (where since <= %(at)s) over of_the_device as newest,
           version = max(version) filter (where since <= %(at)s and until > %(at)s) over of_the_device as newest_that_runs
    from lasting window of_the_device as (partition by device_id)
),
granted as materialized (
    select device_id, version, deployment_id, since, runs, newest, newest_that_runs, given ->> 'kind' as kind, given -> 'terms' as terms
    from ranked, json_array_elements(says -> 'grants') as given
),
today as (
    select kind from granted
    where newest_that_runs or newest
        and exists (select from deployments_deployment where id = deployment_id and state <> 'ended')
        and exists (
            select from json_array_elements(terms) as resting
            join orders_term term on term.id = (resting ->> 'term')::uuid
            join orders_instrument instrument on instrument.id = term.instrument_id
            where coalesce(term.until > %(at)s, true) and coalesce(instrument.ended_at > %(at)s, true))
),
used as (
    select kind, min(since) as since, kind in (select kind from today) as today from granted
    group by kind
    having kind in (select kind from today) or bool_or(runs)
),
earlier as (
    select distinct on (device_id) device_id, version, until
    from ranked where since < %(before)s order by device_id, version desc
),
signed as (
    select capabilities, sources, signed_at, review_by, asked_at is null or answered_at is not null as settled
    from orders_assessment assessment
    join agencies_staff preparer on preparer.id = assessment.prepared_by and preparer.agency_id = assessment.agency
    join agencies_staff signer on signer.id = assessment.signed_by and signer.agency_id = assessment.agency
    where preparer.id <> signer.id and preparer.role = any(%(may_prepare)s) and signer.role = any(%(may_sign)s)
),
read as (
    select kind, source from unnest(%(kinds_read)s::text[], %(sources_read)s::text[]) as read (kind, source)
)
select count(*) as looked,
       count(*) filter (where used.kind not in (select kind from read) or exists (
           select from read where read.kind = used.kind and (
               not exists (select from signed where kind = any(capabilities) and source = any(sources) and signed_at <= used.since)
               or today and not exists (
                   select from signed where kind = any(capabilities) and source = any(sources) and review_by > %(at)s and settled))
       )) as wanting,
       (select count(distinct kind) from granted join earlier using (device_id, version)
        where earlier.until > %(before)s) as told
from used
