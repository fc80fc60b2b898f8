"""An item's leaf and alert are of the item's own agency, case and deployment, and the leaf stands where the item says.

A foreign key that held all of that would need an index of its own on every leaf that devices send. Neither changes afterwards.
"""

from django.db import migrations

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
REVERSED = """
drop trigger item_of_its_case on triage_alertitem;
drop function triage_item_of_its_case();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0001_initial'),
        ('triage', '0004_risen_at'),
    ]

    operations = [
        migrations.RunSQL(OF_ITS_CASE, REVERSED),
    ]
