-- Do the entries of each case count from 0 without a hole, and the places of the log itself too?
with runs as (
    select count(*) = max(number) + 1 as whole from audit_sequenced group by run
    union all
    select count(*) = max(index) + 1 from audit_sequenced having count(*) > 0
)
select count(*) as looked, count(*) filter (where not whole) as wanting from runs
