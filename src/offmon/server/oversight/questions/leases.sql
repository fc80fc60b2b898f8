-- Does each profile end by itself, after thirty days at most, and does the database refuse any other?
select count(*) as looked,
       count(*) filter (where lease_until - lease_since > 30 * 86400000::bigint or not exists (
           select from pg_constraint where conname = 'profile_lease_30_days' and convalidated
       )) as wanting,
       count(*) filter (where lease_since < %(before)s) as told
from deployments_profile
where state = 'signed'
