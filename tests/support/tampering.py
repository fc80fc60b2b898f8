"""What the owner of the database does to its rows, past every trigger, drawn from the models: so that a new table is in it.

for act in acts(hand):    # one for each column of each committed table that has a row, a deletion, and an insertion
    act.do(hand)
    ...                   # whoever watches has found `act.row` by now
    act.undo(hand)
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any

from psycopg import Connection, sql
from psycopg.errors import IntegrityError

from offmon.core.ids import Id
from offmon.server.oversight.integrity import tables

ROWS = 5
"""Of a table; where it has as many, as many columns can be changed at a time."""
CHANGED = {
    "uuid": "gen_random_uuid()",
    "text": "coalesce({column}, '') || 'x'",
    "character varying": "coalesce({column}, '') || 'x'",
    "bigint": "coalesce({column}, 0) + 1",
    "boolean": "not {column}",
    "bytea": "coalesce({column}, '') || '\\x00'",
    "text[]": "array_append(coalesce({column}, '{{}}'), 'x')",
}
"""Another value of a column, by its type."""


@dataclass
class Tampering:
    """One act upon one row. `column`: None where the row is taken away or put in."""

    table: str
    column: str | None
    row: Id
    new: Id | None = None
    _kept: Any = field(default=None, repr=False)

    @property
    def called(self) -> str:
        """What it does, for a table of results."""
        how = "insert" if self.new else "delete" if self.column is None else f"change {self.column}"
        return f"{self.table}: {how}"

    @property
    def found_as(self) -> set[str]:
        """The id by which it is found: a row whose own id is changed is gone."""
        return {self.new or self.row}

    def do(self, hand: "Connection[Any]") -> bool:
        """Whether the database let it happen: a constraint holds its owner too, until they drop it."""
        try:
            with hand.transaction():
                self._do(hand)
        except IntegrityError:
            return False
        return True

    def undo(self, hand: "Connection[Any]") -> None:
        """As it was."""
        table, one = sql.Identifier(self.table), self.row
        if self.new is not None:
            hand.execute(sql.SQL("delete from {} where id = %s").format(table), [self.new])
        elif self.column is None:
            self._put_back(hand, table)
        else:
            self._back(hand, table, one)

    def _do(self, hand: "Connection[Any]") -> None:
        table = sql.Identifier(self.table)
        if self.new is not None:
            columns = [column for column, _ in columns_of(hand, self.table) if column != "id"]
            names = sql.SQL(", ").join(map(sql.Identifier, columns))
            copied = sql.SQL("insert into {} (id, {}) select %s, {} from {} where id = %s").format(
                table, names, names, table
            )
            hand.execute(copied, [self.new, self.row])
            return
        self._kept = sql.Identifier(f"kept_{self.table}_{self.row[:8]}")
        hand.execute(sql.SQL("drop table if exists {}").format(self._kept))
        hand.execute(
            sql.SQL("create temp table {} as select * from {} where id = %s").format(self._kept, table), [self.row]
        )
        if self.column is None:
            hand.execute(sql.SQL("delete from {} where id = %s").format(table), [self.row])
            return
        kinds = dict(columns_of(hand, self.table))
        column = sql.Identifier(self.column)
        value = sql.SQL(CHANGED[kinds[self.column]]).format(column=column)
        hand.execute(sql.SQL("update {} set {} = {} where id = %s").format(table, column, value), [self.row])

    def _put_back(self, hand: "Connection[Any]", table: sql.Identifier) -> None:
        names = sql.SQL(", ").join(sql.Identifier(column) for column, _ in columns_of(hand, self.table))
        hand.execute(sql.SQL("insert into {} ({}) select {} from {}").format(table, names, names, self._kept))

    def _back(self, hand: "Connection[Any]", table: sql.Identifier, one: Id) -> None:
        if self.column == "id":
            here = sql.SQL(
                "delete from {} t where not exists (select from {} k where k.id = t.id) and t.salt = (select salt from {})"
            )
            hand.execute(here.format(table, self._kept, self._kept))
            self._put_back(hand, table)
            return
        assert self.column is not None
        column = sql.Identifier(self.column)
        back = sql.SQL("update {} t set {} = k.{} from {} k where t.id = %s").format(table, column, column, self._kept)
        hand.execute(back, [one])


def acts(hand: "Connection[Any]", agency: Id) -> Iterator[Tampering]:
    """Each column of each committed table that has a row of the agency, a deletion and an insertion: on `ROWS` rows in turn."""
    for table in tables.models():
        whose = sql.Identifier("agency_id" if table == "agencies_staff" else "agency")
        first = sql.SQL("select id from {} where {} = %s order by id limit %s").format(sql.Identifier(table), whose)
        rows = cycle([Id(one.hex) for (one,) in hand.execute(first, [agency, ROWS]).fetchall()])
        for column, row in zip([column for column, _ in columns_of(hand, table)], rows, strict=False):
            yield Tampering(table, column, row)
        for row in islice(rows, 1):
            yield Tampering(table, None, row)
            yield Tampering(table, None, row, new=Id("f" * 24 + row[:8]))


def columns_of(hand: "Connection[Any]", table: str) -> list[tuple[str, str]]:
    """The columns of a table that a statement can write, each with its type."""
    asked = "select attname, format_type(atttypid, null) from pg_attribute where attrelid = %s::regclass and attnum > 0"
    return hand.execute(f"{asked} and not attisdropped and attgenerated = ''", [table]).fetchall()


@contextmanager
def past_every_trigger(url: str, name: str) -> Iterator["Connection[Any]"]:
    """A connection of whoever owns the database server, for whom no trigger fires."""
    with Connection.connect(url, dbname=name, autocommit=True) as hand:
        hand.execute("set session_replication_role = replica")
        yield hand
