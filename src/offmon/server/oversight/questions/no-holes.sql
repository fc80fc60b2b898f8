-- Do the entries of each case count from 0 without a hole, and the places of the log itself too? Is there an entry in each place, and as
-- many places as a witness has signed? (What stands in each place `log.py` recomputes.)
with runs as (
    select count(*) = max(number) + 1 as whole from audit_sequenced group by run
    union all
    select count(*) = max(index) + 1 from audit_sequenced having count(*) > 0
    union all
    select false from audit_sequenced place left join audit_entry entry on entry.id = place.entry_id where entry.id is null
    union all
    select max(size) <= (select count(*) from audit_sequenced)
    from audit_checkpoint where cosigned_at is not null having count(*) > 0
)
select count(*) as looked, count(*) filter (where not whole) as wanting, null as told from runs
