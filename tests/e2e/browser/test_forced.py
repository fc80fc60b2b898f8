"""An agency's way to install the extension: packed with its own key, forced by policy, for every window (`docs/howto/force-it.md`).

Policy files apply to the whole machine. So the browser gets an `/etc/chromium` of its own, in a mount namespace that only root can make.
"""

import hashlib
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.e2e.browser.browsing import CHROMIUM, EXTENSION, HOST, Browsing
from tests.integration.agent.devices import AGENT_UID, ROOT, await_true
from tests.support.patience import PATIENCE_S

UPDATE = """<?xml version="1.0"?>
<gupdate xmlns="http://www.google.com/update2/response" protocol="2.0">
<app appid="{id}"><updatecheck codebase="{crx}" version="0.1.0"/></app></gupdate>
"""


def may_have_own_etc() -> bool:
    own = ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]
    return os.geteuid() == 0 and subprocess.run(own, capture_output=True, check=False).returncode == 0


only_root = pytest.mark.skipif(not may_have_own_etc(), reason="only root can give one browser policies of its own")


@only_root
@pytest.mark.parametrize("window", [[], ["--incognito"], ["--guest"]], ids=["ordinary", "private", "guest"])
def test_forced_by_policy_it_covers_the_first_page_whatever_window_was_asked_for(
    browsing: Browsing, etc: Path, window: list[str]
) -> None:
    url = browsing.web.put("https://listed.example/forced", "<p>hello")
    with forced(browsing, etc, browsing.profile(), *window, url):
        await_true(lambda: "https://listed.example" in browsing.disclosed())
    assert len(browsing.disclosed()) == 1


@only_root
def test_the_page_that_is_open_when_it_is_installed_is_not_read_and_the_first_of_each_later_browser_is(
    browsing: Browsing, etc: Path
) -> None:
    """One that is older than the extension may have moved; of a browser that starts with it, it has heard of everything."""
    profile = browsing.profile()
    url = browsing.web.put("https://duckduckgo.com/?q=pets", "<p>a purple elephant")
    with forced(browsing, etc, profile, url):
        await_true(lambda: [gap.lost for gap in browsing.person.ingest.gaps()] == [1])
    assert browsing.disclosed() == []
    with forced(browsing, etc, profile, url):
        await_true(lambda: browsing.disclosed() == [url])


@pytest.fixture
def etc(browsing: Browsing, updates: tuple[str, str], tmp_path: Path) -> Path:
    """An `/etc/chromium` that forces the extension."""
    etc, (extension, address) = tmp_path / "etc", updates
    (etc / "policies/managed").mkdir(parents=True)
    (etc / "native-messaging-hosts").mkdir()
    policy = (ROOT / "deploy/browser/managed-policy.json").read_text("utf-8")
    policy = policy.replace("https://updates.force.invalid/offmon/update.xml", address)
    host = (browsing.profile() / f"NativeMessagingHosts/{HOST}.json").read_text("utf-8")
    for file, given in (("policies/managed/offmon.json", policy), (f"native-messaging-hosts/{HOST}.json", host)):
        (etc / file).write_text(given.replace("lafoepgddfealobnmibagmgjmmlipgdk", extension))
    return etc


@pytest.fixture(scope="module")
def updates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The extension packed with a key of the agency's own, and where a browser fetches it: its id, and the address."""
    folder = tmp_path_factory.mktemp("packed")
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = folder / "agency.pem"
    pem.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    digest = hashlib.sha256(public).hexdigest()[:32]
    extension = digest.translate(str.maketrans("0123456789abcdef", "abcdefghijklmnop"))

    source = folder / "offmon"
    shutil.copytree(EXTENSION, source)
    manifest = json.loads((source / "manifest.json").read_text("utf-8"))
    del manifest["key"]
    (source / "manifest.json").write_text(json.dumps(manifest))
    pack = [CHROMIUM, "--no-sandbox", f"--user-data-dir={folder}/packing", f"--pack-extension={source}"]
    env = {"PATH": os.defpath, "HOME": str(folder), "DISPLAY": "none"}
    subprocess.run([*pack, f"--pack-extension-key={pem}"], env=env, capture_output=True, check=True, timeout=PATIENCE_S)

    shown = folder / "shown"
    shown.mkdir()
    shutil.move(folder / "offmon.crx", shown)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(shown)))
    server.daemon_threads = True
    base = f"http://127.0.0.1:{server.server_port}"
    (shown / "update.xml").write_text(UPDATE.format(id=extension, crx=f"{base}/offmon.crx"))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield extension, f"{base}/update.xml"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def forced(browsing: Browsing, etc: Path, profile: Path, *arguments: str) -> Iterator[None]:
    """A browser with an `/etc/chromium` of its own, and nothing loaded from its command line."""
    shutil.rmtree(profile / "NativeMessagingHosts", ignore_errors=True)
    own_etc = f"mount -t tmpfs -o mode=755 none /etc/chromium && cp -r {etc}/. /etc/chromium"
    drop = f"setpriv --reuid={AGENT_UID} --regid={AGENT_UID} --clear-groups"
    env = f"env DISPLAY={browsing.person.display} HOME={browsing.person.folder} LC_ALL=C.UTF-8"
    others = ("--load-extension", "--disable-background", "--host")
    kept = [flag for flag in browsing.flags() if not flag.startswith(others)]
    rules = f"--host-resolver-rules=MAP * 127.0.0.1:{browsing.web.port}, EXCLUDE 127.0.0.1"
    command = [CHROMIUM, f"--user-data-dir={profile}", *kept, rules, *arguments]
    start = ["unshare", "--mount", "sh", "-c", f'{own_etc} && exec {drop} {env} "$@"', "sh", *command]
    browser = subprocess.Popen(start, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        browser.terminate()
        browser.wait(PATIENCE_S)
