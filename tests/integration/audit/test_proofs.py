"""A backstop is proved by its own test alone, on a database from which it was taken when all else stood there (`tests.prove`)."""

from tests.database import Template
from tests.prove.proving import Try, prove

TEST = "tests/integration/audit/test_backstop.py::test_a_row_without_an_entry_is_not_committed"
DROPS = {
    "drop trigger audited on sample_note": "",
    "select 1": "without it: the test passes",
    "drop trigger audited on nowhere": 'without it: setup: UndefinedTable: relation "nowhere" does not exist',
}


def test_what_takes_nothing_away_or_cannot_be_taken_away_proves_nothing(migrated_template: Template) -> None:
    lent = ("--database", str(migrated_template.server.secrets.parent), migrated_template.name)
    proofs = prove([Try("S0", "backstop", TEST, ("--drop", drop)) for drop in DROPS], lent)
    assert {proof.tried.without[1]: proof.wrong for proof in proofs} == DROPS
