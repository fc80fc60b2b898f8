-- Of all members of staff: did each who ever signed in show a second factor as they did (the entry names it; it is theirs, of that very sitting
-- and moment, and of one sign-in), and have they an authenticator app? (Showing and entry are each dated within 5 seconds of the database's time.)
-- Has everyone who ever set an app up theirs still, but whose administrator took it away? (Whoever has the password of an account without one
-- could set up their own.) Did anyone set up a first one oftener than once, and once for each time that it was taken away?
-- And did its own person add each passkey that opens an account? Does the log name each account, whoever signs in by it, and as many grants
-- of each case as there are?
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
reset as (select one as named, count(*) as times from said, unnest(touched) one where verb = 'staff.factor_reset' group by one),
first as (select actor, count(*) as times from said where verb = 'staff.factor_set_up' group by actor),
set_up_again as (
    select from first
    left join agencies_secondfactor factor on factor.staff_id = actor
    left join reset on reset.named = 'agencies_secondfactor:' || factor.id
    where first.times > 1 + coalesce(reset.times, 0)
),
account as (
    select one as named from audit_entry, unnest(touched) one where verb = 'staff.added' and outcome = 'allowed' and "case" is null
),
granted as (
    select "case", count(distinct one) as named from audit_entry, unnest(touched) one
    where verb in ('caseload.granted', 'request.taken_up', 'request.case_opened') and outcome = 'allowed' and one like 'agencies_caseload:%%'
    group by "case"
),
there as (select "case", count(*) as grants from agencies_caseload group by "case"),
passkey as (
    select array['agencies_passkey:' || id] as named, staff_id from agencies_passkey where removed_at is null
)
select (select count(*) from agencies_staff where agency_id = current_setting('offmon.agency')::uuid and role <> 'service') as looked,
       (select count(*) - count(distinct shown) + count(*) filter (where not has_app) from signed_in)
           + (select count(*) from set_up where not kept)
           + (select count(*) from set_up_again)
           + (select count(*) from agencies_staff
              where agency_id = current_setting('offmon.agency')::uuid and role <> 'service'
                and 'agencies_staff:' || id not in (select named from account))
           + (select count(*) from there left join granted using ("case") where grants > coalesce(named, 0))
           + (select count(*) from passkey
              where not exists (select from said where verb = 'staff.passkey_added' and actor = staff_id and touched @> passkey.named)
                 or exists (select from said where verb in ('staff.passkey_removed', 'staff.factor_reset') and touched @> passkey.named)
           ) as wanting,
       null as told
