"""A migration's declaration gives a table exactly those roles, verbs and columns (design §5, "Scope")."""

import pytest
from django.db.migrations import RunSQL

from offmon.server.base.policies import (
    DELETE,
    INSERT,
    SELECT,
    May,
    agency_table,
    case_table,
    directory_table,
    log_table,
    may,
    of_its_parent,
    on_caseload,
)


def said(operations: list[RunSQL]) -> str:
    return "\n".join(str(statement) for operation in operations for statement in operation.sql)


def test_each_role_that_is_named_has_its_grants_and_one_policy_and_no_other_has_any() -> None:
    text = said(case_table("t", worker=may(INSERT), console=may(SELECT, update=["state", "owner"])))
    assert 'grant insert on "t" to "offmon_worker"' in text
    assert 'grant select on "t" to "offmon_console"' in text
    assert 'grant update ("state", "owner") on "t" to "offmon_console"' in text
    assert 'grant select on "t" to "offmon_integrity"' in text, "each committed table is held to the log"
    assert text.count("grant ") == 4
    assert text.count("create policy") == 3
    assert "offmon_ingest" not in text


def test_only_the_console_is_held_to_a_caseload_and_only_on_a_case_table() -> None:
    per_case = said(case_table("t", worker=may(SELECT), console=may(SELECT)))
    worker, console, _ = [line for line in per_case.split("\n") if line.startswith("create policy")]
    assert "audit_open_to_actor" not in worker
    assert console.count("any ((select audit_open_to_actor())::uuid[])") == 2  # to read, and to write
    assert "audit_open_to_actor" not in said(agency_table("t", console=may(SELECT)))


def test_a_rule_of_its_own_stands_beside_the_agency_in_place_of_caseload_and_case() -> None:
    both = said(case_table("t", console=may(SELECT, where="staff_id is null"), portal=may(SELECT, where="n > 0")))
    assert both.count("::uuid and staff_id is null)") == both.count("::uuid and n > 0)") == 2  # to read, and to write
    assert "audit_open_to_actor" not in both
    assert "offmon.case" not in both
    log = said(log_table("t", console=may(SELECT, INSERT, reads=on_caseload("t", "run"))))
    assert log.count('"t"."run" = any ((select audit_open_to_actor())::uuid[])') == 1
    assert "audit_open_to_actor" not in log.partition("with check")[2]


def test_every_guarded_table_is_forced_and_has_both_triggers() -> None:
    for operations in (case_table("t"), agency_table("t")):
        text = said(operations)
        assert "enable row level security" in text
        assert "force row level security" in text
        assert "deferrable initially deferred for each row execute function audit_names_id(" in text
        assert "before truncate" in text
    assert "audit_names_id('no case')" in said(agency_table("t"))
    assert "audit_names_batch()" in said(case_table("t", subject="batch"))


def test_a_directory_table_has_grants_by_column_and_no_policy() -> None:
    text = said(directory_table("t", ingest=may(SELECT, columns=["id", "agency_id"])))
    assert text == 'grant select ("id", "agency_id") on "t" to "offmon_ingest"'


def test_a_row_is_held_to_the_agency_and_case_of_what_it_points_at_whichever_of_these_changes() -> None:
    text = said(of_its_parent("t", "parent_id", "p"))
    assert 'after insert or update of "parent_id", "agency", "case" on "t"' in text
    assert text.endswith("audit_of_its_parent('parent_id', 'p', 'agency', 'case')")
    of_no_case = said(of_its_parent("t", "staff_id", "s", agency="agency_id", case=False))
    assert 'update of "staff_id", "agency" on "t"' in of_no_case
    assert of_no_case.endswith("audit_of_its_parent('staff_id', 's', 'agency_id', '')")


@pytest.mark.parametrize("role", [may(SELECT, DELETE), may(update=["note"])])
def test_the_log_cannot_be_made_to_change(role: May) -> None:
    with pytest.raises(ValueError, match="insert-only"):
        log_table("t", worker=role)


def test_a_role_or_name_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError):
        case_table("t", everybody=may(SELECT))
    with pytest.raises(ValueError, match="not a name"):
        case_table('t"; drop table audit_entry; --', worker=may(SELECT))
    with pytest.raises(ValueError, match="not a name"):
        case_table("t", worker=may(update=["state, salt"]))


def test_a_role_that_may_do_nothing_is_not_named() -> None:
    with pytest.raises(ValueError, match="at least one verb"):
        may()
    with pytest.raises(ValueError, match="go with SELECT"):
        may(INSERT, columns=["id"])
