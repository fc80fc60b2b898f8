"""What guards the log, and what every other table's guards rest on (ADR 4).

`policies.case_table` hangs `audit_names_id` or `audit_names_batch` on a table as a deferred constraint trigger. At commit, an entry of
this very transaction must name each row that was written. These functions run as `offmon_backstop`, which reads entries and writes
nothing: the role that writes a row may be one that cannot read the log.
"""

from django.db import migrations

from offmon.core.access.roles import Permission, those_who_may
from offmon.core.log.reading import READING_MS
from offmon.server.base.policies import (
    AGENCY,
    INSERT,
    SELECT,
    Process,
    agency_table,
    as_backstop,
    log_table,
    may,
    on_caseload,
)

# The verbs and the kinds of record, as the code declares them. Each `migrate` fills both (`audit/declared.py`); no process writes them.
DECLARED = """
create table audit_verb (
    verb text primary key,
    operation text not null,
    writers text[] not null,
    signer_asks boolean not null
);
create table audit_kind ("table" text primary key, kind text not null unique);
alter table audit_verb enable row level security;
alter table audit_verb force row level security;
alter table audit_kind enable row level security;
alter table audit_kind force row level security;
create policy offmon_owner on audit_verb to offmon_owner using (true) with check (true);
create policy offmon_owner on audit_kind to offmon_owner using (true) with check (true);
create policy reads on audit_verb for select
    to offmon_ingest, offmon_console, offmon_worker, offmon_signer, offmon_vault, offmon_portal, offmon_assurance, offmon_integrity, offmon_notify using (true);
create policy reads on audit_kind for select
    to offmon_ingest, offmon_console, offmon_worker, offmon_signer, offmon_vault, offmon_portal, offmon_assurance, offmon_integrity, offmon_notify using (true);
grant select on audit_verb, audit_kind
    to offmon_ingest, offmon_console, offmon_worker, offmon_signer, offmon_vault, offmon_portal, offmon_assurance, offmon_integrity, offmon_notify;
"""

# Nobody writes an entry into another transaction, out of its turn, or of another time. `xid` is the transaction, `nth` orders its entries:
# both are set here, whatever was given (an identity column would take what `overriding system value` gives). The other indexes serve what is
# asked of an agency's log: by its place, by verb, and two single verbs.
STAMP = """
alter table audit_entry
    add column xid xid8 not null,
    add column nth bigint not null;
create sequence audit_entry_nth_seq owned by audit_entry.nth;
grant usage on sequence audit_entry_nth_seq to offmon_backstop;
create index audit_entry_xid on audit_entry (xid);
create index audit_entry_agency on audit_entry (agency, xid, nth);
create index audit_entry_of_agency on audit_entry (agency, id);
create index audit_entry_of_no_case on audit_entry (agency, verb, at) where "case" is null;
create index audit_entry_contact_checked on audit_entry (agency, actor) where verb = 'agency.contact_checked';
create index audit_mismatch on audit_entry (agency, "case", at) where verb in ('mismatch.found', 'mismatch.ended');

create function audit_stamp() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    new.xid := pg_current_xact_id();
    new.nth := nextval('public.audit_entry_nth_seq');
    if abs(new.at - extract(epoch from clock_timestamp()) * 1000) > 5000 then
        raise exception 'an audit entry states a time more than 5 seconds from the database''s own'
            using errcode = 'check_violation', constraint = 'audit_entry_at';
    end if;
    return new;
end $$;
create trigger stamp before insert on audit_entry for each row execute function audit_stamp();
"""

# Nobody changes or empties the log, and nobody empties a guarded table.
REFUSE_CHANGE = """
create function audit_refuse_change() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    raise exception '% of % is refused', lower(tg_op), tg_table_name
        using errcode = 'integrity_constraint_violation', constraint = 'audit_refuse_change';
end $$;
"""

