-- Is each table of the log guarded by the trigger that refuses to change, delete or empty it?
select count(*) as looked,
       count(*) filter (where not exists (
           select from pg_trigger
           where tgrelid = to_regclass(named) and tgname = 'insert_only' and tgenabled in ('O', 'A')
       )) as wanting,
       count(*) as told
from unnest(%(log_tables)s::text[]) as named
