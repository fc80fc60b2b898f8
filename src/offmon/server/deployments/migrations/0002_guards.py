"""What guards the tables of deployments: what two people authorised, what was served, which devices there are, what was signed."""

from django.db import migrations

from offmon.server.base.policies import AUDIT_GUARDS, INSERT, SELECT, case_table, directory_table, may, of_its_parent

# Nobody takes up monitoring that has ended: to monitor again is to draft anew, which two people do (`core.moves.DEPLOYMENT`).
ENDED = """
create function deployments_ended_for_good() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if old.state = 'ended' and new.state <> 'ended' then
        raise exception 'monitoring that has ended stays ended'
            using errcode = 'check_violation', constraint = 'deployment_ended_for_good';
    end if;
    return new;
end $$;
create trigger ended_for_good before update on deployments_deployment
    for each row execute function deployments_ended_for_good();
"""

# Nobody adds a device without the secret of an enrolment code, one code one device. That a device names a code the column says, that no
# other names it its being unique. The key's line in the directory is written here with the device, as the owner, and by nobody else.
BY_ITS_CODE = """
create function deployments_device_by_its_code() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (
        select from public.deployments_enrolmentcode code
        where code.id = new.code_id and code.agency_id = new.agency and code."case" = new."case"
            and code.deployment = new.deployment_id and code.secret = sha256(new.proof) and code.used_at is null
            and code.expires_at > (extract(epoch from clock_timestamp()) * 1000)::bigint
    ) then
        raise exception 'a device is enrolled by the secret of a code for its deployment, which counts still'
            using errcode = 'check_violation', constraint = 'device_by_its_code';
    end if;
    insert into public.deployments_devicekey (id, keyid, vkey, agency_id, "case", deployment, device)
        values (gen_random_uuid(), split_part(new.device_key, '+', 1) || '+' || split_part(new.device_key, '+', 2),
            new.device_key, new.agency, new."case", new.deployment_id, new.id);
    return new;
end $$;
revoke execute on function deployments_device_by_its_code() from public;
create trigger device_by_its_code before insert on deployments_device
    for each row when (new.code_id is not null) execute function deployments_device_by_its_code();
"""

# Nobody gives out a code before an open visit says by what right the device is accessed (R-LEG-32). What it says is whole by its constraint.
FOR_A_VISIT = """
create function deployments_code_for_a_visit() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (
        select from public.deployments_visit visit
        where visit.agency = new.agency_id and visit."case" = new."case" and visit.deployment_id = new.deployment
            and visit.ended_at is null and visit.access is not null
    ) then
        raise exception 'a code is given out at a visit that says by what right the device is accessed'
            using errcode = 'check_violation', constraint = 'code_for_a_visit';
    end if;
    return new;
end $$;
create trigger code_for_a_visit before insert on deployments_enrolmentcode
    for each row execute function deployments_code_for_a_visit();
"""

# Nobody gives out a code without an entry that names it.
GIVEN_OUT = """
create constraint trigger audited after insert on deployments_enrolmentcode
    deferrable initially deferred for each row execute function audit_names_id('directory');
"""

# Nobody but the signer puts a signed profile in the database: a row begins as a request, and only the signer's role may update one. Nobody
# chooses a profile's number: after the highest that can be written nothing could follow. Of a device's rows the role sees those of its
# own scope; that there is one of a number already the table says.
BEGINS_ASKED = """
create function deployments_profile_begins_asked() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if new.state <> 'asked' then
        raise exception 'a profile begins as a request, which the signer answers'
            using errcode = 'check_violation', constraint = 'profile_begins_asked';
    end if;
    if new.version is distinct from 1 + coalesce(
        (select max(version) from public.deployments_profile where device_id = new.device_id), 0
    ) then
        raise exception 'a profile takes the number after the last one of its device'
            using errcode = 'check_violation', constraint = 'profile_follows';
    end if;
    return new;
end $$;
create trigger profile_begins_asked before insert on deployments_profile
    for each row execute function deployments_profile_begins_asked();
"""

# The authoriser takes one of the settings that were drafted, once; `offered` itself nobody may change.
CHOSEN = """
create function deployments_authorisation_chosen() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
    if new.choices is distinct from old.choices
        and (old.authorised_by is not null or not convert_from(new.choices, 'utf8') = any(old.offered)) then
        raise exception 'only a setting that was offered is authorised'
            using errcode = 'check_violation', constraint = 'authorised_as_offered';
    end if;
    return new;
end $$;
create trigger authorised_as_offered before update on deployments_authorisation
    for each row execute function deployments_authorisation_chosen();
"""

BACKSTOP_READS = """
create policy offmon_backstop on deployments_authorisation for select to offmon_backstop
    using (agency = current_setting('offmon.agency')::uuid);
grant select (id, agency, choices) on deployments_authorisation to offmon_backstop;
"""

# A notice's words name the person, so that of the rest only the portal reads them, enclosed.
WITHOUT_WORDS = [
    "id", "agency", "salt", "case", "deployment_id", "authorisation_id", "language", "made_by", "made_at", "checkpoint", "text",
]