# Nobody says a verb that no reader knows, or calls an act another operation than it is; and a process says only what its work is.
VERB_KNOWN = """
create function audit_verb_known() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    known public.audit_verb := (select said from public.audit_verb said where verb = new.verb);
begin
    if known.operation is distinct from new.operation then
        raise exception 'an audit entry says a verb that is declared, and its operation'
            using errcode = 'check_violation', constraint = 'audit_verb_of_its_operation';
    end if;
    if current_user <> all (known.writers) then
        raise exception '% writes no entry of %', current_user, new.verb
            using errcode = 'check_violation', constraint = 'audit_verb_of_its_process';
    end if;
    return new;
end $$;
create trigger verb_known before insert on audit_entry for each row execute function audit_verb_known();
"""

# Nobody speaks for the vault, the signer or the integrity process. The vault goes by its own entries, the public page by what the signer
# says that it signed, and all of them by what the integrity process finds. The ids are their names in ASCII, padded with zeros (`base/actor.service`).
OWN_WORD = """
create function audit_vault_s_own_word() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if new.actor = '7661756c-7400-0000-0000-000000000000' and current_user <> 'offmon_vault' then
        raise exception 'an entry of the vault is written by the vault'
            using errcode = 'check_violation', constraint = 'vault_s_own_word';
    end if;
    if new.actor = '7369676e-6572-0000-0000-000000000000' and current_user <> 'offmon_signer' then
        raise exception 'an entry of the signer is written by the signer'
            using errcode = 'check_violation', constraint = 'signer_s_own_word';
    end if;
    if new.actor = '696e7465-6772-6974-7900-000000000000' and current_user <> 'offmon_integrity' then
        raise exception 'an entry of the integrity process is written by the integrity process'
            using errcode = 'check_violation', constraint = 'integrity_s_own_word';
    end if;
    return new;
end $$;
create trigger vault_s_own_word before insert on audit_entry for each row execute function audit_vault_s_own_word();
"""

