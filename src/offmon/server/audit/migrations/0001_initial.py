"""The log's tables, and the functions that guard everyone else's (ADR 4).

`policies.case_table` hangs `audit_names_id` or `audit_names_batch` on a table as a deferred constraint trigger: at commit, each row that
was written must be named by an entry of this very transaction. The functions run as `offmon_backstop`, which can read entries and
do nothing else: the role that writes a row may well be one that cannot read the log.
"""

import django.db.models.deletion
import offmon.server.base.fields
import offmon.server.base.ids
from django.db import migrations, models

from offmon.server.base.policies import INSERT, SELECT, log_table, may

# Two columns that no process writes. `xid` is the transaction, stamped below whatever was given; `nth` orders the entries of one.
STAMP = """
alter table audit_entry
    add column xid xid8 not null,
    add column nth bigint generated always as identity;
create index audit_entry_xid on audit_entry (xid);
create index audit_entry_agency on audit_entry (agency, xid, nth);

create function audit_stamp() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    new.xid := pg_current_xact_id();
    if abs(new.at - extract(epoch from clock_timestamp()) * 1000) > 5000 then
        raise exception 'an audit entry states a time more than 5 seconds from the database''s own'
            using errcode = 'check_violation', constraint = 'audit_entry_at';
    end if;
    return new;
end $$;
create trigger stamp before insert on audit_entry for each row execute function audit_stamp();

create function audit_refuse_change() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    raise exception '% of % is refused', lower(tg_op), tg_table_name
        using errcode = 'integrity_constraint_violation', constraint = 'audit_refuse_change';
end $$;
"""

# One function for each column that may name a row's subject, so that its statement is planned once and not for each row.
NAMES = """
create function audit_names_{subject}() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if (tg_op <> 'INSERT' and not exists (
            select from public.audit_entry where xid = pg_current_xact_id()
                and touched @> array[tg_table_name || ':' || old.{subject}]))
       or (tg_op <> 'DELETE' and not exists (
            select from public.audit_entry where xid = pg_current_xact_id()
                and touched @> array[tg_table_name || ':' || new.{subject}])) then
        raise exception 'a row of % was written without an audit entry that names it', tg_table_name
            using errcode = 'integrity_constraint_violation', constraint = 'audit_names_{subject}';
    end if;
    return null;
end $$;
"""

# To give a function away, its new owner must be able to create in the schema; for that moment only.
HAND_OVER = """
grant create on schema public to offmon_backstop;
alter function audit_names_id() owner to offmon_backstop;
alter function audit_names_batch() owner to offmon_backstop;
revoke create on schema public from offmon_backstop;

create policy offmon_backstop on audit_entry for select to offmon_backstop using (true);
grant select (xid, touched) on audit_entry to offmon_backstop;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField()),
                ('case', offmon.server.base.fields.IdField(db_index=True, null=True)),
                ('at', offmon.server.base.fields.MsField()),
                ('verb', offmon.server.base.fields.TextField()),
                ('operation', offmon.server.base.fields.TextField()),
                ('outcome', offmon.server.base.fields.TextField()),
                ('actor', offmon.server.base.fields.IdField()),
                ('actor_role', offmon.server.base.fields.TextField()),
                ('actor_team', offmon.server.base.fields.IdField(null=True)),
                ('session', offmon.server.base.fields.IdField(null=True)),
                ('request', offmon.server.base.fields.IdField(null=True)),
                ('reason', offmon.server.base.fields.TextField(null=True)),
                ('recipient', offmon.server.base.fields.TextField(null=True)),
                ('alert', offmon.server.base.fields.IdField(null=True)),
                ('decision', offmon.server.base.fields.IdField(null=True)),
                ('manifest', offmon.server.base.fields.DigestField(null=True)),
                ('touched', offmon.server.base.fields.TextsField()),
                ('doc', offmon.server.base.fields.BytesField()),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('commit', offmon.server.base.fields.DigestField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField()),
                ('size', offmon.server.base.fields.IntField()),
                ('note', offmon.server.base.fields.BytesField()),
                ('cosigned_at', offmon.server.base.fields.MsField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('cosigned_at', None)), fields=('agency', 'size'), name='audit_signed_once_a_size'), models.UniqueConstraint(condition=models.Q(('cosigned_at', None), _negated=True), fields=('agency', 'size'), name='audit_cosigned_once_a_size')],
            },
        ),
        migrations.CreateModel(
            name='Node',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField()),
                ('level', offmon.server.base.fields.IntField()),
                ('index', offmon.server.base.fields.IntField()),
                ('hash', offmon.server.base.fields.BytesField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agency', 'level', 'index'), name='audit_one_hash_a_node'), models.CheckConstraint(condition=models.Q(('index__gte', 0), ('level__gte', 1)), name='audit_node_in_tree')],
            },
        ),
        migrations.CreateModel(
            name='Sequenced',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='place', serialize=False, to='audit.entry')),
                ('agency', offmon.server.base.fields.IdField()),
                ('index', offmon.server.base.fields.IntField()),
                ('run', offmon.server.base.fields.IdField()),
                ('number', offmon.server.base.fields.IntField()),
                ('previous', offmon.server.base.fields.BytesField()),
                ('record', offmon.server.base.fields.BytesField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agency', 'index'), name='audit_one_entry_an_index'), models.UniqueConstraint(fields=('agency', 'run', 'number'), name='audit_one_entry_a_number'), models.CheckConstraint(condition=models.Q(('index__gte', 0), ('number__gte', 0)), name='audit_counted_from_0')],
            },
        ),
        migrations.RunSQL([STAMP, NAMES.format(subject='id'), NAMES.format(subject='batch')]),
        *log_table(
            'audit_entry',
            ingest=may(INSERT),
            console=may(SELECT, INSERT),
            worker=may(SELECT, INSERT),
            signer=may(INSERT),
            vault=may(SELECT, INSERT),
        ),
        *log_table('audit_sequenced', console=may(SELECT), worker=may(SELECT, INSERT), vault=may(SELECT)),
        *log_table('audit_node', console=may(SELECT), worker=may(SELECT, INSERT), vault=may(SELECT)),
        *log_table(
            'audit_checkpoint',
            ingest=may(SELECT),
            console=may(SELECT),
            worker=may(SELECT, INSERT),
            vault=may(SELECT),
        ),
        migrations.RunSQL([HAND_OVER]),
    ]
