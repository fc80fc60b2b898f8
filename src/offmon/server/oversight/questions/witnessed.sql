-- Is each entry, but for the last half minute's, under a checkpoint of the log that a witness has signed? However old: one that has no
-- place was seen by nobody, today as on the day on which it was written.
-- (What is looked at is the log, quiet or not: how this stands tells of no entry.)
with seen as (
    select coalesce(max(size), 0) as size, count(*) as checkpoints from audit_checkpoint where cosigned_at is not null
),
unseen as materialized (
    select id from audit_entry entry where not exists (select from audit_sequenced place where place.entry_id = entry.id)
    union all
    select entry_id from audit_sequenced where index >= (select size from seen)
)
select checkpoints as looked,
       (select count(*) from audit_entry where id in (select id from unseen) and at <= %(at)s - 30000) as wanting,
       null as told
from seen
