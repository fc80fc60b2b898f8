"""What guards the agencies' tables: whose caseload a case is on, who signs in and by what, and whom the directory names."""

from django.db import migrations

from offmon.core.access.roles import Permission, those_who_may
from offmon.server.base.policies import (
    AUDIT_GUARDS,
    DELETE,
    INSERT,
    SELECT,
    Process,
    agency_table,
    as_backstop,
    case_table,
    directory_table,
    may,
    of_its_parent,
    on_caseload,
)

# The caseload cannot ask itself (a policy that reads its own table never ends): the backstop's role asks, in the scope's agency. Whether
# a guest still works on any case here decides if their agency's page offers ours; who ends one grant may not see the others.
ON_CASELOAD = """
create function agencies_is_open_to_actor(wanted uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select wanted = any (public.audit_open_to_actor())
$$;
create function agencies_has_a_case(somebody uuid, moment bigint, took_over boolean) returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select exists (
        select from public.agencies_caseload
        where staff_id = somebody and (offer_id is not null) = took_over and agency = current_setting('offmon.agency')::uuid
            and since <= moment and (until is null or until > moment))
$$;
create function agencies_left_behind(somebody uuid, moment bigint) returns table (cases bigint, alone bigint)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select count(*), count(*) filter (where not exists (
        select from public.agencies_caseload other join public.agencies_staff colleague on colleague.id = other.staff_id
        where other."case" = mine."case" and other.agency = mine.agency and other.staff_id <> somebody
            and colleague.is_active and colleague.role = (select role from public.agencies_staff where id = somebody)
            and other.since <= moment and other.until is null))
    from public.agencies_caseload mine
    where mine.staff_id = somebody and mine.agency = current_setting('offmon.agency')::uuid
        and mine.since <= moment and (mine.until is null or mine.until > moment)
$$;
"""

# Nobody opens a case to staff of another agency, but within a sharing with that agency, or once that agency took the case over. It locks the sharing that it read, so that one which
# is being ended at this moment is waited for.
WITHIN_ITS_SHARING = """
create function agencies_grant_within_its_sharing() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    home uuid := (select agency_id from public.agencies_staff where id = new.staff_id);
begin
    if home is null or (home = new.agency and new.party_id is null and new.offer_id is null
            and (tg_op = 'UPDATE' or public.audit_lead_of(new."case", new.agency) = home)) then
        return null; -- nobody of that id: the foreign key's to refuse
    end if;
    if home <> new.agency and new.offer_id is not null and new.party_id is null then
        perform from public.agencies_transferoffer mine
            where mine.id = new.offer_id and mine.agency = new.agency and mine."case" = new."case" and mine.receiver_id = home
                and mine.accepted_at is not null and mine.accepted_at <= new.since
                and (new.until is not null or not exists (
                    select from public.agencies_transferoffer later
                    where later.agency = mine.agency and later."case" = mine."case" and later.accepted_at > mine.accepted_at));
        if found then
            return null;
        end if;
    elsif home <> new.agency and new.offer_id is null then
        perform from public.agencies_party
            where id = new.party_id and agency = new.agency and "case" = new."case" and partner_id = home
                and since <= new.since and (until is null or new.until <= until)
            for share;
        if found then
            return null;
        end if;
    end if;
    raise exception 'a case is open to staff of another agency only within a sharing with that agency or a transfer to it'
        using errcode = 'check_violation', constraint = 'caseload_within_its_sharing';
end $$;
create constraint trigger within_its_sharing after insert or update on agencies_caseload
    for each row execute function agencies_grant_within_its_sharing();
"""

