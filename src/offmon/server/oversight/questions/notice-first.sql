-- Was each person told, on a recorded notice of their own case, before the first profile of their device began, by a member of staff whose
-- role may? (Of another agency too, with which the case is shared. Who has left still counts.)
select count(*) as looked,
       count(*) filter (where not exists (
           select from deployments_notice notice
           join agencies_staff server on server.id = notice.served_by and server.role = any(%(may_serve)s)
           where notice.deployment_id = profile.deployment_id and notice."case" = profile."case"
             and notice.served_at <= profile.lease_since
       )) as wanting,
       count(*) filter (where profile.lease_since < %(before)s) as told
from deployments_profile profile
where state = 'signed'
