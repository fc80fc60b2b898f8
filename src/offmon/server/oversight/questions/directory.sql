-- Does the database itself refuse an entry of the directory that says it was checked, and not by whom? And was each that says so checked by
-- a member of that agency's staff whose role may, as an entry of theirs in its log says, of what is shown now? (An id alone is nobody. What
-- the directory shows, and of which days, is looked at from outside.)
select count(*) as looked,
       count(*) filter (where not exists (
           select from pg_constraint where conname = named and contype = 'c' and convalidated))
       + (select count(*) from agencies_agency
          where contact_checked_at is not null and agencies_contact_checked(id, %(may_check)s) is null) as wanting,
       null as told
from unnest(array['agency_contact_checked_by_somebody']) as named
