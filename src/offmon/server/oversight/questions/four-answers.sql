-- Does each profile that was signed rest on an authorisation of its own case and deployment, given before its lease began by a member of
-- staff whose role may, to whom the case was open then, and who did not draft it; and was it drafted by one whose role may, and to whom the
-- case had been opened by then? When a lease begins its signed text says. (That the four answers stand beside it is a constraint of the
-- table; whether the constraint stands is asked with it.) A profile without one wants it, unless it grants nothing: that one rests on nothing.
-- Who has left still counts.
-- And of each profile that a device may obey now, by its signed text: what it grants, and what its authorisation chose (`resting`), of which
-- `chosen.py` finds whether the first is among the second. Of a device's newest also what two people agreed to last for its deployment, an
-- hour ago or longer: where that is less, a narrower profile is there by then.
with signed as materialized (
    select "case", deployment_id, authorisation_id, device_id, version,
           convert_from(decode(convert_from(document, 'utf8')::json ->> 'payload', 'base64'), 'utf8')::json as says
    from deployments_profile where state = 'signed'
),
profile as materialized (
    select "case", deployment_id, authorisation_id, device_id, version, says -> 'grants' as grants, (says #>> '{lease,since}')::bigint as since,
           coalesce((says #>> '{lease,until}')::bigint, 9223372036854775807) as until
    from signed
),
running as (
    select "case", deployment_id, authorisation_id, grants, row_number() over (partition by device_id order by version desc) = 1 as newest
    from profile where since <= %(at)s and until > %(at)s
),
agreed as (
    select given.id, given."case", given.deployment_id, given.authorised_at
    from deployments_authorisation given
    join agencies_staff drafter on drafter.id = given.drafted_by and drafter.agency_id = given.agency
    join agencies_staff second on second.id = given.authorised_by and second.agency_id = given.agency
    where second.id <> drafter.id and drafter.role = any(%(may_draft)s) and second.role = any(%(may_authorise)s)
      and exists (select from agencies_caseload held where held."case" = given."case" and held.staff_id = second.id
                  and held.since <= given.authorised_at and coalesce(held.until > given.authorised_at, true))
      and exists (select from agencies_caseload held where held."case" = given."case" and held.staff_id = drafter.id
                  and held.since <= given.authorised_at)
),
resting as materialized (
    select grants, authorisation_id from running where json_array_length(grants) > 0
    union all
    select grants, last.id
    from running, lateral (
        select id from agreed
        where agreed."case" = running."case" and agreed.deployment_id = running.deployment_id and authorised_at <= %(at)s - 3600000
        order by authorised_at desc limit 1
    ) last
    where newest and json_array_length(grants) > 0 and last.id <> running.authorisation_id
)
select count(*) as looked,
       count(*) filter (where (json_array_length(grants) = 0) is not true and not exists (
           select from agreed
           where agreed.id = profile.authorisation_id and agreed."case" = profile."case"
             and agreed.deployment_id = profile.deployment_id and agreed.authorised_at <= profile.since
       ) or not exists (
           select from pg_constraint where conname = 'authorised_by_another_with_answers' and convalidated
       )) as wanting,
       count(*) filter (where profile.since < %(before)s) as told,
       (select coalesce(jsonb_agg(jsonb_build_object('grants', grants, 'choices', choices)), '[]')
        from resting left join oversight_choices(array(select authorisation_id from resting)) on authorisation = authorisation_id) as resting
from profile
