"""The ground of `make bench`, on the session's own server: nothing here is timed."""

import shutil
from collections.abc import Iterator

import pytest

from tests.server import set_up_django

set_up_django()

from bench.ground import Ground  # noqa: E402  # models cannot be imported before Django is set up
from tests.database import Template, short_folder  # noqa: E402
from trial.postgres import Server  # noqa: E402


@pytest.fixture
def ground(postgres_server: Server, migrated_template: Template) -> Iterator[Ground]:
    with short_folder() as folder:
        one = Ground(folder)
        vars(one).update(server=postgres_server, template=migrated_template)
        yield one
        for left in folder.iterdir():
            shutil.rmtree(left)