class Migration(migrations.Migration):
    dependencies = [("deployments", "0001_initial"), AUDIT_GUARDS]

    operations = [
        migrations.RunSQL([ENDED, BY_ITS_CODE, FOR_A_VISIT, GIVEN_OUT, BEGINS_ASKED, CHOSEN, BACKSTOP_READS]),
        *case_table(
            "deployments_deployment",
            console=may(SELECT, INSERT, update=["state", "why", "stopped_at"]),
            worker=may(SELECT, update=["state", "why", "stopped_at"]),
            signer=may(SELECT),
            vault=may(SELECT, update=["evidence_key", "key_destroyed_at"]),
            assurance=may(SELECT, columns=["id", "agency", "state"]),
            portal=may(SELECT, columns=["id", "agency", "case", "state", "delay_days", "why", "stopped_at"]),
        ),
        *case_table(
            "deployments_authorisation",
            console=may(
                SELECT,
                INSERT,
                update=[
                    "agreed_in", "authorised_by", "authorised_at", "aim", "rational_link", "less_intrusive", "fair_balance", "review_by",
                    "choices", "refused_by", "refused_at", "refusal", "withdrawn",
                ],
            ),
            worker=may(SELECT),
            signer=may(SELECT),
            vault=may(SELECT),
            assurance=may(
                SELECT,
                columns=["id", "agency", "case", "deployment_id", "drafted_by", "authorised_by", "authorised_at"],
            ),
            portal=may(SELECT, columns=["id", "agency", "case", "deployment_id", "authorised_at", "review_by"]),
        ),
        *case_table(
            "deployments_review",
            console=may(SELECT, INSERT),
            worker=may(SELECT, columns=["id", "agency", "case", "authorisation_id", "reviewed_at", "due"]),
            portal=may(SELECT, columns=["id", "agency", "case", "authorisation_id", "reviewed_at", "due"]),
            signer=may(SELECT),
            vault=may(SELECT),
        ),
        *case_table(
            "deployments_notice",
            console=may(SELECT, INSERT),
            signer=may(SELECT),
            vault=may(SELECT),
            assurance=may(SELECT, columns=["id", "agency", "case", "deployment_id", "served_by", "served_at", "text"]),
            portal=may(SELECT, columns=["id", "agency", "case", "deployment_id", "served_at", "text"]),
        ),
        *case_table(
            "deployments_noticepaper",
            console=may(SELECT, INSERT),
            signer=may(SELECT, columns=WITHOUT_WORDS),
            vault=may(SELECT, columns=WITHOUT_WORDS),
            assurance=may(SELECT, columns=["agency", "deployment_id", "authorisation_id", "text"]),
            portal=may(
                SELECT, columns=["id", "agency", "case", "deployment_id", "language", "made_at", "text", "words"]
            ),
        ),
        *of_its_parent("deployments_noticepaper", "deployment_id", "deployments_deployment"),
        *case_table(
            "deployments_visit",
            console=may(
                SELECT,
                INSERT,
                update=[
                    "others", "others_met", "others_told", "others_accounts", "device_kind", "access", "permission", "password", "device",
                    "marked_at", "ended_by", "ended_at", "signature",
                ],
            ),
            # What kind of device was enrolled at it: a condition may name kinds (R-LEG-15).
            signer=may(SELECT, columns=["id", "agency", "case", "deployment_id", "begun_at", "ended_at", "device", "device_kind"]),
        ),
        *of_its_parent("deployments_visit", "deployment_id", "deployments_deployment"),
        *directory_table(
            "deployments_enrolmentcode",
            console=may(INSERT),
            ingest=may(SELECT, update=["tries", "used_at"]),
            signer=may(SELECT, columns=["id", "agency_id", "case", "deployment", "secret", "offered_by", "expires_at"]),
        ),
        *case_table(
            "deployments_device",
            console=may(SELECT),
            ingest=may(SELECT, INSERT),
            worker=may(SELECT),
            signer=may(SELECT),
            vault=may(SELECT),
            portal=may(SELECT, columns=["id", "agency", "case", "deployment_id", "enrolled_at"]),
        ),
        *directory_table("deployments_devicekey", ingest=may(SELECT)),
        *case_table(
            "deployments_profile",
            console=may(SELECT, INSERT),
            ingest=may(SELECT),
            worker=may(SELECT, INSERT),
            signer=may(SELECT, update=["state", "document", "digest", "refusal"]),
            vault=may(SELECT),
            assurance=may(
                SELECT,
                columns=[
                    "id", "agency", "case", "deployment_id", "device_id", "version", "state", "authorisation_id", "lease_since",
                    "lease_until", "document",
                ],
            ),
            portal=may(
                SELECT,
                columns=["id", "agency", "case", "deployment_id", "device_id", "version", "state", "document"],
            ),
        ),
        *of_its_parent("deployments_profile", "device_id", "deployments_device"),
        *case_table("deployments_profilelist", ingest=may(SELECT), signer=may(SELECT, INSERT)),
        *case_table(
            "deployments_contacts",
            console=may(
                SELECT, INSERT, update=["agreed_by", "agreed_at", "agreed_in", "refused_by", "refused_at", "refusal"]
            ),
            signer=may(SELECT),
            worker=may(SELECT, columns=["agency", "case", "agreed_at"]),
            portal=may(SELECT, columns=["id", "agency", "case", "version", "words", "agreed_at"]),
        ),
        *case_table("deployments_profilecontacts", ingest=may(SELECT), signer=may(SELECT, INSERT)),
    ]