# Nobody writes an entry that cannot be read again: it would end every bundle and profile of its case, for good. The words are, to the
# byte, what the columns say: by the columns we search and let a write pass, by the words a court goes.
# It is `core.log.audit.AuditEntry` in its canonical form (RFC 8785) and the commitment to it (formats §3), written once more in SQL. Two things
# come from the words, for they have no column: the actor's own agency (a guest's is another), and the commitments of what was touched.
# A table is called by its kind of record, which outlives tables; one without a kind, by its own name (leaves, enrolment codes).
# `to_json` writes a text as `core.formats.canon` does.
WHOLE = r"""
create function audit_entry_whole() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    names constant text[] := array['actor', 'agency', 'alert', 'at', 'case', 'decision', 'manifest', 'operation', 'outcome', 'reason',
                                   'recipient', 'request', 'session', 'touched', 'verb'];
    home constant text := encode(substr(new.doc, 21, 32), 'escape');  -- behind `{"actor":{"agency":"`
    said text[] := array_replace(array[
        '{"agency":"' || home || '","id":"' || replace(new.actor::text, '-', '') || '","role":' || to_json(new.actor_role)
            || ',"team":' || coalesce('"' || replace(new.actor_team::text, '-', '') || '"', 'null') || '}',
        '"' || replace(new.agency::text, '-', '') || '"',
        '"' || replace(new.alert::text, '-', '') || '"',
        new.at::text,
        '"' || replace(new."case"::text, '-', '') || '"',
        '"' || replace(new.decision::text, '-', '') || '"',
        '"' || encode(new.manifest, 'hex') || '"',
        to_json(new.operation)::text,
        to_json(new.outcome)::text,
        to_json(new.reason)::text,
        to_json(new.recipient)::text,
        '"' || replace(new.request::text, '-', '') || '"',
        '"' || replace(new.session::text, '-', '') || '"',
        null,
        to_json(new.verb)::text], null, 'null');
    start bytea;
    rest bytea;
    place int;
    name text;
    id text;
    committed text;
    named text[] := '{}';
    word bigint;
    inner_pad bytea := '';
    outer_pad bytea := '';
    digests text := '';
begin
    start := convert_to('{"actor":' || said[1] || ',"agency":' || said[2] || ',"alert":' || said[3] || ',"at":' || said[4]
        || ',"case":' || said[5] || ',"decision":' || said[6] || ',"kind":"audit","manifest":' || said[7] || ',"operation":' || said[8]
        || ',"outcome":' || said[9] || ',"reason":' || said[10] || ',"recipient":' || said[11] || ',"request":' || said[12]
        || ',"session":' || said[13] || ',"touched":', 'UTF8');
    rest := convert_to(',"verb":' || said[15] || '}', 'UTF8');
    place := length(start) + 2;  -- behind the bracket; what stands before a commitment is known to the byte
    for nth in 1..cardinality(new.touched) loop
        name := split_part(new.touched[nth], ':', 1);
        id := replace(split_part(new.touched[nth], ':', 2), '-', '');
        committed := encode(substr(new.doc, place + 11, 64), 'escape');
        if (name ~ '^[a-z][a-z0-9_.-]*$' and length(name) <= 64 and length(new.touched[nth]) = length(name) + 37
            and id || committed ~ '^[0-9a-f]*$' and length(id) = 32 and length(committed) = 64) is not true then
            raise exception 'an audit entry says what its columns say, and nothing else'
                using errcode = 'check_violation', constraint = 'entry_as_committed';
        end if;
        named[nth] := '{"commit":"' || committed || '","id":"' || id || '","table":"'
            || coalesce((select kind from public.audit_kind where "table" = name), name) || '"}';
        place := place + length(named[nth]) + 1;
    end loop;
    said[14] := '[' || array_to_string(named, ',') || ']';
    if home !~ '^[0-9a-f]{32}$' or new.doc is distinct from start || convert_to(said[14], 'UTF8') || rest
       or length(new.doc) > 1048576 or length(new.manifest) <> 32 or length(new.salt) <> 32 then
        raise exception 'an audit entry says what its columns say, and nothing else'
            using errcode = 'check_violation', constraint = 'entry_as_committed';
    end if;
    -- HMAC by hand (RFC 2104), for PostgreSQL has the hash alone: the salt's four words against 0x36… and 0x5c…
    for nth in 0..3 loop
        word := ('x' || encode(substr(new.salt, 8 * nth + 1, 8), 'hex'))::bit(64)::bigint;
        inner_pad := inner_pad || int8send(word # 3906369333256140342);
        outer_pad := outer_pad || int8send(word # 6655295901103053916);
    end loop;
    inner_pad := inner_pad || convert_to(repeat('6', 32), 'UTF8');
    outer_pad := outer_pad || convert_to(repeat('\', 32), 'UTF8');
    for nth in 1..15 loop
        digests := digests || ',"' || names[nth] || '":"' || encode(sha256('offmon/field@1\000'::bytea
            || sha256(outer_pad || sha256(inner_pad || convert_to(names[nth], 'UTF8')))
            || convert_to('["' || names[nth] || '",' || said[nth] || ']', 'UTF8')), 'hex') || '"';
    end loop;
    if new.commit is distinct from sha256('offmon/record@1\000'::bytea
            || convert_to('{"fields":{' || substr(digests, 2) || '},"type":"audit"}', 'UTF8')) then
        raise exception 'an audit entry is committed to as it stands'
            using errcode = 'check_violation', constraint = 'entry_as_committed';
    end if;
    return new;
end $$;
create trigger whole before insert on audit_entry for each row execute function audit_entry_whole();
"""

