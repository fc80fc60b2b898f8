-- What guards the tables: one line for each guard, beside the control that it belongs to. Compared with `guards.txt`.
-- The words of PostgreSQL itself are compared (pg_get_expr and its like), and of a function's text the digest.
-- Whatever the server was not born with (its own have a number below 16384) is looked at, in every schema: what opens a table may lie in
-- any. But for temporary tables and views, which only the session that made them can read.
-- Of what it was born with, a line says only what is otherwise since: a right that it did not give then (it keeps those, pg_init_privs; what
-- is in information_schema anybody may read), another owner, or another text: the row was written after the server was made, when its
-- databases begin. Nothing, where all is well, whatever its version. (Who takes rights away changes such a row too, and opens nothing.)
-- Of what PostgreSQL hangs on a table itself to check a foreign key, only what is not as it was made: nothing, where all is well.
with relation as (
    select found.oid, case nspname when 'public' then '' else nspname || '.' end || found.relname as relname, relname as bare, nspname,
           relrowsecurity, relforcerowsecurity, relowner, relacl, relkind, relpersistence, coalesce(relname = any(%(log_tables)s::text[]), false) as of_log
    from pg_class found join pg_namespace space on space.oid = relnamespace
    where found.oid >= 16384 and relkind in ('r', 'p', 'v', 'm', 'f') and relpersistence <> 't' and nspname <> 'pg_toast'
),
hook as (
    select found.tgfoid, relation.relname, found.tgenabled, pg_get_triggerdef(found.oid) as definition,
           case when of_log then 'insert-only'
                when found.tgname = 'counted_with_consent' then 'consented'
                when found.tgname = 'profile_begins_asked' then 'four-answers'
                else 'backstop' end as control
    from pg_trigger found join relation on relation.oid = found.tgrelid where not found.tgisinternal
),
own as (
    select found.oid::regclass::text as thing, null as columns, nspname, 'r'::"char" as kind, relacl as acl, initprivs
    from pg_class found join pg_namespace space on space.oid = relnamespace
    left join pg_init_privs born on born.objoid = found.oid and born.classoid = 'pg_class'::regclass and born.objsubid = 0
    where (found.oid < 16384 or nspname = 'pg_toast') and relacl is distinct from initprivs
    union all
    select attrelid::regclass::text, attname, nspname, 'c', attacl, initprivs
    from pg_attribute join pg_class found on found.oid = attrelid join pg_namespace space on space.oid = relnamespace
    left join pg_init_privs born on born.objoid = attrelid and born.classoid = 'pg_class'::regclass and born.objsubid = attnum
    where attrelid < 16384 and attacl is distinct from initprivs
    union all
    select 'function ' || found.oid::regprocedure, null, nspname, 'f', proacl, initprivs
    from pg_proc found join pg_namespace space on space.oid = pronamespace
    left join pg_init_privs born on born.objoid = found.oid and born.classoid = 'pg_proc'::regclass
    where found.oid < 16384 and proacl is distinct from initprivs
    union all
    select 'schema ' || nspname, null, nspname, 'n', nspacl, initprivs
    from pg_namespace space left join pg_init_privs born on born.objoid = space.oid and born.classoid = 'pg_namespace'::regclass
    where space.oid < 16384 and nspname <> 'public' and nspacl is distinct from initprivs
),
rewritten as (
    select 'function ' || proc.oid::regprocedure as thing, proc.xmin::text::bigint as written
    from pg_proc proc join pg_language on pg_language.oid = prolang
    left join pg_init_privs born on born.objoid = proc.oid and born.classoid = 'pg_proc'::regclass
    where proc.oid < 16384 and (proacl is not distinct from initprivs or lanname not in ('internal', 'c'))
    union all
    select 'view ' || ev_class::regclass, xmin::text::bigint from pg_rewrite where oid < 16384
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
    from pg_namespace space, aclexplode(nspacl) acl where nspname = 'public' or space.oid >= 16384
    union all
    select 'the database', null, acl.grantee, acl.privilege_type, acl.is_grantable
    from pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) acl
    where datname = current_database() and acl.grantee <> datdba and acl.privilege_type <> 'CONNECT' -- who may come in: roles.sql
    union all
    select format('what %%s makes in %%s (%%s)', pg_get_userbyid(defaclrole), defaclnamespace, defaclobjtype), null, acl.grantee,
           acl.privilege_type, acl.is_grantable
    from pg_default_acl, aclexplode(defaclacl) acl
    union all
    select thing, columns, more.* from own, lateral (
        select grantee, privilege_type, is_grantable from aclexplode(coalesce(acl, acldefault(kind, 10))) where grantee <> 10
        except
        select grantee, privilege_type, is_grantable from aclexplode(coalesce(initprivs, acldefault(kind, 10)))
    ) more
    where not (nspname = 'information_schema' and grantee = 0 and privilege_type in ('SELECT', 'USAGE'))
)
select 'row-security', format('table %%s: kind %%s, row security %%s, forced %%s, owner %%s', relname, relkind, relrowsecurity,
                              relforcerowsecurity, pg_get_userbyid(relowner)) from relation