# Nobody ends a sharing and leaves a grant that rests on it. It runs as the backstop, in the scope of the sharing's own agency (where its
# grants are), and as it is at this moment: whoever ends it may not see the grant.
NO_GRANT_OUTLASTS = """
create function agencies_no_grant_outlasts_its_sharing() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    here constant text := current_setting('offmon.agency');
    is_outlasted boolean;
begin
    perform set_config('offmon.agency', new.agency::text, true);
    is_outlasted := current_setting('transaction_isolation') <> 'read committed' or exists (
        select from public.agencies_caseload where party_id = new.id and (until is null or until > new.until));
    perform set_config('offmon.agency', here, true);
    if is_outlasted then
        raise exception 'a sharing ends with every grant that rests on it'
            using errcode = 'check_violation', constraint = 'party_outlasts_its_grants';
    end if;
    return null;
end $$;
create constraint trigger outlasts_its_grants after update on agencies_party
    for each row when (new.until is not null) execute function agencies_no_grant_outlasts_its_sharing();
"""

# Nobody opens or closes a case to a colleague for a time that is past (the signer asks whether it was open to them when they agreed), and
# what was closed stays closed. Within 5 seconds of the database's own time, as an audit entry is.
AS_OF_NOW = """
create function agencies_grant_as_of_now() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    told bigint := case when tg_op = 'INSERT' then new.since else new.until end;
begin
    if abs(told - extract(epoch from clock_timestamp()) * 1000) > 5000
        or (tg_op = 'INSERT' and new.until is not null and (new.covers_id is null
            or new.until <= new.since or new.until > new.since + 57 * 86400000::bigint))
        or (tg_op = 'UPDATE' and old.until <= extract(epoch from clock_timestamp()) * 1000) then
        raise exception 'a case is opened and closed to somebody as of now, and once'
            using errcode = 'check_violation', constraint = 'caseload_as_of_now';
    end if;
    return null;
end $$;
create constraint trigger written_as_of_now after insert or update on agencies_caseload
    for each row execute function agencies_grant_as_of_now();
"""

# Nobody uses a code of an authenticator app twice: while a secret stays, either the step rises or a recovery code goes.
USED_ONCE = """
create function agencies_code_used_once() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if new.secret is not distinct from old.secret
        and (new.last_step < old.last_step or not new.recovery <@ old.recovery
             or (new.last_step = old.last_step and new.recovery = old.recovery)) then
        raise exception 'a code of an authenticator app is used once'
            using errcode = 'check_violation', constraint = 'code_used_once';
    end if;
    return new;
end $$;
create trigger code_used_once before update of last_step, recovery on agencies_secondfactor
    for each row execute function agencies_code_used_once();
"""

# Nobody sets a passkey's counter back, or takes up one that was removed.
GOES_FORWARD = """
create function agencies_passkey_goes_forward() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if old.removed_at is not null or new.counter < old.counter then
        raise exception 'a passkey counts forward, and is removed for good'
            using errcode = 'check_violation', constraint = 'passkey_goes_forward';
    end if;
    return new;
end $$;
create trigger passkey_goes_forward before update on agencies_passkey
    for each row execute function agencies_passkey_goes_forward();
"""

# Nobody writes down that a second factor was shown at another hour. What a guest showed at home stands with the lead agency with its own
# time: the row at home must say the same, and is looked for as the console itself could.
SHOWN_NOW = """
create function agencies_shown_now() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    home constant uuid := (select agency_id from public.agencies_staff where id = new.staff_id);
    here constant text := current_setting('offmon.agency');
    is_carried boolean := false;
begin
    if (abs(new.at - extract(epoch from clock_timestamp()) * 1000) > 5000) is not true then
        return new;  -- that there is a time at all, the column asks
    end if;
    if home <> new.agency then
        perform set_config('offmon.agency', home::text, true);
        is_carried := exists (
            select from public.agencies_factorshown
            where agency = home and (staff_id, session, at, factor) = (new.staff_id, new.session, new.at, new.factor));
        perform set_config('offmon.agency', here, true);
    end if;
    if not is_carried then
        raise exception 'a second factor is shown now, within 5 seconds of the database''s own time, or was at home'
            using errcode = 'check_violation', constraint = 'factor_shown_now';
    end if;
    return new;
end $$;
create trigger shown_now before insert on agencies_factorshown for each row execute function agencies_shown_now();
"""

