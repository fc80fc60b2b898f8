"""The operator's commands: an agency's keys, an order's damaged document, and the messages to the public site.

On the machine that migrates the database (its environment: `base/settings/migrate.py`):

    python -m offmon.server.processes.operator show AGENCY              its root, its chain of Keys statements, each key's fingerprint
    python -m offmon.server.processes.operator draft AGENCY             the next statement, for an editor: what now holds, unsigned
    python -m offmon.server.processes.operator keys AGENCY FILE         publish a signed statement
    python -m offmon.server.processes.operator restored ORDER           say that an order's damaged document was put back from a backup
    python -m offmon.server.processes.operator staff AGENCY             its accounts, and whether the log says the same of each
    python -m offmon.server.processes.operator staff AGENCY add SIGN-IN NAME ROLE TEAM
                                                                        open an account; it asks for the password
    python -m offmon.server.processes.operator account SIGN-IN password|open|closed
    python -m offmon.server.processes.operator account SIGN-IN name|role|team VALUE
    python -m offmon.server.processes.operator account SIGN-IN confirm  say in the log that it stands as it is now

On a machine without a network, where the root is (neither asks for a database):

    python -m offmon.server.processes.operator new-key NAME FILE        a new key; its public half is printed
    python -m offmon.server.processes.operator sign DRAFT NAME ROOT     sign a draft by the root of that name, kept in the file ROOT

Wherever the messages to the public site are read (`base/settings/operator.py`: a role that can do nothing else):

    python -m offmon.server.processes.operator enquiries                list them: when each came, read or not, answered or not
    python -m offmon.server.processes.operator enquiries show ID        read one; that you did is noted
    python -m offmon.server.processes.operator enquiries answered ID    say that you answered it
    python -m offmon.server.processes.operator enquiries delete ID WHY  delete one that you read; that you did is noted, and why

AGENCY is the agency's id or its force code. ORDER is the id by which the console's log names the damaged document. docs/howto/force-it.md
explains a change of keys step by step.
"""

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import django

from offmon.core.errors import OffmonError
from offmon.server.processes.operator import offline


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit status (0 done, 1 refused, 2 not understood)."""
    try:
        said = _offline(arguments) or _keys(arguments) or _accounts(arguments) or _messages(arguments)
    except OffmonError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if not said:
        sys.stderr.write(__doc__ or "")
        return 2
    sys.stdout.write(said)
    return 0


def _offline(arguments: list[str]) -> str:
    match arguments:
        case ["new-key", name, file]:
            return offline.new_key(name, Path(file))
        case ["sign", draft, name, root]:
            return offline.sign(offline.read(Path(draft)), name, Path(root))
    return ""


def _keys(arguments: list[str]) -> Any:
    match arguments:
        case ["show", agency]:
            return _on("migrate", "chain").show(agency)
        case ["draft", agency]:
            return _on("migrate", "chain").draft(agency)
        case ["keys", agency, file]:
            return _on("migrate", "chain").publish(agency, offline.read(Path(file)))
        case ["restored", order]:
            return _on("migrate", "documents").restored(order)
    return ""


def _accounts(arguments: list[str]) -> Any:
    match arguments:
        case ["staff", agency]:
            return _on("migrate", "staff").listed(agency)
        case ["staff", agency, "add", sign_in, name, role, team]:
            return _on("migrate", "staff").added(agency, sign_in, name, role, team)
        case ["account", sign_in, "confirm"]:
            return _on("migrate", "staff").confirmed(sign_in)
        case ["account", sign_in, what]:
            return _on("migrate", "staff").changed(sign_in, what, None)
        case ["account", sign_in, what, value]:
            return _on("migrate", "staff").changed(sign_in, what, value)
    return ""


def _messages(arguments: list[str]) -> Any:
    match arguments:
        case ["enquiries"]:
            return _on("operator", "enquiries").listed()
        case ["enquiries", "show", enquiry]:
            return _on("operator", "enquiries").show(enquiry)
        case ["enquiries", "answered", enquiry]:
            return _on("operator", "enquiries").answered(enquiry)
        case ["enquiries", "delete", enquiry, why]:
            return _on("operator", "enquiries").deleted(enquiry, why)
    return ""


def _on(settings: str, module: str) -> Any:
    """What asks the database. Models exist once Django is set up, and not before."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"offmon.server.base.settings.{settings}")
    django.setup()
    return import_module(f"offmon.server.processes.operator.{module}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
