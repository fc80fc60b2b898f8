"""What guards the tables of orders."""

from django.db import migrations

from offmon.server.base.policies import (
    AUDIT_GUARDS,
    INSERT,
    SELECT,
    agency_table,
    case_table,
    directory_table,
    may,
    of_its_parent,
)

# Nobody takes the end of an order back, or moves it, so that monitoring went on under it. Within 5 seconds of the database's own time,
# as an audit entry is.
END_ONCE = """
create function orders_end_once() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if (old.ended_at, old.end_known_at) is not distinct from (new.ended_at, new.end_known_at) then
        return null;
    end if;
    if old.end_known_at is not null or abs(new.end_known_at - extract(epoch from clock_timestamp()) * 1000) > 5000 then
        raise exception 'the end of an order is written once, and as known now'
            using errcode = 'check_violation', constraint = 'instrument_end_once';
    end if;
    return null;
end $$;
create constraint trigger end_once after update on orders_instrument
    for each row execute function orders_end_once();
"""

# Nobody takes a mark of damage away before the operator says that the document was put back: the console could else change a page, and
# pass off as whole what somebody had found out.
STAYS = """
create function orders_damaged_until_restored() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if new.damaged_at is not distinct from old.damaged_at then
        return new;
    end if;
    if old.damaged_at is null and abs(new.damaged_at - extract(epoch from clock_timestamp()) * 1000) > 5000 then
        raise exception 'damage is marked as found now'
            using errcode = 'check_violation', constraint = 'document_found_now';
    end if;
    if old.damaged_at is not null and (new.damaged_at is not null or not exists (
        select from public.orders_restored where instrument_id = old.instrument_id and at > old.damaged_at
    )) then
        raise exception 'a damaged document stays marked until the operator says that it was restored'
            using errcode = 'check_violation', constraint = 'document_damaged_until_restored';
    end if;
    return new;
end $$;
create trigger damaged_until_restored before update on orders_document
    for each row execute function orders_damaged_until_restored();
"""

# A court's or an authority's condition is nobody's to withdraw: not by whoever writes as the person, as their device or for them.
AGREED = """
create function orders_withdrawn_was_agreed() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if abs(new.known_at - extract(epoch from clock_timestamp()) * 1000) > 5000 or not exists (
        select from public.orders_term term join public.orders_instrument agreed on agreed.id = term.instrument_id
        where term.id = new.term_id and agreed.basis = 'voluntary'
    ) then
        raise exception 'only what was agreed to is withdrawn, and as known now'
            using errcode = 'check_violation', constraint = 'withdrawal_of_what_was_agreed';
    end if;
    return null;
end $$;
create constraint trigger was_agreed after insert on orders_withdrawal
    for each row execute function orders_withdrawn_was_agreed();
"""

# What was permitted or excluded is recorded and ended now: whoever moved an end back would make findings of what was permitted then.
SILENCE_NOW = """
create function orders_silence_now() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    now_ms constant double precision := extract(epoch from clock_timestamp()) * 1000;
begin
    if tg_op = 'INSERT' then
        if new.ended_at is null and abs(new.recorded_at - now_ms) <= 5000 then
            return null;
        end if;
    elsif new.ended_at is not distinct from old.ended_at or (old.ended_at is null and abs(new.ended_at - now_ms) <= 5000) then
        return null;
    end if;
    raise exception 'a permission or exclusion is recorded, and ended once, as of now'
        using errcode = 'check_violation', constraint = 'silence_now';
end $$;
create constraint trigger silence_now after insert or update on orders_silence
    for each row execute function orders_silence_now();
"""