# Nobody writes a row without an entry that names it, in the log of the row's own agency and case. Argument: 'no case' for a table of
# none (`agency_table`), 'directory' for one whose agency is `agency_id`, 'directory of no case' for both. To look that up took as long as all the rest (20 µs a row).
# Each look stands in a statement of its own, for PostgreSQL prepares the whole of one before any of it. `offset 0` lets it find the few
# entries of this transaction first: of a young log it knows no figures, and would read the whole of it for each row.
NAMES = """
create function audit_names_{subject}() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    whose uuid;
    about uuid;
    is_named boolean := true;
    is_of_no_case constant boolean := coalesce(tg_argv[0] like '%no case', false);
    is_directory constant boolean := coalesce(tg_argv[0] like 'directory%', false);
begin
    if tg_op <> 'INSERT' then
        if is_directory then whose := old.agency_id; else whose := old.agency; end if;
        if not is_of_no_case then about := old."case"; end if;
        is_named := exists (
            select from (select * from public.audit_entry where xid = pg_current_xact_id() offset 0) said
            where agency = whose and ("case" = about or is_of_no_case) and touched @> array[tg_table_name || ':' || old.{subject}]);
    end if;
    if is_named and tg_op <> 'DELETE' then
        if is_directory then whose := new.agency_id; else whose := new.agency; end if;
        if not is_of_no_case then about := new."case"; end if;
        is_named := exists (
            select from (select * from public.audit_entry where xid = pg_current_xact_id() offset 0) said
            where agency = whose and ("case" = about or is_of_no_case) and touched @> array[tg_table_name || ':' || new.{subject}]);
    end if;
    if not is_named then
        raise exception 'a row of % was written without an audit entry that names it', tg_table_name
            using errcode = 'integrity_constraint_violation', constraint = 'audit_names_{subject}';
    end if;
    return null;
end $$;
"""

# Nobody writes into the log of an agency that is not there, which nobody reads. No foreign key: each entry would lock the one row of its
# agency, for which all that write at a time would wait. No agency is ever deleted.
OF_AN_AGENCY = """
create function audit_of_an_agency() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select from public.agencies_agency where id = new.agency) then
        raise exception 'an audit entry stands in the log of an agency that there is'
            using errcode = 'foreign_key_violation', constraint = 'entry_of_an_agency';
    end if;
    return new;
end $$;
create trigger of_an_agency before insert on audit_entry for each row execute function audit_of_an_agency();
"""

# Nobody takes the one place that a row of another agency or case has (a list's pause, an alert's decision): a row is of the agency and
# case of the row that it points at (`policies.of_its_parent`). It runs as whoever writes, who sees the other row in its own scope alone.
# Arguments: the column that points, the table that it points at, in which column that has its agency, and in which its case ('': none).
OF_ITS_PARENT = """
create function audit_of_its_parent() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    child jsonb := to_jsonb(new);
    there boolean;
begin
    execute format('select exists (select from public.%I where id = $1 and %I = $2', tg_argv[1], tg_argv[2])
            || case tg_argv[3] when '' then ')' else format(' and %I = $3)', tg_argv[3]) end
        into there using (child ->> tg_argv[0])::uuid, (child ->> 'agency')::uuid, (child ->> 'case')::uuid;
    if not there then
        raise exception '% of % is of the agency and case of what it points at', tg_argv[0], tg_table_name
            using errcode = 'check_violation', constraint = 'of_its_parent';
    end if;
    return null;
end $$;
"""

# A data protection officer works on no case, and the console reads the entries of its caseload alone. This tells them when vault or
# integrity process found a mismatch, in which case by its id, and by which code: no word of an entry else. It counts their own entries. Of
# the integrity process's, which give code, kind and id of a row, it tells which stand: no later entry says that the row agrees again.
MISMATCHES = """
create function audit_mismatches() returns table (about uuid, code text, since bigint, newest bigint, times bigint, stand bigint, records text[])
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with said as (
        select "case", reason, split_part(reason, ' ', 1) as code, at, verb = 'mismatch.found' as found,
               actor = '696e7465-6772-6974-7900-000000000000' as is_standing,
               row_number() over (partition by "case", actor, reason order by at desc) = 1 as is_last
        from public.audit_entry
        where agency = current_setting('offmon.agency')::uuid and verb in ('mismatch.found', 'mismatch.ended')
            and actor in ('7661756c-7400-0000-0000-000000000000', '696e7465-6772-6974-7900-000000000000')
    )
    select "case", code, min(at) filter (where found), max(at) filter (where found), count(*) filter (where found),
           case when is_standing then count(*) filter (where found and is_last) end,
           coalesce(array_agg(substr(reason, length(code) + 2) order by at) filter (where found and is_last and is_standing), '{}')
    from said
    group by "case", code, is_standing
    order by max(at) filter (where found) desc
$$;
"""

