-- Was each person told, on a recorded notice of their own case, before the first profile of their device began, by a member of staff whose
-- role may, and to whom the case had been opened by then: to one of another agency, on a sharing of it. When a lease begins its signed text
-- says. (Who has left still counts. A profile that grants nothing wants no notice.)
-- And of each profile that a device may obey now: what it grants, what its authorisation chose, and what that one chose of which the newest
-- notice by then told, as its paper says (`resting`). `chosen.py` finds whether the first two are among the third.
with signed as materialized (
    select "case", deployment_id, authorisation_id,
           convert_from(decode(convert_from(document, 'utf8')::json ->> 'payload', 'base64'), 'utf8')::json as says
    from deployments_profile where state = 'signed'
),
profile as materialized (
    select "case", deployment_id, authorisation_id, says, (says #>> '{lease,since}')::bigint as since,
           coalesce((says #>> '{lease,until}')::bigint, 9223372036854775807) as until
    from signed
),
running as materialized (
    select authorisation_id, says -> 'grants' as grants, (
               select paper.authorisation_id
               from (select text from deployments_notice notice
                     where notice.deployment_id = profile.deployment_id and notice.served_at <= profile.since
                     order by served_at desc limit 1) newest
               join deployments_noticepaper paper on paper.deployment_id = profile.deployment_id and paper.text = newest.text
           ) as noticed_id
    from profile where since <= %(at)s and until > %(at)s and json_array_length(says -> 'grants') > 0
),
chosen as materialized (
    select authorisation, choices
    from oversight_choices(array(select authorisation_id from running union select noticed_id from running))
)
select count(*) as looked,
       count(*) filter (where (json_array_length(says -> 'grants') = 0) is not true and not exists (
           select from deployments_notice notice
           join agencies_staff server on server.id = notice.served_by and server.role = any(%(may_serve)s)
           join agencies_caseload held on held."case" = notice."case" and held.staff_id = server.id
               and held.since <= profile.since
           left join agencies_party sharing on sharing.id = held.party_id and sharing."case" = held."case"
               and sharing.partner_id = server.agency_id and sharing.since <= held.since
           where notice.deployment_id = profile.deployment_id and notice."case" = profile."case"
             and notice.served_at <= profile.since and (server.agency_id = notice.agency or sharing.id is not null)
       )) as wanting,
       count(*) filter (where profile.since < %(before)s) as told,
       (select coalesce(jsonb_agg(jsonb_build_object('grants', grants, 'choices', own.choices, 'told', noticed.choices)), '[]')
        from running
        left join chosen own on own.authorisation = authorisation_id
        left join chosen noticed on noticed.authorisation = noticed_id) as resting
from profile
