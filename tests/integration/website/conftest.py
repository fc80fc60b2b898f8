"""The public site over a played case, as its own process runs it, on a role that can read nothing about anyone."""

from tests.server import set_up_django

set_up_django()

from collections.abc import Iterator  # noqa: E402  # models cannot be imported before Django is set up
from pathlib import Path  # noqa: E402

import pytest  # noqa: E402
from django.test import Client, override_settings  # noqa: E402

from offmon.core.formats import codec  # noqa: E402
from offmon.server.base.policies import Process  # noqa: E402
from offmon.server.faces.website import published  # noqa: E402
from tests.server import as_process  # noqa: E402
from tests.support.kept import keeping, played  # noqa: E402
from tests.support.site import site_settings  # noqa: E402
from tests.support.story import Story  # noqa: E402

stories, database, story = keeping(played)


@pytest.fixture
def site(story: Story, tmp_path: Path) -> Iterator[Client]:
    """A stranger's browser."""
    folder = tmp_path / "published"
    folder.mkdir()
    (folder / published.TRUST).write_bytes(codec.dump(story.trust()))
    (folder / published.VERIFIER).write_bytes(b"#!/usr/bin/env python3\nPK inert \xff")
    (folder / "bundle.md").write_text("# An inert specification, \u2264 1 line\n", "utf-8")
    (folder / "not-to-be-given.key").write_bytes(b"inert marker")
    with as_process(story.database, Process.WEBSITE), override_settings(**site_settings(folder)):
        yield Client(raise_request_exception=False)
