-- Does each profile that was signed rest on an authorisation of its own case and deployment, given before its lease began by a member of
-- staff whose role may, and who did not draft it; and was it drafted by one whose role may? (That the four answers stand beside it is a
-- constraint of the table; whether the constraint stands is asked with it.) A profile without one wants it. Who has left still counts.
with agreed as (
    select given.id, given."case", given.deployment_id, given.authorised_at
    from deployments_authorisation given
    join agencies_staff drafter on drafter.id = given.drafted_by and drafter.agency_id = given.agency
    join agencies_staff second on second.id = given.authorised_by and second.agency_id = given.agency
    where second.id <> drafter.id and drafter.role = any(%(may_draft)s) and second.role = any(%(may_authorise)s)
)
select count(*) as looked,
       count(*) filter (where not exists (
           select from agreed
           where agreed.id = profile.authorisation_id and agreed."case" = profile."case"
             and agreed.deployment_id = profile.deployment_id and agreed.authorised_at <= profile.lease_since
       ) or not exists (
           select from pg_constraint where conname = 'authorised_by_another_with_answers' and convalidated
       )) as wanting,
       count(*) filter (where profile.lease_since < %(before)s) as told
from deployments_profile profile
where profile.state = 'signed'