# Nobody changes without an entry whom an agency's staff and devices reach. Of every column that a process may change; the rest the operator
# alone changes, at the database.
NAMES = """
create function audit_names_agency() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (
            select from (select * from public.audit_entry where xid = pg_current_xact_id() offset 0) said
            where agency = new.id and touched @> array['agencies_agency:' || new.id]) then
        raise exception 'a row of % was written without an audit entry that names it', tg_table_name
            using errcode = 'integrity_constraint_violation', constraint = 'audit_names_agency';
    end if;
    return null;
end $$;
create constraint trigger audited
    after update of contact_checked_at, contact_checked_by, duty_inspector, office_hours, on_call_high, on_call_standard, on_call_urgent
    on agencies_agency deferrable initially deferred for each row execute function audit_names_agency();
"""

# Nobody opens, changes or closes an account without an entry that names it: the operator's commands write both.
NAMES_STAFF = """
create constraint trigger audited after insert or update or delete on agencies_staff
    deferrable initially deferred for each row execute function audit_names_id('directory of no case');
"""

# Nobody opens an account again, or gives anybody a role, from the console; and the worker only as administrators asked this very moment, two
# where two must (`account_change_takes_two`).
AS_ASKED = """
create function agencies_staff_as_asked() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if current_user = 'offmon_console' and new.is_active and not old.is_active then
        raise exception 'the console opens no account again'
            using errcode = 'check_violation', constraint = 'staff_closed_for_good';
    end if;
    if current_user = 'offmon_worker' and not exists (
            select from public.agencies_accountchange asked
            where asked.staff = new.id and (asked.act <> 'move' or new.role = old.role) and asked.agency = new.agency_id and asked.role = new.role and asked.team_id = new.team_id
                and abs(asked.applied_at - extract(epoch from clock_timestamp()) * 1000) < 5000) then
        raise exception 'the worker changes an account only as somebody asked'
            using errcode = 'check_violation', constraint = 'staff_as_asked';
    end if;
    return null;
end $$;
create constraint trigger as_asked after insert or update on agencies_staff
    deferrable initially deferred for each row execute function agencies_staff_as_asked();
"""

# Nobody passes off a line of the directory as checked: somebody of the agency's staff in a role that may, as an entry of theirs says, and
# what is shown now is what it says, word for word. The entry follows the row by an instant, both by the console's clock.
CHECKED = """
create function agencies_contact_checked(wanted uuid, may_check text[]) returns bigint
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select shown.contact_checked_at
    from public.agencies_agency shown
    join public.agencies_staff checker
        on checker.id = shown.contact_checked_by and checker.agency_id = shown.id and checker.role = any(may_check)
    where shown.id = wanted and exists (
        select from public.audit_entry
        where agency = shown.id and verb = 'agency.contact_checked' and outcome = 'allowed' and actor = checker.id
            and at between shown.contact_checked_at and shown.contact_checked_at + 5000 and reason = shown.contact
            and touched @> array['agencies_agency:' || shown.id])
$$;
"""


# Nobody puts two people on call for one team and turn at the same instant. Two who try at once wait for each other. A shift is not changed
# but cut short, once and as of now; and none is entered for a time that is past, so that it stays true who was on call.
ON_CALL_ALONE = """
create function agencies_shift_alone() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    perform from public.agencies_agency where id = new.agency for no key update;
    if exists (
            select from public.agencies_shift other
            where other.agency = new.agency and other.team_id is not distinct from new.team_id and other.tier = new.tier
                and other.id <> new.id and other.since < new.until and least(other.until, other.ended_at) > new.since
                and least(other.until, other.ended_at) > other.since) then
        raise exception 'one person is on call for a team and turn at an instant'
            using errcode = 'check_violation', constraint = 'shift_alone';
    end if;
    return new;
end $$;
create trigger shift_alone before insert on agencies_shift for each row execute function agencies_shift_alone();
create function agencies_shift_ahead() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    now_ms constant double precision := extract(epoch from clock_timestamp()) * 1000;
begin
    if (tg_op = 'INSERT' and (new.ended_at is not null or abs(new.set_at - now_ms) > 5000 or new.since < now_ms - 3605000))
        or (tg_op = 'UPDATE' and (old.ended_at is not null or new.ended_at is null or abs(new.ended_at - now_ms) > 5000)) then
        raise exception 'a shift begins now or later, and is cut short once, as of now'
            using errcode = 'check_violation', constraint = 'shift_ahead';
    end if;
    return new;
end $$;
create trigger shift_ahead before insert or update on agencies_shift for each row execute function agencies_shift_ahead();
"""


