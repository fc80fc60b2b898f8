"""The operator's commands: an agency's keys, an order's damaged document, and the messages to the public site.

On the machine that migrates the database (its environment: `base/settings/migrate.py`):

    python -m offmon.server.processes.operator show AGENCY              its root, its chain of Keys statements, each key's fingerprint
    python -m offmon.server.processes.operator draft AGENCY             the next statement, for an editor: what now holds, unsigned
    python -m offmon.server.processes.operator keys AGENCY FILE         publish a signed statement
    python -m offmon.server.processes.operator restored ORDER           say that an order's damaged document was put back from a backup

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
        match arguments:
            case ["show", agency]:
                said = _chain().show(agency)
            case ["draft", agency]:
                said = _chain().draft(agency)
            case ["keys", agency, file]:
                said = _chain().publish(agency, offline.read(Path(file)))
            case ["restored", order]:
                said = _on("migrate", "documents").restored(order)
            case ["new-key", name, file]:
                said = offline.new_key(name, Path(file))
            case ["sign", draft, name, root]:
                said = offline.sign(offline.read(Path(draft)), name, Path(root))
            case ["enquiries"]:
                said = _enquiries().listed()
            case ["enquiries", "show", enquiry]:
                said = _enquiries().show(enquiry)
            case ["enquiries", "answered", enquiry]:
                said = _enquiries().answered(enquiry)
            case ["enquiries", "delete", enquiry, why]:
                said = _enquiries().deleted(enquiry, why)
            case _:
                sys.stderr.write(__doc__ or "")
                return 2
    except OffmonError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(said)
    return 0


def _chain() -> Any:
    return _on("migrate", "chain")


def _enquiries() -> Any:
    return _on("operator", "enquiries")


def _on(settings: str, module: str) -> Any:
    """What asks the database. Models exist once Django is set up, and not before."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"offmon.server.base.settings.{settings}")
    django.setup()
    return import_module(f"offmon.server.processes.operator.{module}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
