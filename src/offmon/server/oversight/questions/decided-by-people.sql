-- Was each alert that is closed decided by a member of staff, and by no process of ours; and may no process but the console, where
-- staff sign in, write a decision at all? (That is looked at whether an alert was ever closed or not: how this stands tells of none.)
with process as (
    select has_table_privilege(rolname, 'triage_decision', 'insert') and rolname <> 'offmon_console' as decides
    from pg_roles where rolname = any(%(roles)s)
),
closed as (
    select exists (
        select from triage_decision decision
        join agencies_staff person on person.id = decision.decided_by
        where decision.alert_id = alert.id and person.role <> 'service'
    ) as decided
    from triage_alert alert where state = 'decided'
)
select (select count(*) from process) as looked,
       (select count(*) from process where decides) + (select count(*) from closed where not decided) as wanting,
       null as told
