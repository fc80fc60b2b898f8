-- Does each row agree with the log, as the integrity process says there; did that process look at rows within the last five minutes, and at
-- all of them within the last two hours? In a database that nobody walks through, with a log older than that, it is wanting.
-- (It tells of rows that somebody changed past the log: no finding, visit or decision moves it.)
with walked as (
    select at, whole_at from oversight_walked where agency = current_setting('offmon.agency')::uuid
)
select (select count(*) from walked) as looked,
       (select coalesce(sum(stand), 0) from audit_mismatches())
           + (select count(*) from walked where at < %(at)s - 300000 or whole_at < %(at)s - 7200000)
           + (select count(*) from (select from audit_entry where at < %(at)s - 300000 limit 1) old where not exists (select from walked))
           as wanting,
       null as told
