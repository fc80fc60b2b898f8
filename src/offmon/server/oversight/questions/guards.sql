-- What guards the tables: one line for each guard, beside the control that it belongs to. Compared with the files of `guards/`.
-- The words of PostgreSQL itself are compared (pg_get_expr and its like), and of a function's text the digest.
-- Whatever the server was not born with (its own have a number below 16384) is looked at, in every schema: what opens a table may lie in
-- any. But for temporary tables and views, which only the session that made them can read.
-- Of what it was born with, a line says only what is otherwise since: a right that it did not give then (it keeps those, pg_init_privs; what
-- is in information_schema anybody may read), another owner, or another text: the row was written after the server was made, when its
-- databases begin. Nothing, where all is well, whatever its version. (Who takes rights away changes such a row too, also where nobody had
-- them, and opens nothing, if it still runs what it is called by, and as whoever calls it.)
-- Of what we closed to everybody since (a right less than it gave), each that is open again.
-- Of what PostgreSQL hangs on a table itself to check a foreign key, only what is not as it was made: nothing, where all is well.
-- Nor is there a line, where all is well, of a switch in the server's own tables by which a definition stays and counts no more: whether it looks
-- for a table's triggers, checks and indexes at all, what an index still asks, or what a type or an operator is.
with named (guard, relation, control) as ( -- what stands on that table by that name says to which control it belongs; any other is of the log,
    values                                 -- holds two people apart, or belongs to the backstop
        ('counted_with_consent', 'oversight_pagecount', 'consented'),
        ('profile_lease_30_days', 'deployments_profile', 'leases'),
        ('authorised_by_another_with_answers', 'deployments_authorisation', 'four-answers'),
        ('decision_has_reason', 'triage_decision', 'decided-by-people'),
        ('notice_paper_text_once', 'deployments_noticepaper', 'notice-first'),
        ('leaf_one_a_place', 'intake_leaf', 'no-holes'),
        ('code_used_once', 'agencies_secondfactor', 'second-factor'),
        ('factor_one_a_person', 'agencies_secondfactor', 'second-factor'),
        ('audited', 'agencies_secondfactor', 'second-factor'),
        ('audited', 'agencies_secondfactor', 'backstop'),
        ('audited', 'agencies_staff', 'second-factor'),
        ('audited', 'agencies_staff', 'backstop'),
        ('shown_now', 'agencies_factorshown', 'second-factor'),
        ('passkey_goes_forward', 'agencies_passkey', 'second-factor'),
        ('agencies_factorshown_challenge_key', 'agencies_factorshown', 'second-factor'),
        ('enquiry_read_by_somebody', 'oversight_enquiryreading', 'contact-page'),
        ('agency_contact_checked_by_somebody', 'agencies_agency', 'directory'),
        ('audited', 'agencies_agency', 'directory'),
        ('audited', 'agencies_agency', 'backstop'),
        ('attestation_ends', 'oversight_attestation', 'paper-data-protection'),
        ('attestation_ends', 'oversight_attestation', 'paper-iwf'),
        ('attestation_ends', 'oversight_attestation', 'paper-ncsc'),
        ('attestation_ends', 'oversight_attestation', 'paper-ai'),
        -- Whose a row is, by which the policies go, and which rows a role may write or write again:
        ('within_its_sharing', 'agencies_caseload', 'row-security'),
        ('outlasts_its_grants', 'agencies_party', 'row-security'),
        ('written_as_of_now', 'agencies_caseload', 'row-security'),
        ('item_of_its_case', 'triage_alertitem', 'row-security'),
        ('profile_begins_asked', 'deployments_profile', 'row-security'),
        ('export_begins_asked', 'evidence_export', 'row-security'),
        ('export_whose_move', 'evidence_export', 'row-security'),
        ('evidence_revealuse_reveal_key', 'evidence_revealuse', 'row-security'),
        ('of_its_parent', 'agencies_secondfactor', 'row-security'),
        ('of_its_parent', 'deployments_noticepaper', 'row-security'),
        ('of_its_parent', 'deployments_profile', 'row-security'),
        ('of_its_parent', 'detectors_pause', 'row-security'),
        ('of_its_parent', 'evidence_custody', 'row-security'),
        ('of_its_parent', 'evidence_exhibit', 'row-security'),
        ('of_its_parent', 'orders_document', 'row-security'),
        ('of_its_parent', 'rights_requeststep', 'row-security'),
        ('of_its_parent', 'triage_action', 'row-security'),
        ('of_its_parent', 'triage_decision', 'row-security')
),
filled (relation, columns, control) as ( -- what such a guard asks of: where it may be empty, a check passes, and nothing is one of a kind
    values
        ('deployments_profile', '{lease_since,lease_until}'::text[], 'leases'),
        ('triage_decision', '{reason}', 'decided-by-people'),
        ('deployments_noticepaper', '{deployment_id,text}', 'notice-first'),
        ('intake_leaf', '{device,epoch,n}', 'no-holes'),
        ('agencies_secondfactor', '{last_step,recovery,staff_id}', 'second-factor'),
        ('agencies_passkey', '{counter}', 'second-factor'),
        ('agencies_factorshown', '{at}', 'second-factor'),
        ('oversight_enquiryreading', '{reader}', 'contact-page'),
        ('oversight_attestation', '{since,until}', 'paper-data-protection'),
        ('oversight_attestation', '{since,until}', 'paper-iwf'),
        ('oversight_attestation', '{since,until}', 'paper-ncsc'),
        ('oversight_attestation', '{since,until}', 'paper-ai'),
        ('evidence_revealuse', '{reveal}', 'row-security')
),
relation as (
    select found.oid, case nspname when 'public' then '' else nspname || '.' end || found.relname as relname, relname as bare, nspname,
           relrowsecurity, relforcerowsecurity, relowner, relacl, relkind, relpersistence,
           relchecks, relhastriggers, relhasindex, relam, coalesce(relname = any(%(log_tables)s::text[]), false) as of_log
    from pg_class found join pg_namespace space on space.oid = relnamespace
    where found.oid >= 16384 and relkind in ('r', 'p', 'v', 'm', 'f') and relpersistence <> 't' and nspname <> 'pg_toast'
),
hook as (
    select found.tgfoid, relation.relname, found.tgenabled, pg_get_triggerdef(found.oid) as definition,
           case when of_log then 'insert-only' else coalesce(named.control, 'backstop') end as control
    from pg_trigger found join relation on relation.oid = found.tgrelid left join named on guard = tgname and named.relation = relname
    where not found.tgisinternal
),
held as (
    select found.*, relation.relname, relchecks, relhasindex,
           case when of_log then 'insert-only'
                else coalesce(named.control, case when relname || '.' || conname = any(%(two_people)s::text[]) then 'two-people'
                                                  else 'backstop' end) end as control
    from pg_constraint found join relation on relation.oid = found.conrelid left join named on guard = conname and named.relation = relname
    where contype in ('c', 'f', 'p', 'u', 'x')
),
sequence as (
    select seqrelid, seqrelid::regclass::text as relname, relowner, relacl, coalesce(of_log, false) as of_log,
           format('from %%s by %%s, %%s to %%s, and again %%s', seqstart, seqincrement, seqmin, seqmax, seqcycle) as counts
    from pg_sequence join pg_class found on found.oid = seqrelid
    left join (
        select objid, of_log from pg_depend join relation on relation.oid = refobjid where classid = 'pg_class'::regclass and deptype in ('a', 'i')
    ) counted on objid = seqrelid
    where found.oid >= 16384 and relpersistence <> 't'
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
    where proc.oid < 16384
        and (prosecdef or proconfig is not null
             or (coalesce(proacl, initprivs) is null or lanname not in ('internal', 'c') or position(proname in prosrc) = 0)
                and not (proname ~ %(closed_functions)s and proacl is not null
                         and not exists (select from aclexplode(proacl) where grantee <> 10)))
    union all
    select 'view ' || ev_class::regclass, xmin::text::bigint from pg_rewrite where oid < 16384
    union all
    select 'operator ' || oid::regoperator, xmin::text::bigint from pg_operator where oid < 16384
    union all
    select 'type ' || oid::regtype, xmin::text::bigint from pg_type where oid < 16384
    union all
    select 'language ' || lanname, xmin::text::bigint from pg_language
    where oid < 16384 and (lanacl is null or lanplcallfoid::regproc::text not in ('-', 'plpgsql_call_handler'))
    union all
    select 'aggregate ' || aggfnoid, xmin::text::bigint from pg_aggregate where aggfnoid < 16384
    union all
    select 'cast to ' || casttarget::regtype, xmin::text::bigint from pg_cast where oid < 16384
    union all
    select 'way of comparing ' || opcname, xmin::text::bigint from pg_opclass where oid < 16384
    union all
    select 'way of comparing ' || amopopr::regoperator, xmin::text::bigint from pg_amop where oid < 16384
    union all
    select 'way of comparing ' || amproc::regproc, xmin::text::bigint from pg_amproc where oid < 16384
    union all
    select 'index method ' || amname, xmin::text::bigint from pg_am where oid < 16384
    union all
    select 'rights that it gave', xmin::text::bigint from pg_init_privs where objoid < 16384
),
more as (
    select 'operator ' || oid::regoperator as thing from pg_operator where oid >= 16384
    union all
    select 'cast to ' || casttarget::regtype from pg_cast where oid >= 16384
    union all
    select 'way of comparing ' || opcname from pg_opclass where oid >= 16384
    union all
    select 'way of comparing ' || amopopr::regoperator from pg_amop where oid >= 16384
    union all
    select 'way of comparing ' || amproc::regproc from pg_amproc where oid >= 16384
    union all
    select 'language ' || lanname from pg_language where oid >= 16384
    union all
    select 'access method ' || amname from pg_am where oid >= 16384
    union all
    select 'collation ' || collname from pg_collation where not collisdeterministic
    union all
    select 'event trigger ' || evtname from pg_event_trigger
    union all
    select 'publication ' || pubname from pg_publication
    union all
    select 'subscription ' || subname from pg_subscription where subdbid = (select oid from pg_database where datname = current_database())
    union all
    select format('heir %%s of %%s', inhrelid::regclass, inhparent::regclass) from pg_inherits where inhrelid >= 16384
),
unasked as (
    select control, format('triggers of %%s', hook.relname) as what from hook join relation on relation.relname = hook.relname where not relhastriggers
    union
    select case when of_log then 'insert-only' else 'backstop' end, format('triggers of %%s', relname)
    from relation where not relhastriggers and exists (select from pg_trigger where tgrelid = relation.oid)
    union
    select case when of_log then 'insert-only' else 'backstop' end, format('indexes of %%s', relname)
    from relation where not relhasindex and exists (select from pg_index where indrelid = relation.oid)
    union
    select control, format('constraint %%s on %%s', conname, relname)
    from held
    where contype = 'c'
        and relchecks <> (select count(distinct other.oid) from held other where other.conrelid = held.conrelid and other.contype = 'c')
    union
    select control, format('constraint %%s on %%s', conname, relname)
    from held where contype in ('p', 'u', 'x') and (not relhasindex or not exists (
        select from pg_index
        where indexrelid = conindid and indrelid = conrelid and indisvalid and indisready and indislive
            and indisunique = (contype <> 'x') and indisexclusion = (contype = 'x') and indimmediate = not condeferrable
            and (contype = 'x' or indpred is null and indexprs is null
                 and (string_to_array(indkey::text, ' ')::int2[])[1:indnkeyatts] = conkey
                 and not exists (select from unnest(indclass) as compared join pg_opclass on oid = compared where not opcdefault))))
    union
    select control, format('constraint %%s on %%s', conname, relname)
    from held where contype = 'f' and (exists (
        select from unnest(conpfeqop || conppeqop || conffeqop) as compared
        where compared <> all(array(select oid from pg_operator where oprname = '=' and oid < 16384))
    ) or 4 <> (
        select count(*) from pg_trigger join pg_proc on pg_proc.oid = tgfoid
        where tgconstraint = held.oid and tgisinternal and tgqual is null and pg_proc.oid < 16384
            and (tgrelid = conrelid and (proname, tgtype) in (('RI_FKey_check_ins', 5), ('RI_FKey_check_upd', 17))
                 or tgrelid = confrelid and (proname ~ '^RI_FKey_[a-z]+_del$' and tgtype = 9 or proname ~ '^RI_FKey_[a-z]+_upd$' and tgtype = 17))
    ))
    union
    select case when of_log then 'insert-only' else 'backstop' end, format('one of a kind in %%s, %%s', relname, indexrelid::regclass)
    from pg_index join relation on relation.oid = indrelid where indisunique and not (indisready and indislive and indimmediate)
),
given as (
    select relname::text as thing, null as columns, acl.grantee, acl.privilege_type, acl.is_grantable
    from relation, aclexplode(relacl) acl where acl.grantee <> relowner
    union all
    select relname, string_agg(attname, ', ' order by attname collate "C"), acl.grantee, acl.privilege_type, acl.is_grantable
    from relation join pg_attribute on attrelid = relation.oid and not attisdropped, aclexplode(attacl) acl
    group by 1, 3, 4, 5
    union all
    select relname, null, acl.grantee, acl.privilege_type, acl.is_grantable
    from sequence, aclexplode(relacl) acl where acl.grantee <> relowner
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
),
found (control, guard) as (
select 'row-security', format('table %%s: kind %%s, row security %%s, forced %%s, owner %%s', relname, relkind, relrowsecurity,
                              relforcerowsecurity, pg_get_userbyid(relowner)) from relation
union all -- what we closed to everybody (`base/limits.py`): where all is well there is no such line
select 'row-security', format('the server''s own %%s: open to everyone', thing)
from (select 'function ' || oid::regprocedure as thing, coalesce(proacl, acldefault('f', proowner)) as acl
      from pg_proc
      where oid < 16384 and (proname ~ %(closed_functions)s or proname like '%%age' and oid::regprocedure::text = any(%(closed_signatures)s))
      union all
      select oid::regclass::text, relacl
      from pg_class
      where oid < 16384 and relnamespace = 'pg_catalog'::regnamespace and (relkind = 'v' and relname ~ %(closed_views)s or relname = any(%(closed_tables)s))
     ) closed, aclexplode(acl)
where grantee = 0
union all -- a crash would empty it; and where all is well there is no such line
select case when of_log then 'insert-only' else 'backstop' end, format('table %%s: outlives no crash', relname)
from relation where relpersistence <> 'p'
union all
select case when of_log then 'insert-only' else 'backstop' end, format('table %%s: kept otherwise than a table is', relname)
from relation join pg_am on pg_am.oid = relam where amname <> 'heap'
union all
select case when of_log then 'insert-only' else 'backstop' end,
       format('sequence %%s: owner %%s, %%s', relname, pg_get_userbyid(relowner), counts)
from sequence
union all
select case when of_log then 'insert-only' else 'backstop' end,
       format('default of %%s in %%s: %%s', attname, relname, pg_get_expr(adbin, adrelid))
from pg_attrdef join relation on relation.oid = adrelid join pg_attribute on attrelid = adrelid and attnum = adnum
union all
select control, format('%%s: there, and not asked', what) from unasked
union all
select 'row-security', format('one more than there was: %%s', thing) from more
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
from rewritten where written > (select min(xmin::text::bigint) from pg_database where datname in ('template0', 'postgres'))
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
              md5(concat_ws(chr(10), prosrc, probin, pg_get_function_sqlbody(proc.oid), pg_get_function_arguments(proc.oid),
                            pg_get_function_result(proc.oid), prokind, prosupport)))
