"""A real Chromium with the real extension, in the supervised person's own account, beside their real agent."""

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Playwright, Worker

from tests.e2e.browser.web import Web
from tests.integration.agent.devices import AGENT_UID, ROOT, Device, await_true
from tests.support.patience import PATIENCE_S

CHROMIUM = "/usr/bin/chromium"
EXTENSION = ROOT / "extension/src"
EXTENSION_ID = "lafoepgddfealobnmibagmgjmmlipgdk"
HOST = "org.offmon.agent"
NATIVE_HOST, RECORDER = "offmon.agent.native_host", "tests.e2e.browser.recorder"
SHIMS = {NATIVE_HOST.encode(), RECORDER.encode()}
# The browser's own errands, which would be requests that nobody asked for; and what only a screen-less test machine lacks.
QUIET = (
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
    "--ignore-certificate-errors",
    "--window-size=900,700",
)


@dataclass
class Browsing:
    """How the person browses: their device, the web that they reach, and a profile folder for each browser."""

    person: Device
    web: Web
    extension: Path = EXTENSION
    recorded: bool = False
    profiles: int = 0
    place: str = "0,0"

    @property
    def record(self) -> Path:
        """What crossed the native port, where it is recorded: one JSON object a line."""
        return self.person.folder / "native-port"

    def told(self) -> list[dict[str, object]]:
        """Every message that the extension sent to its shim, but those that it is still there; what is being written is none yet."""
        *lines, _ = self.record.read_bytes().split(b"\n") if self.record.exists() else [b""]
        return [message for message in map(json.loads, lines) if "waits" not in message]

    def hellos(self) -> int:
        """How often a talk began."""
        return sum("hello" in message for message in self.told())

    def asked_about(self) -> list[str]:
        """The addresses that the agent was asked about, in order."""
        return [str(message["url"]) for message in self.told() if "url" in message]

    def texts(self) -> list[str]:
        """Every text that was handed over."""
        return [str(message["text"]) for message in self.told() if message.get("text") is not None]

    def missing(self) -> int:
        """How often a text was wanted and said to be missing."""
        return self.told().count({"text": None})

    def disclosed(self) -> list[str | None]:
        """The addresses of what reached the agency, in order."""
        return self.person.disclosed()

    def shim(self) -> int:
        """The process that carries messages for the person's browser."""
        for status in Path("/proc").glob("[0-9]*/cmdline"):
            line = status.read_bytes().split(b"\0")
            if SHIMS & {*line} and bytes(self.person.home) in line:
                return int(status.parent.name)
        raise AssertionError("no shim runs")

    def await_read(self) -> None:
        """Wait until a page that is open was read: one that is left before its text stood still is not."""
        await_true(lambda: bool(self.texts()))

    def await_all_asked(self, page: Page) -> None:
        """Open one more listed page and wait until it arrives: the agent is asked in order, so all before it is done with."""
        self.profiles += 1
        url = self.web.put(f"https://last-{self.profiles}.listed.example/", "<p>the last")
        page.goto(url)
        await_true(lambda: url.rstrip("/") in self.disclosed())

    def profile(self) -> Path:
        """A new browser profile that knows the shim."""
        self.profiles += 1
        profile = self.person.folder / f"profile-{self.profiles}"
        hosts = profile / "NativeMessagingHosts"
        hosts.mkdir(parents=True)
        module = RECORDER if self.recorded else NATIVE_HOST
        arguments = f"{self.record} {self.person.home}" if self.recorded else str(self.person.home)
        shim = self._script(
            f"shim-{self.profiles}",
            f'PYTHONPATH={ROOT}:{ROOT}/src PYTHONDONTWRITEBYTECODE=1 exec {sys.executable} -m {module} {arguments} "$@"',
        )
        template = json.loads((ROOT / f"deploy/browser/{HOST}.json").read_text("utf-8"))
        (hosts / f"{HOST}.json").write_text(json.dumps(template | {"path": str(shim)}))
        if os.geteuid() == 0:
            for path in (profile, hosts):
                os.chown(path, AGENT_UID, AGENT_UID)
        return profile

    def flags(self) -> list[str]:
        """What a browser of the test is started with, beyond its profile."""
        reach, place = f"--host-resolver-rules=MAP * 127.0.0.1:{self.web.port}", f"--window-position={self.place}"
        return [*QUIET, place, reach, f"--load-extension={self.extension}"]

    def copy_without_policy(self) -> Path:
        """The extension without the manifest's content policy."""
        copy = self.person.folder / "extension"
        shutil.copytree(self.extension, copy)
        manifest = json.loads((copy / "manifest.json").read_text("utf-8"))
        del manifest["content_security_policy"]
        (copy / "manifest.json").write_text(json.dumps(manifest))
        return copy

    @contextmanager
    def open(self, playwright: Playwright) -> Iterator[BrowserContext]:
        """A browser that the test drives."""
        launcher = self._script("chromium", f'{self._as_person()} {CHROMIUM} "$@"')
        context = playwright.chromium.launch_persistent_context(
            self.profile(),
            executable_path=launcher,
            headless=False,
            chromium_sandbox=True,
            ignore_default_args=["--disable-extensions"],
            args=self.flags(),
            no_viewport=True,
        )
        try:
            yield context
        finally:
            context.close()

    @contextmanager
    def start(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """A browser that nobody drives, as a person starts it."""
        launcher = self._script("chromium", f'{self._as_person()} {CHROMIUM} "$@"')
        profile = self.profile()
        command = [str(launcher), f"--user-data-dir={profile}", *self.flags(), *arguments]
        browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield browser
        finally:
            browser.terminate()
            browser.wait(PATIENCE_S)
            shutil.rmtree(profile, ignore_errors=True)

    def _as_person(self) -> str:
        env = f"DISPLAY={self.person.display} HOME={self.person.folder} LC_ALL=C.UTF-8"
        drop = f"setpriv --reuid={AGENT_UID} --regid={AGENT_UID} --clear-groups" if os.geteuid() == 0 else ""
        return f"exec {drop} env -u XAUTHORITY -u DBUS_SESSION_BUS_ADDRESS {env}"

    def _script(self, name: str, line: str) -> Path:
        path = self.person.folder / name
        path.write_text(f"#!/bin/sh\n{line}\n")
        path.chmod(stat.S_IRWXU | stat.S_IRGRP | stat.S_IXGRP | stat.S_IROTH | stat.S_IXOTH)
        return path


def badge(worker: Worker) -> str:
    """What stands on the extension's button."""
    return str(worker.evaluate("chrome.action.getBadgeText({})"))


def worker_of(context: BrowserContext) -> Worker:
    """The extension's worker, once the agent has answered it."""
    worker = context.service_workers[0] if context.service_workers else context.wait_for_event("serviceworker")
    await_true(lambda: badge(worker) == "ON")
    return worker
