-- Does each table that is about a case or an agency force row-level security, on its owner too, with one policy for a role, and
-- does each policy ask for the agency?
select count(*) as looked,
       count(*) filter (where (relation.relrowsecurity and relation.relforcerowsecurity) is not true
           or exists (select from pg_policy where polrelid = relation.oid group by polroles having count(*) > 1)
           or exists (select from pg_policy where polrelid = relation.oid
                      and pg_get_expr(polqual, polrelid) not like '%%current_setting(''offmon.agency''::text)%%')) as wanting,
       count(*) as told
from unnest(%(tables)s::text[]) as named
left join pg_class relation on relation.oid = to_regclass(named)