# Whether a row that lets somebody in is what the log says (`core.log.as_logged`), console and vault ask here: by which act the newest entry
# that names it left it, and the commitment to it. It runs as the backstop, for a guest's account stands in their own agency's log. Of no
# other table's rows it tells anything. Whoever inserts an entry holds the row, so that of one row's entries the order is `nth`. An app, a
# passkey and what was shown is each one's own: of others' acts only a reset counts.
NEWEST_OF = """
create index audit_entry_account on audit_entry using gin (touched) with (fastupdate = off)
    where verb in ('staff.added', 'staff.changed', 'staff.factor_reset');
create index audit_entry_sign_in on audit_entry (agency, actor, nth)
    where verb in ('staff.signed_in', 'staff.factor_shown', 'staff.factor_set_up', 'staff.factor_replaced', 'staff.recovery_code_used',
                   'staff.passkey_added', 'staff.passkey_removed');
create index audit_entry_access on audit_entry ("case", verb)
    where verb in ('caseload.granted', 'caseload.ended', 'request.taken_up', 'request.case_opened', 'request.answered');
create index audit_entry_first_app on audit_entry (agency, actor) where verb = 'staff.factor_set_up';

create function audit_newest_of(named text, kind text, somebody uuid, whose uuid, about uuid, verbs text[])
    returns table (verb text, committed text)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    act text;
    said bytea;
begin
    if split_part(named, ':', 1) not in ('agencies_staff', 'agencies_secondfactor', 'agencies_passkey', 'agencies_factorshown',
                                         'agencies_caseload') then
        return;
    end if;
    if about is not null then
        select into act, said entry.verb, entry.doc from public.audit_entry entry
        where entry."case" = about and entry.agency = whose and entry.touched @> array[named] and entry.outcome = 'allowed'
            and entry.verb = any (verbs)
            and entry.verb in ('caseload.granted', 'caseload.ended', 'request.taken_up', 'request.case_opened', 'request.answered')
        order by entry.nth desc limit 1;
    else
        select into act, said newest.verb, newest.doc from (
            (select entry.nth, entry.verb, entry.doc from public.audit_entry entry
             where kind <> 'staff' and entry.agency = whose and entry.actor = somebody and entry."case" is null and entry.touched @> array[named]
                 and entry.outcome = 'allowed' and entry.verb = any (verbs)
                 and entry.verb in ('staff.signed_in', 'staff.factor_shown', 'staff.factor_set_up', 'staff.factor_replaced',
                                    'staff.recovery_code_used', 'staff.passkey_added', 'staff.passkey_removed')
             order by entry.nth desc limit 1)
            union all
            (select entry.nth, entry.verb, entry.doc from public.audit_entry entry
             where entry.touched @> array[named] and entry.agency = whose and entry."case" is null and entry.outcome = 'allowed'
                 and entry.verb = any (verbs) and (entry.verb in ('staff.added', 'staff.changed', 'staff.factor_reset', 'staff.left', 'staff.password_given')
                     or (entry.verb = 'staff.password_changed' and entry.actor = somebody))
             order by entry.nth desc limit 1)) newest
        order by newest.nth desc limit 1;
    end if;
    return query
        select act, one ->> 'commit' from jsonb_array_elements(convert_from(said, 'UTF8')::jsonb -> 'touched') one
        where one ->> 'table' = kind and one ->> 'id' = replace(split_part(named, ':', 2), '-', '');
end $$;

-- Of any other row: the commitment of the newest entry that left it as it is, whoever reads it: an act that changes a row begins by this.
-- `changing`: the verbs that change such a row; `making`: that make one; null where each entry that names it says how it stands. `refusing`:
-- those of which an act that was denied counts too.
create index audit_entry_naming on audit_entry using gin (touched) where cardinality(touched) > 0 and verb <> 'batch.received';

create function audit_left_as(named text, kind text, about uuid, making text[], changing text[], refusing text[]) returns text
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    said bytea;
begin
    select entry.doc into said from public.audit_entry entry
    where entry.touched @> array[named] and cardinality(entry.touched) > 0 and entry.verb <> 'batch.received'
        and entry.agency = current_setting('offmon.agency')::uuid and entry."case" is not distinct from about
        and (making is null or entry.verb = any (making || changing)
             and (entry.outcome = 'allowed' or entry.verb = any (refusing)))
    order by coalesce(entry.verb = any (making), false), case when entry.verb = any (making) then -entry.nth else entry.nth end desc
    limit 1;
    return (
        select one ->> 'commit' from jsonb_array_elements(convert_from(said, 'UTF8')::jsonb -> 'touched') one
        where one ->> 'table' = kind and one ->> 'id' = replace(split_part(named, ':', 2), '-', ''));
end $$;

create function audit_has_set_up_app(somebody uuid, whose uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select exists (
        select from public.audit_entry
        where agency = whose and actor = somebody and verb = 'staff.factor_set_up' and outcome = 'allowed' and "case" is null)
$$;
"""

