-- Does the database itself refuse an entry of the directory that says it was checked, and not by whom? (What the directory shows, and of
-- which days, is looked at from outside.)
select count(*) as looked,
       count(*) filter (where not exists (
           select from pg_constraint where conname = named and contype = 'c' and convalidated)) as wanting,
       null as told
from unnest(array['agency_contact_checked_by_somebody']) as named
