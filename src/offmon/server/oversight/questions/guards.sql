-- What guards the tables: one line for each guard, beside the control that it belongs to. Compared with `guards.txt`.
-- The words of PostgreSQL itself are compared (pg_get_expr and its like), and of a function's text the digest.
with relation as (
    select oid, relname, relrowsecurity, relforcerowsecurity, relowner, relacl, relkind
    from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f')
),
hook as (
    select found.tgfoid, relation.relname, found.tgenabled, pg_get_triggerdef(found.oid) as definition,
           case found.tgname when 'insert_only' then 'insert-only'
                             when 'counted_with_consent' then 'consented'
                             when 'profile_begins_asked' then 'four-answers'
                             else 'backstop' end as control
    from pg_trigger found join relation on relation.oid = found.tgrelid where not found.tgisinternal
),
given as (
    select relname::text as thing, null as columns, acl.grantee, acl.privilege_type, acl.is_grantable
    from relation, aclexplode(relacl) acl where acl.grantee <> relowner
    union all
    select relname, string_agg(attname, ', ' order by attname collate "C"), acl.grantee, acl.privilege_type, acl.is_grantable
    from relation join pg_attribute on attrelid = relation.oid and not attisdropped, aclexplode(attacl) acl
    group by 1, 3, 4, 5
    union all
    select 'schema ' || nspname, null, acl.grantee, acl.privilege_type, acl.is_grantable
    from pg_namespace, aclexplode(nspacl) acl where nspname = 'public'
)
select 'row-security', format('table %%s: kind %%s, row security %%s, forced %%s, owner %%s', relname, relkind, relrowsecurity,
                              relforcerowsecurity, pg_get_userbyid(relowner)) from relation
union all
select 'row-security', format('policy %%s on %%s: permissive %%s, roles %%s, for %%s, using %%s, check %%s', policyname, tablename,
                              permissive, roles, cmd, regexp_replace(qual, '\s+', ' ', 'g'), regexp_replace(with_check, '\s+', ' ', 'g'))
from pg_policies where schemaname = 'public'
union all
select 'row-security', format('rights of %%s to %%s: %%s', case grantee when 0 then 'everyone' else pg_get_userbyid(grantee) end, thing,
                              string_agg(lower(privilege_type) || coalesce(' (' || columns || ')', '')
                                         || case when is_grantable then ' and to pass it on' else '' end, '; '
                                         order by privilege_type, columns collate "C"))
from given group by thing, grantee
union all
select control, format('trigger on %%s: state %%s, %%s', relname, tgenabled, definition) from hook
union all
select distinct coalesce(hook.control, 'row-security'),
       format('function %%s: owner %%s, as owner %%s, with %%s, open to %%s, text %%s', proc.oid::regprocedure, pg_get_userbyid(proowner),
              prosecdef, proconfig, proacl, md5(prosrc))
from pg_proc proc left join hook on hook.tgfoid = proc.oid where pronamespace = 'public'::regnamespace
union all
select 'backstop', format('rule on %%s: %%s', relation.relname, pg_get_ruledef(rule.oid))
from pg_rewrite rule join relation on relation.oid = rule.ev_class where relation.relkind <> 'v'
union all
select case conname when 'profile_lease_30_days' then 'leases' when 'authorised_by_another_with_answers' then 'four-answers'
                    else 'two-people' end,
       format('constraint %%s on %%s: checked %%s, %%s', conname, relation.relname, convalidated,
              regexp_replace(pg_get_constraintdef(found.oid), '\s+', ' ', 'g'))
from pg_constraint found join relation on relation.oid = found.conrelid
where contype = 'c' and (conname = any(%(two_people)s::text[]) or conname = 'profile_lease_30_days')
