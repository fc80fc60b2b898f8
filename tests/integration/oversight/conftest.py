"""A case, played to its first alert, for the one who looks."""

from tests.server import set_up_django

set_up_django()

from tests.support.kept import keeping, played  # noqa: E402  # models cannot be imported before Django is set up

stories, database, story = keeping(played)
