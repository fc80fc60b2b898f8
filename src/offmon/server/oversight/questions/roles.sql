-- Is each process's database role without power over others: no superuser, no way past row-level security, owner of nothing, in no other
-- role; does no setting of a role or of the database switch triggers or policies off, or begin a connection in somebody's scope; and is
-- there nobody else who could: by a power of their own, by working as somebody who may, or by changing a setting of the server's?
--   Expected beside ours: whoever set the server up (the role with oid 10), and the administrator whom the operator names. Of ours the
--   migrating role alone belongs to another, and works as the owner.
with ours as (
    select role.oid, rolname, rolname = any(%(roles)s) as serves
    from pg_roles role where rolname = any(%(roles)s) or rolname in ('offmon_owner', 'offmon_backstop', 'offmon_migrate')
),
expected as (
    select oid from ours
    union all
    select oid from pg_roles where oid = 10 or rolname = any(%(administrators)s) or oid < 16384 and rolname like 'pg\_%%'
),
wrong as (
    select from pg_roles role join ours using (oid)
    where rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication
    union all
    select from ours
    where serves and exists (select from pg_shdepend where refclassid = 'pg_authid'::regclass and refobjid = ours.oid and deptype = 'o')
    union all
    select from pg_auth_members held
    join pg_roles holder on holder.oid = held.member join pg_roles role on role.oid = held.roleid
    where (held.member in (select oid from ours) or held.roleid in (select oid from ours))
      and held.member not in (select oid from expected except select oid from ours)
      and (holder.rolname, role.rolname) not in (('offmon_owner', 'offmon_backstop'), ('offmon_migrate', 'offmon_owner'))
    union all
    select from pg_roles role
    where oid not in (select oid from expected)
      and (rolsuper or rolbypassrls or rolcreaterole or rolreplication
           or rolcanlogin and has_database_privilege(role.oid, current_database(), 'connect')
           -- The server's own roles read its files, run its programs or end its sessions, from any of its databases.
           or exists (select from expected where pg_has_role(role.oid, expected.oid, 'member')))
    union all -- such as session_replication_role, by which its own triggers would not fire
    select from pg_parameter_acl, aclexplode(paracl) given
    where given.grantee not in (select oid from pg_roles where oid = 10 or rolname = any(%(administrators)s))
    union all
    select from pg_db_role_setting setting, unnest(setconfig) as configured
    where setdatabase in (0, (select oid from pg_database where datname = current_database()))
      and (setrole in (select oid from ours) or setrole = 0)
      and configured ~* '^(session_replication_role|row_security|role|search_path|[a-z]+_preload_libraries|offmon\..*)='
      and (setrole::regrole::text, configured) <> ('offmon_migrate', 'role=offmon_owner')
    union all
    select where current_setting('session_replication_role') <> 'origin' or current_setting('row_security') <> 'on'
)
select (select count(*) from ours where serves) as looked,
       (select count(*) from wrong) as wanting,
       (select count(*) from ours where serves) as told
