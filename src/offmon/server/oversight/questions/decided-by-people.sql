-- Was each alert that is closed decided by a member of staff of the agency, whose role may and to whom the case was open then; and may no
-- process but the console, where staff sign in, write any of a decision at all? (That is looked at whether an alert was ever closed or not:
-- how this stands tells of none. Who has left still counts.)
with process as (
    select has_any_column_privilege(rolname, 'triage_decision', 'insert, update') and rolname <> 'offmon_console' as decides
    from pg_roles where rolname = any(%(roles)s)
),
closed as (
    select exists (
        select from triage_decision decision
        join agencies_staff person on person.id = decision.decided_by and person.agency_id = decision.agency
            and person.role = any(%(may_decide)s)
        join agencies_caseload held on held."case" = decision."case" and held.staff_id = person.id and held.since <= decision.decided_at
            and (held.until is null or held.until > decision.decided_at)
        where decision.alert_id = alert.id
    ) as decided
    from triage_alert alert where state = 'decided'
)
select (select count(*) from process) as looked,
       (select count(*) from process where decides) + (select count(*) from closed where not decided) as wanting,
       null as told
