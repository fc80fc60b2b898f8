"""What guards the table of people."""

from django.db import migrations

from offmon.server.base.policies import AUDIT_GUARDS, INSERT, SELECT, Process, as_backstop, case_table, may

# Whoever reads the log works on no case. While they read it, this tells them the reference of a case, and whose case has a reference: no
# name, and nothing else of anyone.
REFERRED = """
create function people_referred(cases uuid[], named text) returns table (about uuid, reference text)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select person."case", person.reference from public.people_person person
    where person.agency = current_setting('offmon.agency')::uuid and public.audit_is_read_now()
        and public.audit_lead_of(person."case", person.agency) = person.agency
        and (person.id = any(cases) or person.reference = named)
$$;
create policy offmon_backstop on people_person for select to offmon_backstop
    using (agency = current_setting('offmon.agency')::uuid);
grant select (id, agency, "case", reference) on people_person to offmon_backstop;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), AUDIT_GUARDS]

    operations = [
        *case_table(
            "people_person",
            console=may(SELECT, INSERT),
            portal=may(SELECT, columns=["id", "agency", "case", "language"]),
        ),
        migrations.RunSQL([REFERRED]),
        as_backstop("people_referred(uuid[], text)", Process.CONSOLE),
        *case_table("people_details", console=may(SELECT, INSERT)),
        *case_table("people_note", console=may(SELECT, INSERT)),
        *case_table("people_personentry", console=may(SELECT, INSERT)),
        *case_table("people_register", console=may(SELECT, INSERT), vault=may(SELECT), portal=may(SELECT)),
        *case_table("people_entrymark", console=may(SELECT, INSERT)),
    ]
