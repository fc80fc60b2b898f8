"""A case, played to its first alert, and the vault on its socket: as for evidence."""

from tests.server import set_up_django

set_up_django()

from tests.integration.evidence.conftest import database, stories, story, vault  # noqa: E402

__all__ = ["database", "stories", "story", "vault"]
