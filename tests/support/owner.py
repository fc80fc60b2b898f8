"""What the owner of the database does by hand: triggers off, a statement, triggers on again, and not a word of it in the log."""

from typing import Any

from psycopg import sql

from tests.support.story import Story

OFF = (
    "alter table {} disable trigger user",
    "alter table {} no force row level security",
)
ON = (
    "alter table {} enable trigger user",
    "alter table {} force row level security",
)


def by_hand(story: Story, table: str, statement: str, *values: Any) -> None:
    """On one table, which is afterwards guarded as before."""
    with story.database.connect_as_owner() as owner:
        forced = "select relforcerowsecurity from pg_class where relname = %s"
        [(is_forced,)] = owner.execute(forced, [table]).fetchall()
        for one in OFF:
            owner.execute(sql.SQL(one).format(sql.Identifier(table)))
        owner.commit()
        assert owner.execute(statement.encode(), list(values)).rowcount
        owner.commit()
        for one in ON[: 2 if is_forced else 1]:
            owner.execute(sql.SQL(one).format(sql.Identifier(table)))
