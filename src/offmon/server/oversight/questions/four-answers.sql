-- Does each profile that was signed rest on an authorisation by another person than its drafter? (That the four answers stand
-- beside it is a constraint of the table; whether the constraint stands is asked with it.) A profile without one wants it.
select count(*) as looked,
       count(*) filter (where (given.authorised_by <> given.drafted_by) is not true or not exists (
           select from pg_constraint where conname = 'authorised_by_another_with_answers' and convalidated
       )) as wanting,
       count(*) filter (where profile.lease_since < %(before)s) as told
from deployments_profile profile
left join deployments_authorisation given on given.id = profile.authorisation_id
where profile.state = 'signed'
