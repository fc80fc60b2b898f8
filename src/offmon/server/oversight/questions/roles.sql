-- Is each process's database role without power over others: no superuser, no way past row-level security, owner of nothing, in no other
-- role; does no setting of a role or of the database switch triggers or policies off, or begin a connection in somebody's scope; and is
-- there nobody else who could: by a power of their own, by working as somebody who may, or by changing a setting of the server's?
--   Nor may one take what all share: each has so many connections and so long for a transaction, and comes into our databases alone. What
--   ends a transaction that lasts too long is in two of the server's own roles, and in no other.
--   Expected beside ours: whoever set the server up (the role with oid 10), and the administrator whom the operator names. Of ours the
--   migrating role alone belongs to another, and works as the owner.
with ours as (
    select role.oid, rolname, rolname = any(%(roles)s) as serves
    from pg_roles role where rolname = any(%(roles)s) or rolname in ('offmon_owner', 'offmon_backstop', 'offmon_migrate', %(reaper)s)
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
    where serves and exists (select from pg_shdepend where refclassid = 'pg_authid'::regclass and refobjid = ours.oid and deptype = 'o'
                                 and classid <> 'pg_default_acl'::regclass)
    union all
    select from pg_auth_members held
    join pg_roles holder on holder.oid = held.member join pg_roles role on role.oid = held.roleid
    where (held.member in (select oid from ours) or held.roleid in (select oid from ours))
      and held.member not in (select oid from expected except select oid from ours)
      and (holder.rolname, role.rolname) not in (('offmon_owner', 'offmon_backstop'), ('offmon_migrate', 'offmon_owner'))
      and (holder.rolname <> %(reaper)s or role.rolname <> all(%(reaper_of)s))
    union all -- or by what all share: connections, transactions, locks, and databases that are none of ours
    select from pg_roles role join ours using (oid)
    where serves and (rolconnlimit < 1 or exists (
        select from pg_database found
        where datallowconn and datdba <> (select oid from ours own where own.rolname = 'offmon_owner')
            and has_database_privilege(role.oid, found.oid, 'connect')))
    union all
    select from pg_roles role join ours using (oid) where serves
    having sum(rolconnlimit) + current_setting('superuser_reserved_connections')::int >= current_setting('max_connections')::int
    union all
    select from (
        select unnest(%(limited)s::text[])
        except
        select setrole::regrole || '=' || split_part(configured, '=', 1)
        from pg_db_role_setting, unnest(setconfig) as configured where setdatabase = 0 and split_part(configured, '=', 2) <> '0'
    ) unlimited
    union all
    select where current_setting('max_prepared_transactions') <> '0' -- one would outlive the session that the worker ends
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
