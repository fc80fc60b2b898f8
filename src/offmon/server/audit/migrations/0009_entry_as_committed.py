"""An entry that nobody could read again is not taken in: what it commits to is, to the byte, what its columns say.

The log is insert-only. A line of nonsense that any process wrote into a case ended every bundle and every profile of it, and nobody could
have mended that. Nor may words and columns disagree: by the columns we search, by the words a court goes.
"""

from functools import reduce
from operator import or_

from django.db import migrations, models
from django.db.models import Q

# `core.log.audit.Entry` in its canonical form (RFC 8785) and the commitment to it (formats §3), written once more in SQL. Two things are taken
# from the words, for they have no column: to which agency the actor belongs (a guest's is another), and the kinds and commitments of what
# was touched. `to_json` writes a text as `core.formats.canon` does.
WHOLE = r"""
create function audit_entry_whole() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    names constant text[] := array['actor', 'agency', 'alert', 'at', 'case', 'decision', 'manifest', 'operation', 'outcome', 'reason',
                                   'recipient', 'request', 'session', 'touched', 'verb'];
    one constant text := '\{"commit":"[0-9a-f]{64}","id":"[0-9a-f]{32}","table":"[a-z][a-z0-9_.-]{0,63}"\}';
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
    said[14] := encode(substr(new.doc, length(start) + 1, greatest(0, length(new.doc) - length(start) - length(rest))), 'escape');
    if home !~ '^[0-9a-f]{32}$' or said[14] !~ ('^\[(?:' || one || '(?:,' || one || ')*)?\]$')
       or new.doc <> start || convert_to(said[14], 'UTF8') || rest
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
# The words are the columns', so that the column is all that is left to ask of.
VAULT = """
create or replace function audit_vault_s_own_word() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if new.actor = '7661756c-7400-0000-0000-000000000000' and current_user <> 'offmon_vault' then
        raise exception 'an entry of the vault is written by the vault'
            using errcode = 'check_violation', constraint = 'vault_s_own_word';
    end if;
    return new;
end $$;
"""
OPERATIONS = {
    "collection": [
        "case.opened", "instrument.recorded", "term.recorded", "deployment.drafted", "device.enrolled",
        "batch.received", "batch.refused", "device.day", "person.asked", "request.taken_down",
    ],
    "alteration": [
        "caseload.granted", "caseload.ended", "case.sharing_ended", "term.confirmed", "instrument.ended",
        "document.checked", "deployment.authorised", "deployment.moved", "notice.served", "enrolment.offered",
        "evidence_key.made", "profile.asked", "profile.signed", "alert.passed_on", "reveal.asked", "alert.decided",
        "action.welfare_asked", "action.done", "exhibit.asked", "exhibit.sealed", "exhibit.handed_over",
        "export.asked", "export.approved", "request.taken_up", "request.extended", "request.answered",
        "restriction.asked", "restriction.decided", "restriction.lifted",
    ],
    "consultation": [
        "case.consulted", "document.opened", "queue.consulted", "alert.review", "content.revealed",
        "action.consulted", "exhibit.opened", "exhibit.consulted", "export.opened", "export.body_opened",
        "export.consulted", "person.looked", "request.consulted", "restriction.consulted", "access.denied",
    ],
    "disclosure": [
        "case.shared", "export.exported", "export.downloaded",
    ],
    "combination": [
        "notice.made", "alert.raised", "export.built",
    ],
    "erasure": [
        "retention.disposed",
    ],
    "other": [
        "agency.set_up", "agency.on_call_changed", "agency.contact_checked", "staff.added", "staff.signed_in",
        "staff.came_as_guest", "staff.factor_set_up", "staff.factor_replaced", "staff.factor_reset",
        "staff.recovery_code_used", "staff.factor_shown", "staff.passkey_added", "staff.passkey_removed",
        "list.drafted", "list.approved", "list.published", "list.paused", "assessment.prepared", "assessment.signed",
        "assessment.put_to_ico", "attestation.recorded", "attestation.withdrawn", "looks.sealed",
        "person.access_made", "device.access_made", "person.signed_in",
    ],
}
ROLES = [
    "offender_manager", "supervisor", "authorising_officer", "evidence_officer", "data_protection",
    "tenant_admin", "supplier_operator", "service", "supervised_person",
]


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0008_signer_asks_of_lists"),
    ]

    operations = [
        migrations.RunSQL([WHOLE, VAULT]),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=reduce(or_, (Q(operation=one, verb__in=verbs) for one, verbs in OPERATIONS.items())),
                name="audit_verb_of_its_operation",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=Q(outcome__in=["allowed", "denied"], actor_role__in=ROLES), name="audit_outcome_and_role_known"
            ),
        ),
    ]
