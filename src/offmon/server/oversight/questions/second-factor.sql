-- Of all members of staff: did each who signed in within the last day have an authenticator app, confirmed by a code of it? (Everyone is
-- looked at, whether they signed in or not: how this stands tells of no sign-in.)
with signed_in as (
    select distinct actor from audit_entry
    where verb = 'staff.signed_in' and outcome = 'allowed' and at > %(at)s - 86400000
)
select (select count(*) from agencies_staff where agency_id = current_setting('offmon.agency')::uuid and role <> 'service') as looked,
       (select count(*) from signed_in where not exists (
           select from agencies_secondfactor factor where factor.staff_id = signed_in.actor)) as wanting,
       null as told
