"""What guards the tables of triage."""

from django.db import migrations

from offmon.server.base.policies import AUDIT_GUARDS, INSERT, SELECT, case_table, directory_table, may, of_its_parent

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
        *case_table("triage_handover", console=may(SELECT), worker=may(SELECT, INSERT), vault=may(SELECT)),
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
        *directory_table("triage_cursor", worker=may(SELECT, INSERT, update=["n"])),
    ]
