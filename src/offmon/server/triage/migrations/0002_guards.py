"""What guards the tables of triage."""

from django.db import migrations

from offmon.server.base.policies import (
    AUDIT_GUARDS,
    INSERT,
    SELECT,
    Process,
    as_backstop,
    case_table,
    directory_table,
    may,
    of_its_parent,
    on_caseload,
)

# Nobody puts what another's device sent into an alert: an item's leaf and alert are of the item's own agency, case and deployment, and the
# leaf stands where the item says. A foreign key that held all of that would need an index of its own on every leaf that devices send.
OF_ITS_CASE = """
create function triage_item_of_its_case() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (
        select from public.intake_leaf leaf
        join public.triage_alert alert using (agency, "case", deployment)
        where (leaf.id, alert.id) = (new.leaf, new.alert_id)
            and (agency, "case", leaf.device, leaf.epoch, leaf.n) = (new.agency, new."case", new.device, new.epoch, new.n)
    ) then
        raise exception 'what an alert holds is of that case'
            using errcode = 'check_violation', constraint = 'alertitem_of_its_case';
    end if;
    return new;
end $$;
create trigger item_of_its_case before insert or update on triage_alertitem
    for each row execute function triage_item_of_its_case();
"""


# Nobody looks again at their own decision, and what was found before the first decision was seen is not changed after.
BY_ANOTHER = """
create function triage_second_look_by_another() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if exists (
        select from public.triage_decision decision
        where decision.id = new.decision_id and (decision.decided_by = new.drawn_by or decision.alert_id <> new.alert_id)
    ) then
        raise exception 'a second look is another person''s, at a decision of that alert'
            using errcode = 'check_violation', constraint = 'second_look_by_another';
    end if;
    if tg_op = 'UPDATE' and old.looked_at is not null then
        raise exception 'a second look is recorded once'
            using errcode = 'check_violation', constraint = 'second_look_once';
    end if;
    return new;
end $$;
create trigger second_look_by_another before insert or update on triage_secondlook
    for each row execute function triage_second_look_by_another();
"""

# Whoever has an alert may have no access to its case. This tells them what was passed to them and is undecided: which alert, how grave, since
# when, whether they answered, and the message that told them. It runs as the backstop, in the scope's agency, and asks for the actor alone.
PASSED_TO_ACTOR = """
create function triage_passed_to_actor() returns table (alert uuid, "case" uuid, gravity text, at bigint, answered bigint, message uuid)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select mine.alert_id, mine."case", held.gravity, mine.at,
        (select min(said.at) from public.triage_acknowledgement said
            where said.alert_id = mine.alert_id and said.by = mine.staff and said.at >= mine.at),
        (select told.message from public.triage_called told
            where told.alert_id = mine.alert_id and told.staff = mine.staff order by told.at desc limit 1)
    from public.triage_handover mine join public.triage_alert held on held.id = mine.alert_id
    where mine.agency = current_setting('offmon.agency')::uuid and held.agency = mine.agency
        and mine.staff = current_setting('offmon.actor')::uuid and held.state <> 'decided'
        and not exists (
            select from public.triage_handover later where later.alert_id = mine.alert_id and later.at > mine.at)
    order by mine.at
$$;
create policy offmon_backstop on triage_alert for select to offmon_backstop using (agency = current_setting('offmon.agency')::uuid);
create policy offmon_backstop on triage_handover for select to offmon_backstop using (agency = current_setting('offmon.agency')::uuid);
create policy offmon_backstop on triage_acknowledgement for select to offmon_backstop
    using (agency = current_setting('offmon.agency')::uuid);
grant select (id, agency, gravity, state) on triage_alert to offmon_backstop;
grant select (agency, "case", alert_id, staff, at) on triage_handover to offmon_backstop;
grant select (agency, alert_id, by, at) on triage_acknowledgement to offmon_backstop;
create policy offmon_backstop on triage_called for select to offmon_backstop using (agency = current_setting('offmon.agency')::uuid);
grant select (agency, alert_id, staff, at, message) on triage_called to offmon_backstop;
"""

# Nobody says in another's name that they have an alert, nor at another time, nor of an alert that neither came to them nor is of a case that
# is open to them.
ACKNOWLEDGED_NOW = """
create function triage_acknowledged_now() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if new."by" <> current_setting('offmon.actor')::uuid or abs(new.at - extract(epoch from clock_timestamp()) * 1000) > 5000
        or not (
            exists (select from public.triage_passed_to_actor() mine where (mine.alert, mine."case") = (new.alert_id, new."case"))
            or exists (
                select from public.triage_alert held
                where (held.id, held.agency, held."case") = (new.alert_id, new.agency, new."case"))) then
        raise exception 'whoever an alert came to acknowledges it, as of now'
            using errcode = 'check_violation', constraint = 'acknowledged_now';
    end if;
    return new;
end $$;
create trigger acknowledged_now before insert on triage_acknowledgement
    for each row execute function triage_acknowledged_now();
"""


class Migration(migrations.Migration):
    dependencies = [("triage", "0001_initial"), AUDIT_GUARDS]

    operations = [
        migrations.RunSQL([OF_ITS_CASE, BY_ANOTHER]),
        *case_table(
            "triage_alert",
            console=may(SELECT, update=["state", "owner"]),
            # Whose it is changes with a hand-over. Its state stays what only people move it to.
            worker=may(SELECT, INSERT, update=["gravity", "owner", "last_at", "risen_at", "due_at", "is_full"]),
            vault=may(SELECT),
            assurance=may(SELECT, columns=["id", "agency", "state"]),
        ),
        *case_table("triage_alertitem", console=may(SELECT), worker=may(SELECT, INSERT), vault=may(SELECT)),
        *case_table(
            "triage_acknowledgement",
            # Written by who may have no access to the case; read by who has.
            console=may(SELECT, INSERT, reads=on_caseload("triage_acknowledgement")),
            worker=may(SELECT),
            vault=may(SELECT),
        ),
        *case_table("triage_handover", console=may(SELECT), worker=may(SELECT, INSERT), vault=may(SELECT)),
        *case_table("triage_called", console=may(SELECT), worker=may(SELECT, INSERT)),
        *of_its_parent("triage_called", "alert_id", "triage_alert"),
        *case_table(
            "triage_decision",
            console=may(SELECT, INSERT),
            vault=may(SELECT),
            assurance=may(SELECT, columns=["id", "agency", "case", "alert_id", "corrects_id", "decided_by", "decided_at"]),
        ),
        *of_its_parent("triage_decision", "alert_id", "triage_alert"),
        *case_table(
            "triage_secondlook",
            console=may(SELECT, INSERT, update=["outcome", "reason", "looked_at"]),
            vault=may(SELECT),
        ),
        *of_its_parent("triage_secondlook", "decision_id", "triage_decision"),
        *case_table(
            "triage_action",
            console=may(
                SELECT,
                INSERT,
                update=["welfare", "welfare_by", "welfare_at", "outside_reference", "outcome", "done_by", "done_at", "cancelled_in_id", "cancelled_reason"],
            ),
            vault=may(SELECT),
        ),
        *of_its_parent("triage_action", "decision_id", "triage_decision"),
        migrations.RunSQL([PASSED_TO_ACTOR, ACKNOWLEDGED_NOW]),
        as_backstop("triage_passed_to_actor()", Process.CONSOLE),
        *directory_table("triage_cursor", worker=may(SELECT, INSERT, update=["n"])),
    ]
