-- Is each entry of the last day, but for the last half minute's, under a checkpoint of the log that a witness has signed?
with seen as (
    select coalesce(max(size), 0) as size from audit_checkpoint where cosigned_at is not null
)
select count(*) as looked,
       count(*) filter (where place.index is null or place.index >= seen.size) as wanting
from seen, audit_entry entry
left join audit_sequenced place on place.entry_id = entry.id
where entry.at > %(at)s - 86400000 and entry.at <= %(at)s - 30000
