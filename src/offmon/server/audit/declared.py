"""The verbs and kinds of record that the code declares, as the database has them: the tables `audit_verb` and `audit_kind`.

Rules
- The triggers of the log read these tables. So whoever declares a verb or a kind writes no SQL.
- Each `migrate` fills them, as their owner (`management/commands/migrate.py`). No process may write them.
- The public check compares them with the code that asks (`oversight/guards`).
"""

from collections.abc import Iterable

from django.apps import apps
from django.db import connection, transaction

from offmon.core.log.attribution import ASKED
from offmon.core.log.verbs import Verb, Writer
from offmon.server.base.policies import OWNER, Process
from offmon.server.base.rows import CommittedRow

# Verb, operation, the roles that write it, whether the signer asks for it.
type VerbRow = tuple[str, str, list[str], bool]
# Table, and what its rows are called in the log.
type KindRow = tuple[str, str]


def verbs() -> list[VerbRow]:
    """The verbs, as the code declares them."""
    return [(verb.value, verb.operation.value, sorted(map(_role_of, verb.spec.by)), verb in ASKED) for verb in Verb]


def kinds() -> list[KindRow]:
    """The kinds of record, as the models have them. A row that an entry names by its batch is called as its table is."""
    rows = [model for model in apps.get_models() if issubclass(model, CommittedRow) and model.SUBJECT == "id"]
    return [(model._meta.db_table, model.KIND) for model in rows]


def fill() -> None:
    """Make the tables of the connection's database say what the code declares."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("delete from audit_verb")
        cursor.execute("delete from audit_kind")
        cursor.executemany(
            "insert into audit_verb (verb, operation, writers, signer_asks) values (%s, %s, %s, %s)", verbs()
        )
        cursor.executemany('insert into audit_kind ("table", kind) values (%s, %s)', kinds())


def there() -> list[str]:
    """What the tables of the connection's database say, a line each."""
    with connection.cursor() as cursor:
        cursor.execute("select verb, operation, writers, signer_asks from audit_verb")
        found = cursor.fetchall()
        cursor.execute('select "table", kind from audit_kind')
        return _lines(found, cursor.fetchall())


def expected() -> list[str]:
    """What they should say, a line each."""
    return _lines(verbs(), kinds())


def _role_of(writer: Writer) -> str:
    """The database role of whoever writes an entry. The operator's commands run as the owner, on the migrating role."""
    return OWNER if writer is Writer.OPERATOR else Process[writer.name].value


def _lines(of_verbs: Iterable[VerbRow], of_kinds: Iterable[KindRow]) -> list[str]:
    asks = {True: ", and the signer asks for it", False: ""}
    return [
        *(
            f"verb {verb}: {operation}, by {', '.join(by) or 'nobody'}{asks[asked]}"
            for verb, operation, by, asked in of_verbs
        ),
        *(f"a row of {table} is called {kind}" for table, kind in of_kinds),
    ]
