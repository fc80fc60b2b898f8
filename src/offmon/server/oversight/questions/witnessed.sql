-- Is each entry of the last day, but for the last half minute's, under a checkpoint of the log that a witness has signed?
-- (What is looked at is the log, quiet or not: how this stands tells of no entry.)
with seen as (
    select coalesce(max(size), 0) as size, count(*) as checkpoints from audit_checkpoint where cosigned_at is not null
)
select seen.checkpoints as looked,
       (select count(*) from audit_entry entry left join audit_sequenced place on place.entry_id = entry.id
        where entry.at > %(at)s - 86400000 and entry.at <= %(at)s - 30000
            and (place.index is null or place.index >= seen.size)) as wanting,
       null as told
from seen
