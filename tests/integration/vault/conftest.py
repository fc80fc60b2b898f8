"""A case, played to its first alert, and the vault on its socket."""

from tests.server import set_up_django

set_up_django()

from collections.abc import Iterator  # noqa: E402  # models cannot be imported before Django is set up

import pytest  # noqa: E402

from offmon.server.base.vault import VaultClient  # noqa: E402
from tests.support.kept import keeping, played  # noqa: E402
from tests.support.story import Story  # noqa: E402
from tests.support.vault import answering  # noqa: E402

stories, database, story = keeping(played)


@pytest.fixture
def vault(story: Story) -> Iterator[VaultClient]:
    """The vault's client."""
    with answering(story) as client:
        yield client
