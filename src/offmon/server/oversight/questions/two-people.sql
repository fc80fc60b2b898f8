-- Does the database itself refuse one person where two are due?
select count(*) as looked,
       count(*) filter (where not exists (
           select from pg_constraint where format('%%s.%%s', conrelid::regclass, conname) = named and contype = 'c' and convalidated)) as wanting,
       count(*) as told
from unnest(%(two_people)s::text[]) as named
