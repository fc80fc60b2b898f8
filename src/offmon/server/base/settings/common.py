"""What every process has in common. Each process's module adds its database role and no more than it needs.

Rules
- PostgreSQL only, as the process's own role. Another role in the address stops the start.
- Times are UTC. No transaction spans a request: `base/scope.py` opens each scope.
- No setting switches DEBUG on.
"""

import select
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool

from offmon.core.errors import Refused
from offmon.server.base import env
from offmon.server.base.policies import Process

DEBUG = False
OFFMON_MOST_BYTES = (
    5 << 20
)  # of one request, read before a thread is given to it (`offmon.serving`); a batch has 4 MiB at most
OFFMON_KNOWS: str | None = None  # the function that says from whom a long body is read; None: from anybody
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
LANGUAGE_CODE = "en-gb"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"  # no model of ours has an automatic key; Django wants a value

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "offmon.server.base.web.request_id.RequestIdFilter"}},
    "formatters": {
        "line": {
            "()": "offmon.server.base.logs.WithoutWords",
            "format": "%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s",
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "filters": ["request"], "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # Statements and their values are rows about people.
    "loggers": {
        "django.db.backends": {"level": "WARNING"},
        "fido2": {"level": "WARNING"},  # it names passkeys
    },
}

OFFMON_COLUMN_KEY_FILE: str | None = None  # the console is given one (base/columns.py)
OFFMON_CONTACTS_KEY_FILE: str | None = (
    None  # portal and signer are given this one, which the console makes from its own
)
OFFMON_REACHING_KEY_FILE: str | None = None  # notify is given this one, which the console makes from its own
OFFMON_WEBHOOK_INSIDE: tuple[
    str, ...
] = ()  # console and notify: which hosts inside the network a control room may be at
OFFMON_PERSON_KEY_FILE: str | None = None  # the portal is given this one, which the console makes from its own
OFFMON_ACCESS_KEY_FILE: str | None = None  # and this one (rights/keys.py)
OFFMON_DOCUMENTS: str | None = None  # and the folder of scanned orders (base/storage)
OFFMON_TRUST: str | None = None  # and the published trust file, as signer and vault are (`base/trusted.py`)

_SERVER: Final = Path(__file__).parents[2]
MAX_CONNECTIONS: Final = 8
# A statement with its values beside it is planned once a connection, when it was said that often. Ours are (`base/statements.py`), in every
# process; Django's are in ingest, which says the same few with every batch, so that the database saves a third of its own work.
PREPARE_AFTER: Final = 5
BOUND: Final = frozenset({Process.INGEST})
# Somebody waits before a face. While the database is away they are told so within three seconds; a process of ours waits longer and loses
# nothing. libpq gives a connection no less than two seconds. What the pool tries by itself ends as soon, so that the next page tries anew.
FACES: Final = frozenset({Process.CONSOLE, Process.INGEST, Process.PORTAL, Process.WEBSITE})
FACE_WAITS_S: Final = 2


def still_there(connection: "psycopg.Connection[Any]") -> None:
    """Raises OperationalError where a connection is none any more, as each is that was open when the database was started anew.

    A server that has hung up has said so, and nothing else waits to be read on a connection that nobody uses. So it is asked only then: to
    ask each time it is lent would take as long as a statement.

    Of those that wait beside it none is there then either. The pool would find each when it lends it, and wait longer after each: a page of
    whoever asks first would come after seconds.
    """
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    if waiting.poll(0):
        try:
            ConnectionPool.check_connection(connection)
        except psycopg.OperationalError:
            if (pool := getattr(connection, "_pool", None)) is not None:  # the pool says so of each that it lends
                pool.check()
            raise


def apps_with_tables() -> list[str]:
    """Every app of ours that has tables: what has migrations. Found, so that none can be forgotten in one process."""
    return [f"offmon.server.{path.parts[-3]}" for path in sorted(_SERVER.glob("*/migrations/0001_initial.py"))]


def databases(role: str, *, pooled: bool = True) -> dict[str, dict[str, Any]]:
    """DATABASES for the process whose role this is, from OFFMON_DATABASE_URL(_FILE). Raises Refused."""
    url = env.required("OFFMON_DATABASE_URL", f"where PostgreSQL is and how to connect to it as {role}")
    return {"default": database(url, role, pooled=pooled)}


def database(url: str, role: str, *, pooled: bool = True) -> dict[str, Any]:
    """One entry of DATABASES, from a libpq address. Raises Refused, without quoting the address: it holds a password."""
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError:
        raise Refused("database-url", "OFFMON_DATABASE_URL is not an address that libpq understands.") from None
    if parts.get("user") != role:
        raise Refused("database-url", f"OFFMON_DATABASE_URL does not connect as {role}, the role of this process.")
    named = {"user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT", "dbname": "NAME"}
    settings: dict[str, Any] = {setting: str(parts.pop(key, "")) for key, setting in named.items()}
    options: dict[str, Any] = {**parts, "prepare_threshold": PREPARE_AFTER}  # sslmode and the like
    if pooled:
        options["pool"] = {"min_size": 1, "max_size": MAX_CONNECTIONS, "check": still_there}
    if pooled and role in FACES:
        options["connect_timeout"] = FACE_WAITS_S
        options["pool"] |= {"timeout": FACE_WAITS_S, "reconnect_timeout": FACE_WAITS_S}
    if role in BOUND:
        options["server_side_binding"] = True
    return {"ENGINE": "django.db.backends.postgresql", **settings, "OPTIONS": options}