REFUSED = ["refused_by", "refused_at", "refusal"]
# Neither signer nor vault is shown the court's words: an order names victims.
WITHOUT_VERBATIM = [
    "id", "agency", "case", "salt", "begun_in", "agreed_in", "instrument_id", "effect", "verbatim_digest", "person_text",
    "person_text_welsh", "source_page", "capabilities", "device_kinds", "since", "until", "recorded_by", "begun_at", "confirmed_by", "confirmed_at",
    "compared_with", *REFUSED,
]
ASSESSED = [
    "id", "agency", "salt", "begun_in", "agreed_in", "title", "capabilities", "sources", "document", "kept_as", "prepared_by", "prepared_at",
    "review_by", "signed_by", "signed_at", "asked_at", "answered_at", "extended", *REFUSED,
]


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial"), AUDIT_GUARDS]

    operations = [
        migrations.RunSQL([END_ONCE, STAYS, AGREED, SILENCE_NOW]),
        *case_table(
            "orders_instrument",
            console=may(SELECT, INSERT, update=["ended_at", "end_known_at"]),
            # When more became known, whether anybody agreed and what that serves, and no word of an order.
            worker=may(SELECT, columns=["id", "agency", "case", "basis", "ended_at", "end_known_at", "agreement"]),
            portal=may(SELECT, columns=["id", "agency", "case", "basis"]),
            signer=may(SELECT),
            vault=may(SELECT),
            assurance=may(
                SELECT,
                columns=[
                    "id", "agency", "case", "basis", "made_on", "convicted_on", "served_at", "effective_from", "offence_types",
                    "requested_at", "ended_at", "end_known_at", "route", "varies", "keeps_earlier", "agreement",
                ],
            ),
        ),
        *case_table(
            "orders_term",
            console=may(SELECT, INSERT, update=["agreed_in", "confirmed_by", "confirmed_at", "compared_with", *REFUSED]),
            worker=may(SELECT, columns=["id", "agency", "case", "instrument_id", "until", "confirmed_at"]),
            portal=may(SELECT, columns=["id", "agency", "case", "instrument_id"]),
            signer=may(SELECT, columns=WITHOUT_VERBATIM),
            vault=may(SELECT, columns=WITHOUT_VERBATIM),
            assurance=may(
                SELECT,
                columns=[
                    "id", "agency", "case", "instrument_id", "effect", "capabilities", "since", "until", "recorded_by", "confirmed_by",
                    "confirmed_at",
                ],
            ),
        ),
        *case_table(
            "orders_document",
            console=may(SELECT, INSERT, update=["damaged_at"]),
            # Neither is given the folder where the pages lie; both must know whether they are sound.
            signer=may(SELECT),
            vault=may(SELECT),
        ),
        *of_its_parent("orders_document", "instrument_id", "orders_instrument"),
        *case_table(
            "orders_withdrawal",
            console=may(SELECT, INSERT),
            portal=may(SELECT, INSERT),
            worker=may(SELECT, INSERT),
            signer=may(SELECT),
            vault=may(SELECT),
            assurance=may(SELECT, columns=["id", "agency", "case", "term_id", "withdrawn_at", "known_at", "door"]),
        ),
        *of_its_parent("orders_withdrawal", "term_id", "orders_term"),
        *case_table(
            "orders_silence",
            console=may(SELECT, INSERT, update=["ended_by", "ended_at"]),
            # Where and when, to raise alerts and to ask for profiles, and no word of it.
            worker=may(
                SELECT,
                columns=[
                    "id", "agency", "case", "why", "term", "of_list", "rule", "site", "days", "week_since", "week_until", "since", "until",
                    "recorded_at", "ended_at",
                ],
            ),
            signer=may(SELECT),
        ),
        *directory_table("orders_restored", console=may(SELECT)),
        *case_table("orders_waiting_scan", console=may(SELECT, INSERT, update=["names", "waits"])),
        # Only the worker gives a licence its status: the console could else let run what the licence system stopped.
        *case_table(
            "orders_licence",
            console=may(SELECT, INSERT),
            worker=may(
                SELECT,
                update=["status", "status_at", "active", "told_at", "conditions", "conditions_at", "varied_at"],
            ),
            signer=may(SELECT),
        ),
        *case_table(
            "orders_event_check",
            console=may(SELECT, INSERT),
            worker=may(SELECT),  # a lease ends with the confirmation
            signer=may(SELECT),
        ),
        *directory_table(
            "orders_licence_feed",
            console=may(SELECT),
            worker=may(
                SELECT,
                INSERT,
                update=[
                    "heard_at", "made_at", "next_by", "changed_at", "applied", "refused", "refused_at", "refusals", "cursor",
                ],
            ),
        ),
        *agency_table(
            "orders_assessment",
            console=may(
                SELECT,
                INSERT,
                update=["agreed_in", "signed_by", "signed_at", "asked_at", "answered_at", "extended", *REFUSED],
            ),
            worker=may(SELECT, columns=ASSESSED),  # it asks for renewals, whose end an assessment cuts
            signer=may(SELECT, columns=ASSESSED),
            assurance=may(
                SELECT,
                columns=[
                    "id", "agency", "capabilities", "sources", "prepared_by", "review_by", "signed_by", "signed_at", "asked_at",
                    "answered_at",
                ],
            ),
        ),
        *agency_table(
            "orders_policy_document",
            console=may(SELECT, INSERT, update=["agreed_in", "agreed_by", "agreed_at", *REFUSED]),
            signer=may(SELECT),  # it signs nothing sensitive without one
            assurance=may(
                SELECT, columns=["id", "agency", "since", "review_by", "prepared_by", "agreed_by", "agreed_at"]
            ),
        ),
    ]
