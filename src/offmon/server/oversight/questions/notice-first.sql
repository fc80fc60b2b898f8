-- Was each person told, on a recorded notice of their own case, before the first profile of their device began, by a member of staff whose
-- role may, and to whom the case had been opened by then: to one of another agency, on a sharing of it. When a lease begins its signed text
-- says. (Who has left still counts.)
with profile as materialized (
    select "case", deployment_id,
           (convert_from(decode(convert_from(document, 'utf8')::json ->> 'payload', 'base64'), 'utf8')::json #>> '{lease,since}')::bigint as since
    from deployments_profile where state = 'signed'
)
select count(*) as looked,
       count(*) filter (where not exists (
           select from deployments_notice notice
           join agencies_staff server on server.id = notice.served_by and server.role = any(%(may_serve)s)
           join agencies_caseload held on held."case" = notice."case" and held.staff_id = server.id
               and held.since <= profile.since
           left join agencies_party sharing on sharing.id = held.party_id and sharing."case" = held."case"
               and sharing.partner_id = server.agency_id and sharing.since <= held.since
           where notice.deployment_id = profile.deployment_id and notice."case" = profile."case"
             and notice.served_at <= profile.since and (server.agency_id = notice.agency or sharing.id is not null)
       )) as wanting,
       count(*) filter (where profile.since < %(before)s) as told
from profile