# Nobody changes an answer about the agency's times, or gives one for a time that is past: an alert is judged by what was in force then.
TIMES_ANSWERED = """
create function agencies_times_answered_once() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if (tg_op = 'INSERT' and (new.agreed_by is not null or new.refused_by is not null))
        or (tg_op = 'UPDATE' and (old.agreed_by is not null or old.refused_by is not null
            or abs(coalesce(new.agreed_at, new.refused_at) - extract(epoch from clock_timestamp()) * 1000) > 5000)) then
        raise exception 'a version of the times is answered once, as of now'
            using errcode = 'check_violation', constraint = 'times_answered_once';
    end if;
    return new;
end $$;
create trigger times_answered_once before insert or update on agencies_timesversion
    for each row execute function agencies_times_answered_once();
"""


def _of(permission: Permission) -> str:
    """The roles that may, for SQL."""
    return ", ".join(f"'{role.value}'" for role in those_who_may(permission))


# Nobody moves a case by one agency's word: an offer begins unanswered, as its approved proposal says, and only somebody of the receiver's
# staff in a role that may accepts it or declines. An officer of the sender's may withdraw it. What was answered stays.
TWO_AGENCIES = f"""
create function agencies_offer_as_approved() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if new.accepted_by is not null or new.refused_by is not null or not exists (
            select from public.agencies_transfer said
            where said.id = new.transfer_id and said.agency = new.agency and said."case" = new."case"
                and said.receiver_id = new.receiver_id and said.counts_from = new.counts_from and said.proposed_by = new.proposed_by
                and said.approved_by = new.approved_by and said.approved_at = new.approved_at) then
        raise exception 'an offer of a case says what was approved'
            using errcode = 'check_violation', constraint = 'offer_as_approved';
    end if;
    return new;
end $$;
create trigger as_approved before insert on agencies_transferoffer for each row execute function agencies_offer_as_approved();
create function agencies_offer_answered_there() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if old.accepted_by is not null or old.refused_by is not null or not exists (
            select from public.agencies_staff one
            where one.id = coalesce(new.accepted_by, new.refused_by) and one.is_active
                and case when new.withdrawn then one.agency_id = new.sender_id and one.role in ({_of(Permission.TRANSFER_PROPOSE)})
                    else one.agency_id = new.receiver_id and one.role in ({_of(Permission.TRANSFER_ACCEPT)}) end) then
        raise exception 'the other agency answers an offer of a case, once'
            using errcode = 'check_violation', constraint = 'offer_answered_there';
    end if;
    return new;
end $$;
create trigger answered_there before update on agencies_transferoffer for each row execute function agencies_offer_answered_there();

create function agencies_earlier_access_ends() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if exists (
            select from public.agencies_caseload held
            where held.agency = new.agency and held."case" = new."case" and held.party_id is null
                and (held.until is null or held.until > (extract(epoch from clock_timestamp()) * 1000)::bigint)
                and held.offer_id is distinct from case when new.receiver_id = new.agency then null else new.id end) then
        raise exception 'whoever worked on a case before its transfer no longer does'
            using errcode = 'check_violation', constraint = 'earlier_access_ends';
    end if;
    return null;
end $$;
create constraint trigger earlier_access_ends after update on agencies_transferoffer
    deferrable initially deferred for each row when (old.accepted_at is null and new.accepted_at is not null)
    execute function agencies_earlier_access_ends();
"""

