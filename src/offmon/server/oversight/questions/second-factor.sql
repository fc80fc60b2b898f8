-- Of all members of staff: did each who signed in within the last day show a second factor as they did (the entry names it, and it is
-- theirs), and have they an authenticator app? (Everyone is looked at, whether they signed in or not: how this stands tells of no sign-in.)
with signed_in as (
    select actor, exists (
        select from agencies_factorshown shown
        where shown.staff_id = actor and touched @> array['agencies_factorshown:' || shown.id]
    ) and exists (select from agencies_secondfactor factor where factor.staff_id = actor) as by_factor
    from audit_entry
    where verb = 'staff.signed_in' and outcome = 'allowed' and at > %(at)s - 86400000
)
select (select count(*) from agencies_staff where agency_id = current_setting('offmon.agency')::uuid and role <> 'service') as looked,
       (select count(*) from signed_in where not by_factor) as wanting,
       null as told
