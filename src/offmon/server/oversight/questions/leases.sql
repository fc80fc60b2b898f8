-- Does each profile end by itself, after thirty days at most, and does the database refuse any other? Its signed text says so, which is
-- what the device reads; and its row, by which others of ours go, says the same.
with signed as (
    select lease_since, lease_until,
           convert_from(decode(convert_from(document, 'utf8')::json ->> 'payload', 'base64'), 'utf8')::json -> 'lease' as says
    from deployments_profile where state = 'signed'
)
select count(*) as looked,
       count(*) filter (where ((says ->> 'since')::bigint = lease_since and (says ->> 'until')::bigint = lease_until
                               and lease_until - lease_since <= 30 * 86400000::bigint) is not true
           or not exists (select from pg_constraint where conname = 'profile_lease_30_days' and convalidated)
       ) as wanting,
       count(*) filter (where lease_since < %(before)s) as told
from signed
