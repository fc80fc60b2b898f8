-- Did each member of staff who signed in within the last day have an authenticator app, confirmed by a code of it?
with signed_in as (
    select distinct actor from audit_entry
    where verb = 'staff.signed_in' and outcome = 'allowed' and at > %(at)s - 86400000
)
select count(*) as looked,
       count(*) filter (where not exists (
           select from agencies_secondfactor factor where factor.staff_id = signed_in.actor)) as wanting
from signed_in