from pg_proc proc join pg_language on pg_language.oid = prolang left join hook on hook.tgfoid = proc.oid where proc.oid >= 16384
union all
select case when relkind in ('v', 'm') then 'row-security' when of_log then 'insert-only' else 'backstop' end,
       format('rule on %%s: %%s', relname, regexp_replace(pg_get_ruledef(rule.oid), '\s+', ' ', 'g'))
from pg_rewrite rule join relation on relation.oid = rule.ev_class
union all
select control, format('constraint %%s on %%s: checked %%s, %%s', conname, relname, convalidated,
                       regexp_replace(pg_get_constraintdef(oid), '\s+', ' ', 'g'))
from held
union all
select case when of_log then 'insert-only' else 'backstop' end,
       format('one of a kind in %%s: valid %%s, %%s', relname, indisvalid, pg_get_indexdef(indexrelid))
from pg_index join relation on relation.oid = indrelid
where indisunique and not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u', 'x'))
union all
select coalesce(filled.control, case when of_log then 'insert-only' else 'backstop' end),
       format('columns of %%s that are never empty: %%s', relname,
              string_agg(attname || case attidentity when '' then '' else format(' (identity %%s)', attidentity) end, ', '
                         order by attname collate "C"))
from relation join pg_attribute on attrelid = relation.oid and attnum > 0 and attnotnull and not attisdropped
left join filled on filled.relation = relname and attname = any(filled.columns)
group by relname, of_log, filled.control
)
select control, guard from found
union all -- who reads what was written to the site, and that it is noted
select 'contact-page', guard from found where control <> 'contact-page' and guard ~ '\moversight_(read_|delete_)?enquiry(reading|deletion)?\M'
union all -- what a look asks, and not a table: the words of an entry, what was chosen, and what the log says of a paper or a check
select also.control, guard from found, (values
    ('no-holes', 'oversight_entries_open'), ('four-answers', 'oversight_choices'),
    ('notice-first', 'oversight_choices'), ('lists', 'oversight_choices'), ('paper-data-protection', 'oversight_papers_recorded'),
    ('paper-iwf', 'oversight_papers_recorded'), ('paper-ncsc', 'oversight_papers_recorded'), ('paper-ai', 'oversight_papers_recorded'),
    ('directory', 'agencies_contact_checked')
) as also (control, asked) where found.control = 'row-security' and guard like format('function %%s(%%%%', asked)
union all -- who may say that a line of the directory was checked
select 'directory', guard from found
where control = 'row-security' and guard ~ '^rights of .+ to agencies_agency: .*\m(insert|delete|update(?! \()|update \([^)]*\mcontact)'