# Nobody reads the agency's log without having said why: a reading of this member of staff, in this session, begun within the last hour
# (`core.log.reading`). The console cannot write the directory, so that it gives nobody a role that may. It began now, and stays.
READ_NOW = f"""
create function audit_is_read_now() returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select exists (
        select from public.audit_logreading reading
        join public.agencies_staff reader on reader.id = reading.read_by
        where reading.agency = current_setting('offmon.agency')::uuid and reader.agency_id = reading.agency
            and reader.role in ({", ".join(f"'{role.value}'" for role in those_who_may(Permission.AUDIT_READ))}) and reader.is_active
            and reading.read_by = current_setting('offmon.actor')::uuid
            and reading.session = nullif(current_setting('offmon.session', true), '')::uuid
            and reading.begun_at <= (extract(epoch from statement_timestamp()) * 1000)::bigint + 5000
            and reading.begun_at > (extract(epoch from statement_timestamp()) * 1000)::bigint - {READING_MS})
$$;
create function audit_reading_begins_now() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if (abs(new.begun_at - extract(epoch from clock_timestamp()) * 1000) <= 5000) is not true then
        raise exception 'a reading of the log begins now'
            using errcode = 'check_violation', constraint = 'log_reading_begins_now';
    end if;
    return new;
end $$;
create trigger begins_now before insert on audit_logreading for each row execute function audit_reading_begins_now();
create policy offmon_backstop on audit_logreading for select to offmon_backstop
    using (agency = current_setting('offmon.agency')::uuid);
grant select (agency, read_by, session, begun_at) on audit_logreading to offmon_backstop;
"""
OWN_READING = "read_by = current_setting('offmon.actor')::uuid"
# As a sub-select it is asked once a statement, and not of each row.
IS_READ = "(select audit_is_read_now())"

# The cases that are open to whoever acts, which `policies.CASELOAD` asks for. The backstop's role asks, since the caseload cannot ask itself.
# At the statement's time and not the transaction's: who opens a case works on it in the same transaction.
OPEN_TO_ACTOR = """
create function audit_open_to_actor() returns uuid[]
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return array(
        select "case" from public.agencies_caseload
        where staff_id = current_setting('offmon.actor')::uuid and agency = current_setting('offmon.agency')::uuid
            and (offer_id is not null) = (coalesce(current_setting('offmon.took_over', true), '') = 'yes')
            and since <= (extract(epoch from statement_timestamp()) * 1000)::bigint
            and (until is null or until > (extract(epoch from statement_timestamp()) * 1000)::bigint));
end $$;
"""

