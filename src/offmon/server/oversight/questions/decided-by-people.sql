-- Was each alert that is closed decided, and each decision made, by a member of staff whose role may and to whom the case was open then (to one of another agency, on
-- a sharing of it); and may no process but the console, where staff sign in, write any of a decision at all? (That is looked at whether an
-- alert was ever closed or not: how this stands tells of none. Who has left still counts. A decision and the end of whose caseload it was may
-- fall into one moment: what the database let pass is none of these wants.)
with process as (
    select has_any_column_privilege(rolname, 'triage_decision', 'insert, update') and rolname <> 'offmon_console' as decides
    from pg_roles where rolname = any(%(roles)s)
),
closed as (
    select exists (select from triage_decision decision where decision.alert_id = alert.id) and not exists (
        select from triage_decision decision where decision.alert_id = alert.id and not exists (
            select from agencies_staff person
            join agencies_caseload held on held."case" = decision."case" and held.staff_id = person.id
                and held.since <= decision.decided_at + 5000 and coalesce(held.until > decision.decided_at - 5000, true)
            left join agencies_party sharing on sharing.id = held.party_id and sharing."case" = held."case"
                and sharing.partner_id = person.agency_id and sharing.since <= held.since
            where person.id = decision.decided_by and person.role = any(%(may_decide)s)
                and (person.agency_id = decision.agency or sharing.id is not null)
        )
    ) as decided
    from triage_alert alert where state = 'decided'
)
select (select count(*) from process) as looked,
       (select count(*) from process where decides) + (select count(*) from closed where not decided) as wanting,
       null as told
