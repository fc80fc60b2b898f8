"""The person's browser: Debian's Chromium with the extension and its shim, in the person's own account, on the invented web.

Rules
- It is opened as a person would: by an address on its command line. The first comes with the browser's start, each further one by the same
  command again. Nothing drives it from within.
- A further page waits until the extension talks to the agent, because the extension reads no page older than itself.
- Every host name leads to the invented web on this machine (`--host-resolver-rules`), for the browser's own traffic too. Only the trial's
  own server has its address. Nothing leaves the machine.
- The extension and the native-messaging manifest are the product's own (`extension/`, `deploy/browser/`), put where only this browser finds
  them. On a device force IT installs them by policy (`docs/howto/force-it.md`).
- The browser's own data (history, cache) is the person's, below `folder`. Offmon neither reads nor copies it.
"""

import json
import os
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from trial.person import TrialPerson
from trial.places import CHECKOUT
from trial.script import until
from trial.uids import is_root
from trial.web import Web

PROGRAM: Final = "chromium"
MANIFEST: Final = "org.offmon.agent.json"
SHIM: Final = "offmon.agent.native_host"
WAIT_S: Final = 60.0
OURS: Final = "http://127.0.0.1:"  # where the trial answers devices
# No questions at the first start, no errands of the browser's own, and no more of the machine than a virtual one may have.
FLAGS: Final = (
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-features=OptimizationHints,MediaRouter,Translate",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--password-store=basic",
    "--window-position=0,0",
    "--window-size=900,700",
)


class Browser:
    """The browser of one person, and the web that it reaches."""

    def __init__(self, person: TrialPerson, pages: Mapping[str, str]) -> None:
        self._person = person
        self.web = Web(person.code, pages)
        self._install()

    @property
    def folder(self) -> Path:
        """What the browser keeps, and what was put there for it."""
        return self._person.folder / "browser"

    @property
    def pid(self) -> int:
        """The browser's own process, of which all its others come."""
        return self._person.running["browser"].pid

    def open(self, address: str) -> None:
        """Open a page of the invented web, and return once the browser has fetched it; or one of ours, and return at once."""
        command = [str(shutil.which(PROGRAM)), f"--user-data-dir={self.folder}", *FLAGS, *self._own_flags(), address]
        if "browser" in self._person.running:
            self._person.call(command)
        else:
            self._person.start("browser", command)
        if not address.startswith(OURS):
            until(f"request for {address.partition('?')[0]}", lambda: address in self.web.asked or None, WAIT_S)
        self.pids()

    def pids(self) -> dict[str, int]:
        """The processes that this browser brings: itself, and the shim that it started."""
        return {"browser": self.pid, "shim": until("shim beside the browser", self._shim, WAIT_S)}

    def close(self) -> None:
        """End the web that it reached. The browser ends with the person's other processes."""
        self.web.close()

    def _own_flags(self) -> list[str]:
        return [
            f"--host-resolver-rules=MAP * 127.0.0.1:{self.web.port}, EXCLUDE 127.0.0.1",
            f"--ignore-certificate-errors-spki-list={self.web.key}",
            f"--load-extension={self._person.folder / 'extension'}",
        ]

    def _install(self) -> None:
        """A profile that knows the shim, and the extension where the person's account can read it."""
        person = self._person
        extension = person.folder / "extension"
        shutil.copytree(CHECKOUT / "extension" / "src", extension, dirs_exist_ok=True)
        for path in (extension, *extension.iterdir()):
            path.chmod(0o755 if path.is_dir() else 0o644)
        shim = person.folder / "native-host"
        shim.write_text(f'#!/bin/sh\nexec {shlex.join([*person.module(SHIM), str(person.agent)])} "$@"\n')
        shim.chmod(0o755)
        hosts = self.folder / "NativeMessagingHosts"
        hosts.mkdir(parents=True, exist_ok=True)
        manifest = json.loads((CHECKOUT / "deploy" / "browser" / MANIFEST).read_text())
        (hosts / MANIFEST).write_text(json.dumps(manifest | {"path": str(shim)}))
        if is_root():
            for path in (self.folder, hosts):
                os.chown(path, person.account.uid, person.account.gid)

    def _shim(self) -> int | None:
        """The shim's process: the browser's own child, since the browser is who starts it."""
        for command in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                is_shim = SHIM.encode() in command.read_bytes().split(b"\0")
                parent = int(command.with_name("stat").read_text().rpartition(")")[2].split()[1])
            except OSError:  # it ended while we looked
                continue
            if is_shim and parent == self.pid:
                return int(command.parent.name)
        return None
