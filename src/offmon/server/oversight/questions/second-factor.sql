-- Of all members of staff: did each who ever signed in show a second factor as they did (the entry names it; it is theirs, of that very sitting
-- and moment, and of one sign-in), and have they an authenticator app? (Showing and entry are each dated within 5 seconds of the database's time.)
-- Has everyone who ever set an app up theirs still, but whose administrator took it away? (Whoever has the password of an account without one
-- could set up their own.) And did its own person add each passkey that opens an account?
--   (Everyone is looked at, whether they signed in or not: how this stands tells of no sign-in.)
with said as (
    select actor, verb, at, touched from audit_entry
    where outcome = 'allowed' and "case" is null
      and verb in ('staff.factor_set_up', 'staff.factor_replaced', 'staff.factor_reset', 'staff.passkey_added', 'staff.passkey_removed')
),
signed_in as (
    select shown.id as shown, exists (select from agencies_secondfactor factor where factor.staff_id = actor) as has_app
    from audit_entry entry
    left join agencies_factorshown shown on shown.session = entry.session and shown.staff_id = actor
        and touched @> array['agencies_factorshown:' || shown.id] and abs(shown.at - entry.at) <= 10000
    where verb = 'staff.signed_in' and outcome = 'allowed' and "case" is null
),
set_up as (
    select actor, exists (
        select from agencies_secondfactor factor
        where factor.staff_id = actor and (factor.confirmed_at is not null or (
            select verb from said
            where touched @> array['agencies_secondfactor:' || factor.id] order by at desc, verb = 'staff.factor_reset' limit 1
        ) = 'staff.factor_reset')
    ) as kept
    from said where verb = 'staff.factor_set_up' group by actor
),
passkey as (
    select array['agencies_passkey:' || id] as named, staff_id from agencies_passkey where removed_at is null
)
select (select count(*) from agencies_staff where agency_id = current_setting('offmon.agency')::uuid and role <> 'service') as looked,
       (select count(*) - count(distinct shown) + count(*) filter (where not has_app) from signed_in)
           + (select count(*) from set_up where not kept)
           + (select count(*) from passkey
              where not exists (select from said where verb = 'staff.passkey_added' and actor = staff_id and touched @> passkey.named)
                 or exists (select from said where verb in ('staff.passkey_removed', 'staff.factor_reset') and touched @> passkey.named)
           ) as wanting,
       null as told
