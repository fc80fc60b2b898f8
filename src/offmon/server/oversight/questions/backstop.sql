-- Is each table that is about a case or an agency guarded by the trigger that refuses a change without an entry of the log, and
-- by the one that refuses to empty it? Both switched on, the first by the role that owns nothing else.
select count(*) as looked,
       count(*) filter (where 2 <> (
           select count(*) from pg_trigger
           where tgrelid = to_regclass(named) and not tgisinternal and tgenabled in ('O', 'A')
             and (tgname = 'no_truncate'
                  or (tgname = 'audited' and tgdeferrable
                      and pg_get_userbyid((select proowner from pg_proc where oid = tgfoid)) = 'offmon_backstop'))
       )) as wanting,
       count(*) as told
from unnest(%(tables)s::text[]) as named
