"""A case up to a device that waits for its first profile."""

from tests.server import set_up_django

set_up_django()

from tests.support.kept import enrolled, keeping  # noqa: E402  # models cannot be imported before Django is set up

stories, database, story = keeping(enrolled)