# To whom an offer is shown: who works on the case, and the agency that it is made to.
OFFERED = """exists (select from agencies_staff me where me.id = current_setting('offmon.actor')::uuid
    and me.agency_id = agencies_transferoffer.receiver_id)"""

BACKSTOP_READS = """
create policy offmon_backstop on agencies_transferoffer for select to offmon_backstop
    using (agency = current_setting('offmon.agency')::uuid);
grant select (id, agency, "case", receiver_id, accepted_at) on agencies_transferoffer to offmon_backstop;
create policy offmon_backstop on agencies_caseload for select to offmon_backstop
    using (agency = current_setting('offmon.agency')::uuid);
grant select (agency, "case", staff_id, party_id, offer_id, since, until) on agencies_caseload to offmon_backstop;
grant select (id, contact, contact_checked_at, contact_checked_by) on agencies_agency to offmon_backstop;
grant select (id, agency_id, role, is_active) on agencies_staff to offmon_backstop;
"""

LED = ["id", "agency", "case", "receiver_id", "sender_id", "accepted_at"]
# As a `case`, one's own rows are seen without a question, and whoever asks says which index finds the others.
OPEN_TO_ACTOR = """case when staff_id = current_setting('offmon.actor')::uuid then true
    else "case" = any ((select audit_open_to_actor())::uuid[]) end"""

