"""A played case, the public site under granian and assurance beside it, each a process of its own; and Chromium."""

from tests.server import set_up_django

set_up_django()

import os  # noqa: E402  # models cannot be imported before Django is set up
from collections.abc import Iterator  # noqa: E402
from concurrent.futures import ThreadPoolExecutor  # noqa: E402
from dataclasses import dataclass  # noqa: E402

import pytest  # noqa: E402

from offmon.core import codec  # noqa: E402
from offmon.server.base.policies import Process  # noqa: E402
from tests.database import Database, Template  # noqa: E402
from tests.e2e.serving import ROOT, chromium, free_port, listens, running, waited_for  # noqa: E402
from tests.integration.conftest import migrated_template, postgres_server  # noqa: E402
from tests.support.fake_device import RELEASE  # noqa: E402
from tests.support.story import Story  # noqa: E402

__all__ = ["chromium", "migrated_template", "postgres_server"]

HOST = "www.localhost"


@dataclass(frozen=True)
class Face:
    """The running site."""

    database: Database
    address: str


@pytest.fixture(scope="module")
def face(migrated_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Face]:
    """One for a module."""
    folder = tmp_path_factory.mktemp("website")
    published = folder / "published"
    published.mkdir()
    with migrated_template.clone() as database, ThreadPoolExecutor(1) as thread:
        # Playwright has a loop in this thread, and Django refuses one.
        story: Story = thread.submit(lambda: _witnessed(Story(database, folder).play())).result()
        (published / "trust.json").write_bytes(codec.dump(story.trust()))
        port = free_port()
        shared = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src")}
        website = shared | {
            "OFFMON_DATABASE_URL": database.url(Process.WEBSITE),
            "OFFMON_WEBSITE_HOSTS": HOST,
            "OFFMON_PUBLISHED": str(published),
        }
        assurance = shared | {
            "OFFMON_DATABASE_URL": database.url(Process.ASSURANCE),
            "OFFMON_AGENT_RELEASES": RELEASE,
            "OFFMON_SITE_ADDRESS": f"127.0.0.1:{port}",
            "OFFMON_SITE_HOST": HOST,
        }
        granian = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
        with (
            running([*granian, "offmon.server.faces.website.wsgi:application"], website, folder / "website.log"),
            waited_for(lambda: listens(port), folder / "website.log"),
            running(["offmon.server.processes.assurance"], assurance, folder / "assurance.log"),
        ):
            yield Face(database, f"http://{HOST}:{port}")


def _witnessed(story: Story) -> Story:
    story.publish()  # no worker runs here, and nothing more is written to the log
    return story
