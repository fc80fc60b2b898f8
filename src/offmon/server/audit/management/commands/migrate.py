"""`migrate`, which also fills the tables of what the code declares: a new verb or kind of record needs no migration."""

from typing import Any

from django.core.management.commands import migrate

from offmon.server.audit import declared


class Command(migrate.Command):
    """Django's own, and the declarations after it."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate. The tables are filled where everything was migrated."""
        super().handle(*args, **options)
        if not (options["app_label"] or options["plan"] or options["check_unapplied"]):
            declared.fill()
