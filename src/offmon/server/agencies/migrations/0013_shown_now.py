"""A second factor is shown when the row says that it is: nobody writes down a showing of another hour.

The console writes these rows, and whoever has taken it could write one for any moment at which an act of another's needed it. It can still write
one for now (ADR 8). What a guest showed at home stands with the agency that leads with its own time: of that, the row at home must say the same.
"""

from django.db import migrations

# The row at home is looked for as the console itself could, in the scope of that agency: no right of another's is needed for it.
NOW = """
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


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0012_office_hours'),
    ]

    operations = [
        migrations.RunSQL([NOW]),
    ]
