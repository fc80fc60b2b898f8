"""A case up to a device that waits for its first profile, and a signer that answers on its socket."""

from tests.server import set_up_django

set_up_django()

import os  # noqa: E402  # models cannot be imported before Django is set up
import threading  # noqa: E402
from collections.abc import Iterator  # noqa: E402

import pytest  # noqa: E402

from offmon.core.formats.trust import KeyRole  # noqa: E402
from offmon.server.base.local_socket import SocketServer  # noqa: E402
from offmon.server.base.policies import Process  # noqa: E402
from offmon.server.base.signer import SignerClient  # noqa: E402
from offmon.server.processes.signer.keys import SigningKeys  # noqa: E402
from offmon.server.processes.signer.service import Signer as Service  # noqa: E402
from tests.support.kept import enrolled, keeping  # noqa: E402
from tests.support.story import INGEST, Story  # noqa: E402

stories, database, story = keeping(enrolled)


@pytest.fixture
def service(story: Story) -> Service:
    """The signer's verbs, with the agency's keys in its folders."""
    folders = {role: story.folder / role.value for role in (KeyRole.PROFILE, KeyRole.LIST)}
    for role, folder in folders.items():
        folder.mkdir()
        key = folder / story.agency
        key.touch(0o600)
        key.write_bytes(story.keys[role].private.private_bytes_raw())
    return Service(SigningKeys(folders[KeyRole.PROFILE], folders[KeyRole.LIST]), INGEST, story.trust())


@pytest.fixture
def signer(story: Story, service: Service) -> Iterator[SignerClient]:
    """The signer's client; while it is open, this test's product code runs as the signer."""
    folder = story.folder / "run"
    folder.mkdir(mode=0o710)
    with story.running(Process.SIGNER):
        server = SocketServer(folder / "signer", service.verbs, {os.geteuid()})
        thread = threading.Thread(target=server.serve)
        thread.start()
        yield SignerClient(folder / "signer")
        server.close()
        thread.join()
