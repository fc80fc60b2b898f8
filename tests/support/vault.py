"""The vault on its socket, over a story's key store, for tests of its answers."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from offmon.server.base.local_socket import SocketServer
from offmon.server.base.policies import Process
from offmon.server.base.vault import VaultClient
from offmon.server.processes.vault.keys import KeyStore
from offmon.server.processes.vault.service import Vault as Service
from tests.support.story import Story


@contextmanager
def answering(story: Story) -> Iterator[VaultClient]:
    """The vault's client. While it is open, this test's product code runs as the vault."""
    folder = story.folder / "run"
    folder.mkdir(mode=0o710, exist_ok=True)
    with story.running(Process.VAULT):
        verbs = Service(KeyStore(story.opening_keys), story.trust()).verbs
        server = SocketServer(folder / "vault", verbs, {os.geteuid()})
        thread = threading.Thread(target=server.serve)
        thread.start()
        try:
            yield VaultClient(folder / "vault")
        finally:
            server.close()
            thread.join()