ON_CALL = ["office_hours", "on_call_urgent", "on_call_high", "on_call_standard", "duty_inspector"]
CHECK = ["contact_checked_at", "contact_checked_by"]
SHOWN = ["id", "name", "force_code", "origin", "root", "contact", *ON_CALL, "delay_days", *CHECK]
OF_STAFF = ["id", "agency_id", "team_id", "role", "is_active", "given_until"]


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_initial"), ("sessions", "0001_initial"), AUDIT_GUARDS]

    operations = [
        migrations.RunSQL([ON_CASELOAD, WITHIN_ITS_SHARING, NO_GRANT_OUTLASTS, AS_OF_NOW]),
        migrations.RunSQL([TWO_AGENCIES, ON_CALL_ALONE, TIMES_ANSWERED]),
        migrations.RunSQL([USED_ONCE, GOES_FORWARD, SHOWN_NOW, NAMES, NAMES_STAFF, AS_ASKED, CHECKED, BACKSTOP_READS]),
        as_backstop("agencies_is_open_to_actor(uuid)", Process.CONSOLE),
        as_backstop("agencies_has_a_case(uuid, bigint, boolean)", Process.CONSOLE),
        as_backstop("agencies_left_behind(uuid, bigint)", Process.CONSOLE),
        as_backstop("agencies_no_grant_outlasts_its_sharing()"),
        as_backstop("agencies_earlier_access_ends()"),
        as_backstop("audit_names_agency()"),
        as_backstop("agencies_contact_checked(uuid, text[])", Process.WEBSITE, Process.CONSOLE, Process.ASSURANCE),
        *directory_table(
            "agencies_agency",
            console=may(SELECT, update=[*ON_CALL, *CHECK]),
            ingest=may(SELECT),
            worker=may(SELECT),
            signer=may(SELECT),
            vault=may(SELECT),
            integrity=may(SELECT, columns=SHOWN),
            notify=may(SELECT, columns=["id"]),
            assurance=may(SELECT, columns=SHOWN),
            website=may(SELECT),
            portal=may(SELECT, columns=SHOWN),
        ),
        *directory_table(
            "agencies_keysstatement",
            console=may(SELECT), ingest=may(SELECT), signer=may(SELECT), vault=may(SELECT), assurance=may(SELECT),
            portal=may(SELECT, columns=["id", "agency_id", "version", "document"]),  # public: an end certificate holds them
        ),
        *directory_table(
            "agencies_team",
            console=may(SELECT, INSERT),
            worker=may(SELECT, columns=["id", "name", "agency_id"]),
            portal=may(SELECT, columns=["id", "name"]),
        ),
        *directory_table(
            "agencies_staff",
            console=may(SELECT, update=["is_active", "password", "credentials", "given_until"]),
            worker=may(
                SELECT,
                INSERT,
                columns=[*OF_STAFF, "salt", "credentials"],
                update=["role", "team_id"],
            ),
            signer=may(SELECT, columns=["id", "agency_id", "role", "team_id", "is_active"]),
            vault=may(SELECT, columns=[*OF_STAFF, "salt", "credentials"]),
            integrity=may(SELECT),
            assurance=may(SELECT, columns=["id", "agency_id", "role", "is_active"]),
            notify=may(SELECT, columns=["id", "agency_id", "is_active"]),
        ),
        *agency_table(
            "agencies_accountchange",
            console=may(
                SELECT,
                INSERT,
                update=["agreed_by", "agreed_in", "refused_by", "refused_at", "refusal", "password", "applied_at"],
            ),
            worker=may(SELECT, update=["applied_at", "password"]),
        ),
        *agency_table(
            "agencies_shift",
            console=may(SELECT, INSERT, update=["ended_by", "ended_at"]),
            worker=may(SELECT),
            signer=may(SELECT),
        ),
        *agency_table(
            "agencies_timesversion",
            console=may(
                SELECT, INSERT, update=["agreed_by", "agreed_at", "agreed_in", "refused_by", "refused_at", "refusal"]
            ),
            worker=may(SELECT),
        ),
        *directory_table("django_session", console=may(SELECT, INSERT, DELETE, update=["session_data", "expire_date"])),
        *directory_table("agencies_failedsignin", console=may(SELECT, INSERT, DELETE)),
        *directory_table("agencies_guestoffer", console=may(SELECT, INSERT, DELETE)),
        *case_table(
            "agencies_caseload",
            console=may(SELECT, INSERT, update=["until"], reads=OPEN_TO_ACTOR),
            worker=may(SELECT),
            signer=may(SELECT, columns=["id", "agency", "case", "staff_id", "party_id", "offer_id", "covers_id", "since", "until"]),
            vault=may(SELECT),
            assurance=may(SELECT, columns=["agency", "case", "staff_id", "party_id", "since", "until"]),
        ),
        *case_table(
            "agencies_transfer",
            console=may(
                SELECT,
                INSERT,
                update=["approved_by", "approved_at", "agreed_in", "refused_by", "refused_at", "refusal", "withdrawn"],
            ),
        ),
        *case_table(
            "agencies_transferoffer",
            console=may(
                SELECT,
                INSERT,
                update=[
                    *("accepted_by", "accepted_at", "officer", "agreed_in", "refused_by", "refused_at", "refusal"),
                    "withdrawn",
                ],
                reads=f"({on_caseload('agencies_transferoffer')} or {OFFERED})",
            ),
            **dict.fromkeys(("worker", "signer", "vault", "portal"), may(SELECT, columns=LED)),
        ),
        *of_its_parent("agencies_transferoffer", "transfer_id", "agencies_transfer"),
        *case_table(
            "agencies_party",
            console=may(SELECT, INSERT, update=["until"]),
            assurance=may(SELECT, columns=["id", "agency", "case", "partner_id", "since", "until"]),
        ),
        *agency_table(
            "agencies_secondfactor",
            console=may(SELECT, INSERT, update=["secret", "confirmed_at", "last_step", "recovery"]),
            assurance=may(SELECT, columns=["id", "agency", "staff_id", "confirmed_at"]),
        ),
        *of_its_parent("agencies_secondfactor", "staff_id", "agencies_staff", agency="agency_id", case=False),
        *agency_table(
            "agencies_passkey",
            console=may(SELECT, INSERT, update=["counter", "removed_at"]),
            assurance=may(SELECT, columns=["id", "agency", "staff_id", "removed_at"]),
        ),
        *agency_table(
            "agencies_factorshown",
            console=may(SELECT, INSERT),
            vault=may(SELECT),
            assurance=may(SELECT, columns=["id", "agency", "staff_id", "session", "at"]),
        ),
    ]
