"""The sample table of the audit tests serves here too."""

from tests.server import set_up_django

set_up_django()

from tests.integration.audit.conftest import as_worker, database, notes  # noqa: E402

__all__ = ["as_worker", "database", "notes"]