# Which agency leads a case: who took it over last, else the agency in whose log it lies. And when a case left that agency, if it did: its
# log's readers read what was done until then, and nothing since.
LED = """
create function audit_lead_of(about uuid, whose uuid) returns uuid
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select coalesce((
        select receiver_id from public.agencies_transferoffer
        where "case" = about and agency = whose and accepted_at is not null order by accepted_at desc limit 1), whose)
$$;
create function audit_cases_left() returns setof uuid
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select distinct one."case" from public.agencies_transferoffer one
    where one.agency = current_setting('offmon.agency')::uuid and one.accepted_at is not null
        and public.audit_lead_of(one."case", one.agency) <> one.agency
$$;
create function audit_left_at(about uuid) returns bigint
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select min(accepted_at) from public.agencies_transferoffer
    where "case" = about and agency = current_setting('offmon.agency')::uuid and accepted_at is not null
$$;
"""
IS_READ_UNTIL_LEFT = f"""({IS_READ} and ("case" not in (select audit_cases_left()) or at <= audit_left_at("case")))"""

# The operator's commands write entries of accounts, as the owner, in the scope of the agency whose staff they are.
OPERATOR_WRITES = f"""
create policy offmon_owner on audit_entry to offmon_owner using ({AGENCY}) with check ({AGENCY});
"""

# The hashes of the agency's records, by their places: what proves an entry of one case, and says nothing of another.
RECORDS_AT = """
create policy offmon_backstop on audit_sequenced for select to offmon_backstop
    using (agency = current_setting('offmon.agency')::uuid);
grant select (agency, index, record) on audit_sequenced to offmon_backstop;
create function audit_records_at(first bigint, width integer) returns setof bytea
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select record from public.audit_sequenced
    where agency = current_setting('offmon.agency')::uuid and index >= first and index < first + width order by index
$$;
"""

BACKSTOP_READS = """
create policy offmon_backstop on audit_entry for select to offmon_backstop using (true);
grant select (xid, nth, id, agency, "case", at, verb, operation, outcome, actor, actor_role, actor_team, session, request, reason, recipient, alert,
              decision, manifest, touched, doc, salt, commit) on audit_entry to offmon_backstop;
"""

