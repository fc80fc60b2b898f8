"""A case, played to an alert of high gravity that called its officer."""

from tests.server import set_up_django

set_up_django()

from collections.abc import Iterator  # noqa: E402  # models cannot be imported before Django is set up

import pytest  # noqa: E402

from tests.support.kept import keeping, played  # noqa: E402
from tests.support.mailbox import Mailbox  # noqa: E402

stories, database, story = keeping(played)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server that answers."""
    with Mailbox().up() as mailbox:
        yield mailbox
