-- Is each process's database role without power over others: no superuser, no way past row-level security, owner of nothing?
select count(*) as looked,
       count(*) filter (where rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication
           or exists (select from pg_shdepend where refclassid = 'pg_authid'::regclass and refobjid = role.oid and deptype = 'o')
           or exists (select from pg_auth_members where member = role.oid)) as wanting
from pg_roles role
where rolname = any(%(roles)s)