# The signer reads the entries of what it asks before it signs (`core.log.attribution.ASKED`), and no other.
ASKED = "verb = any (array(select known.verb from audit_verb known where known.signer_asks))"
# The portal reads hashes, signed checkpoints and places of the agency, which say nothing of anyone, while somebody is signed in.
SIGNED_IN = "current_setting('offmon.case')::uuid is not null"


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("agencies", "0001_initial")]

    operations = [
        migrations.RunSQL([DECLARED, STAMP, REFUSE_CHANGE, VERB_KNOWN, OWN_WORD, WHOLE, OF_AN_AGENCY, OF_ITS_PARENT, MISMATCHES]),
        migrations.RunSQL([NAMES.format(subject="id"), NAMES.format(subject="batch"), BACKSTOP_READS]),
        as_backstop("audit_stamp()"),
        as_backstop("audit_names_id()"),
        as_backstop("audit_names_batch()"),
        as_backstop("audit_of_an_agency()"),
        as_backstop("audit_mismatches()", Process.CONSOLE, Process.ASSURANCE),
        migrations.RunSQL([NEWEST_OF]),
        as_backstop("audit_newest_of(text, text, uuid, uuid, uuid, text[])", Process.CONSOLE, Process.VAULT, Process.WORKER),
        as_backstop("audit_left_as(text, text, uuid, text[], text[], text[])", Process.CONSOLE, Process.WORKER),
        as_backstop("audit_has_set_up_app(uuid, uuid)", Process.CONSOLE),
        migrations.RunSQL([OPEN_TO_ACTOR, LED]),
        as_backstop("audit_open_to_actor()", Process.CONSOLE),
        as_backstop("audit_lead_of(uuid, uuid)", Process.CONSOLE),
        as_backstop("audit_cases_left()", Process.CONSOLE),
        as_backstop("audit_left_at(uuid)", Process.CONSOLE),
        migrations.RunSQL([READ_NOW]),
        as_backstop("audit_is_read_now()", Process.CONSOLE),
        *agency_table("audit_logreading", console=may(SELECT, INSERT, where=OWN_READING)),
        *agency_table(
            "audit_lookuppicked",
            console=may(SELECT, update=["examined_by", "examined_at", "finding", "note"], where=IS_READ),
            worker=may(SELECT, INSERT),
        ),
        # That a sample was drawn says nothing of anyone: its page is there for who may ask, and asks for a purpose first.
        *agency_table("audit_logsample", console=may(SELECT, INSERT, reads="true", writes=IS_READ)),
        *agency_table("audit_sampledlook", console=may(SELECT, INSERT, where=IS_READ), worker=may(SELECT)),
        *log_table(
            "audit_entry",
            # Who ends their own access to a case says so in the log when they no longer have it: it reads less than it writes.
            console=may(SELECT, INSERT, reads=f'("case" is null or {IS_READ_UNTIL_LEFT} or {on_caseload("audit_entry")})'),
            ingest=may(INSERT),
            notify=may(INSERT),
            worker=may(SELECT, INSERT),
            signer=may(SELECT, INSERT, columns=["agency", "case", "at", "verb", "doc"], reads=ASKED),
            vault=may(SELECT, INSERT),
            integrity=may(SELECT, INSERT),
            assurance=may(
                SELECT,
                columns=["id", "agency", "case", "at", "verb", "outcome", "actor", "session", "touched", "commit"],
            ),
            portal=may(
                SELECT, INSERT, columns=["id", "agency", "case", "at", "verb", "outcome", "actor_role", "actor_team"]
            ),
        ),
        migrations.RunSQL([OPERATOR_WRITES, RECORDS_AT]),
        as_backstop("audit_records_at(bigint, integer)", Process.CONSOLE, Process.PORTAL),
        *log_table(
            "audit_sequenced",
            console=may(SELECT, where=f'(run = agency or {IS_READ} or {on_caseload("audit_sequenced", "run")})'),
            worker=may(SELECT, INSERT),
            vault=may(SELECT),
            integrity=may(SELECT, columns=["entry_id", "agency", "index"]),
            assurance=may(SELECT, columns=["entry_id", "agency", "index", "run", "number", "previous", "record"]),
            portal=may(
                SELECT, columns=["entry_id", "agency", "index", "number", "previous", "record"], where=SIGNED_IN
            ),
        ),
        *log_table(
            "audit_node",
            console=may(SELECT),
            worker=may(SELECT, INSERT),
            vault=may(SELECT),
            portal=may(SELECT, columns=["agency", "level", "index", "hash"], where=SIGNED_IN),
        ),
        *log_table(
            "audit_checkpoint",
            console=may(SELECT),
            ingest=may(SELECT),
            worker=may(SELECT, INSERT),
            vault=may(SELECT),
            assurance=may(SELECT, columns=["agency", "size", "note", "cosigned_at"]),
            portal=may(SELECT, columns=["id", "agency", "size", "note", "cosigned_at"], where=SIGNED_IN),
        ),
        *log_table("audit_sealedlook", worker=may(SELECT, INSERT), portal=may(SELECT)),
        *log_table(
            "audit_sealedday",
            worker=may(SELECT, INSERT),
            portal=may(SELECT, columns=["id", "agency", "on", "leaves", "entry", "doc", "salt"], where=SIGNED_IN),
        ),
    ]
