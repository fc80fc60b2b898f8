-- What stands in the next places of the log, and is each entry what was committed to? Hashes and places, and no word of an entry.
with next as materialized (
    select entry_id, index, run, number, previous, record from audit_sequenced
    where agency = current_setting('offmon.agency')::uuid and index >= %(since)s order by index limit %(most)s
)
select next.index, replace(next.run::text, '-', ''), next.number, next.previous, next.record, encode(entry.commit, 'hex'),
       next.run = coalesce(entry."case", entry.agency) and checked.opens
from next
join audit_entry entry on entry.id = next.entry_id
join oversight_entries_open((select array_agg(entry_id) from next)) checked on checked.entry = entry.id
order by next.index
