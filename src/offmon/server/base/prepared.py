"""A question that the ORM puts into words once, and that is asked many times with other values.

The menu of every page asks each table what waits for its reader. To put that into words took longer than to answer it.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import Expression, Field, QuerySet

from offmon.server.base.fields import IdField, MsField
from offmon.server.base.statements import beside


class Given(Expression):
    """A value that is named when the question is put into words, and given when it is asked."""

    def __init__(self, name: str, output_field: "Field[Any, Any]") -> None:
        super().__init__(output_field)
        self.name = name

    def as_sql(self, _compiler: object, _connection: object) -> tuple[str, list["Given"]]:  # type: ignore[override]  # its own place
        """A place, which `Prepared` fills."""
        return "%s", [self]


ACTOR: Final = Given("actor", IdField())
AT: Final = Given("at", MsField())


@dataclass(frozen=True, slots=True)
class Prepared:
    """The words of a question and its values, some of them yet to be given."""

    words: str
    values: tuple[Any, ...]

    @classmethod
    def of(cls, rows: "QuerySet[Any, Any]") -> "Prepared":
        """The question of a query set that nothing was asked of yet."""
        words, values = rows.query.get_compiler(connection=connection).as_sql()
        return cls(words, tuple(values))

    def ask(self, **given: Any) -> list[tuple[Any, ...]]:
        """The rows, as the driver reads them: an id is a UUID. In the transaction that is open. KeyError where a value is missing."""
        values = [_fill(one, given) for one in self.values]
        with beside() as cursor:
            cursor.execute(self.words, values)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows


def _fill(value: Any, given: dict[str, Any]) -> Any:
    return value.output_field.get_db_prep_value(given[value.name], connection) if isinstance(value, Given) else value