union all -- a crash would empty it; and where all is well there is no such line
select case when of_log then 'insert-only' else 'backstop' end, format('table %%s: outlives no crash', relname)
from relation where relpersistence <> 'p'
union all
select 'row-security', format('policy %%s on %%s: permissive %%s, roles %%s, for %%s, using %%s, check %%s', policyname, relname,
                              permissive, roles, cmd, regexp_replace(qual, '\s+', ' ', 'g'), regexp_replace(with_check, '\s+', ' ', 'g'))
from pg_policies join relation on nspname = schemaname and bare = tablename
union all
select 'row-security', format('rights of %%s to %%s: %%s', case grantee when 0 then 'everyone' else pg_get_userbyid(grantee) end, thing,
                              string_agg(lower(privilege_type) || coalesce(' (' || columns || ')', '')
                                         || case when is_grantable then ' and to pass it on' else '' end, '; '
                                         order by privilege_type, columns collate "C"))
from given group by thing, grantee
union all
select control, format('trigger on %%s: state %%s, %%s', relname, tgenabled, definition) from hook
union all
select 'row-security', format('the server''s own %%s: another than it was', thing)
from rewritten where written > (select xmin::text::bigint from pg_database where datname = 'template0')
union all
select 'row-security', format('the server''s own %%s: owner %%s', thing, pg_get_userbyid(owner))
from (select oid::regclass::text as thing, relowner as owner from pg_class where oid < 16384
      union all
      select 'function ' || oid::regprocedure, proowner from pg_proc where oid < 16384) found
where owner <> 10
union all
select case when of_log then 'insert-only' else 'backstop' end, format('trigger of constraint %%s on %%s: state %%s', conname, relname, tgenabled)
from pg_trigger found join relation on relation.oid = tgrelid left join pg_constraint on pg_constraint.oid = tgconstraint
where tgisinternal and tgenabled <> 'O'
union all
select distinct coalesce(hook.control, 'row-security'),
       format('function %%s: owner %%s, as owner %%s, with %%s, open to %%s, %%s, text %%s', proc.oid::regprocedure, pg_get_userbyid(proowner),
              prosecdef, proconfig, proacl,
              concat_ws(', ', 'in ' || lanname, case provolatile when 'v' then 'volatile' when 's' then 'stable' else 'immutable' end,
                        case when proisstrict then 'strict' end, case when proleakproof then 'leakproof' end),
              md5(prosrc))
from pg_proc proc join pg_language on pg_language.oid = prolang left join hook on hook.tgfoid = proc.oid where proc.oid >= 16384
union all
select case when relkind in ('v', 'm') then 'row-security' when of_log then 'insert-only' else 'backstop' end,
       format('rule on %%s: %%s', relname, regexp_replace(pg_get_ruledef(rule.oid), '\s+', ' ', 'g'))
from pg_rewrite rule join relation on relation.oid = rule.ev_class
union all
select case when conname = 'profile_lease_30_days' then 'leases'
            when conname = 'authorised_by_another_with_answers' then 'four-answers'
            when conname = any(%(two_people)s::text[]) then 'two-people'
            when of_log then 'insert-only'
            else 'backstop' end,
       format('constraint %%s on %%s: checked %%s, %%s', conname, relname, convalidated,
              regexp_replace(pg_get_constraintdef(found.oid), '\s+', ' ', 'g'))
from pg_constraint found join relation on relation.oid = found.conrelid where contype in ('c', 'f', 'p', 'u', 'x')
union all
select case when of_log then 'insert-only' else 'backstop' end,
       format('one of a kind in %%s: valid %%s, %%s', relname, indisvalid, pg_get_indexdef(indexrelid))
from pg_index join relation on relation.oid = indrelid
where indisunique and not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u', 'x'))
union all
select case when of_log then 'insert-only' else 'backstop' end,
       format('columns of %%s that are never empty: %%s', relname,
              string_agg(attname || case attidentity when '' then '' else format(' (identity %%s)', attidentity) end, ', '
                         order by attname collate "C"))
from relation join pg_attribute on attrelid = relation.oid and attnum > 0 and attnotnull and not attisdropped
group by relname, of_log
