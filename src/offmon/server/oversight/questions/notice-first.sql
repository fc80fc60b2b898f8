-- Was each person told, on a recorded notice, before the first profile of their device began?
select count(*) as looked,
       count(*) filter (where not exists (
           select from deployments_notice notice
           where notice.deployment_id = profile.deployment_id and notice.served_at <= profile.lease_since
       )) as wanting,
       count(*) filter (where profile.lease_since < %(before)s) as told
from deployments_profile profile
where state = 'signed'
