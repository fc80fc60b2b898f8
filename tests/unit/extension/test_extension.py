"""What the extension's manifest lets it do, its modules' own tests, and the files for force IT that fit it."""

import base64
import hashlib
import json
import re
import subprocess
from pathlib import Path

from offmon.agent.presence.words import CATALOGUE, IndicatorLanguage
from offmon.agent.sources.frames import MAX_AROUND, MAX_DEPTH
from offmon.core.authority.inventory import POWERS
from offmon.match.unsafe_text import MAX_TEXT, MAX_TITLE, MAX_URL
from offmon.words.catalogue import Language as Spoken
from offmon.words.catalogue import texts
from tests.support.patience import PATIENCE_S

ROOT = Path(__file__).parents[3]
SRC = ROOT / "extension/src"
MANIFEST = json.loads((SRC / "manifest.json").read_text("utf-8"))
BROWSER = ROOT / "deploy/browser"
ID = re.compile(r"\b[a-p]{32}\b")


def extension_id() -> str:
    """The id that a browser makes of the manifest's key."""
    digest = hashlib.sha256(base64.b64decode(MANIFEST["key"], validate=True)).hexdigest()[:32]
    return digest.translate(str.maketrans("0123456789abcdef", "abcdefghijklmnop"))


def test_it_asks_for_these_powers_and_no_other() -> None:
    assert MANIFEST["permissions"] == ["nativeMessaging", "scripting", "webNavigation"]
    assert MANIFEST["host_permissions"] == ["http://*/*", "https://*/*"]
    # no content_scripts, no externally_connectable, no web_accessible_resources, no update_url
    said = {"manifest_version", "name", "description", "version", "minimum_chrome_version", "key", "permissions"}
    said |= {"host_permissions", "incognito", "background", "content_security_policy", "action"}
    assert MANIFEST.keys() == said


def test_the_persons_own_page_tells_of_each_of_its_powers() -> None:
    """Issue 3, "permissions": the list that the portal shows is the manifest's, and the account that the agent insists on."""
    assert set(POWERS) == {"account", "screen", "host_permissions", *MANIFEST["permissions"]}
    for language in Spoken:
        assert [power for power in POWERS if f"portal.power.{power}" not in texts(language)] == []


def test_its_own_pages_and_worker_may_reach_nothing() -> None:
    policy = MANIFEST["content_security_policy"]
    assert policy == {"extension_pages": "default-src 'none'; script-src 'self'; connect-src 'none'"}


def test_what_a_bystander_reads_is_the_indicators_own_neutral_sentence() -> None:
    sentence = CATALOGUE[IndicatorLanguage.ENGLISH].monitored
    assert MANIFEST["action"]["default_title"] == sentence
    assert MANIFEST["description"].startswith(sentence)
    assert (SRC / "worker.js").read_text("utf-8").count(sentence) == 2


def test_its_limits_are_one_more_than_the_agent_examines() -> None:
    worker = (SRC / "worker.js").read_text("utf-8")
    limits = {
        name: int(a) << int(b) for name, a, b in re.findall(r"const (MAX_\w+) = \((\d+) << (\d+)\) \+ 1;", worker)
    }
    assert limits == {"MAX_URL": MAX_URL, "MAX_TITLE": MAX_TITLE, "MAX_TEXT": MAX_TEXT}
    assert f"const MAX_DEPTH = {MAX_DEPTH};" in worker
    assert f"const MAX_AROUND = {MAX_AROUND >> 10} << 10;" in worker


def test_nobody_can_sign_as_this_extension_with_what_is_in_the_tree() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert [name for name in tracked if name.endswith((".pem", ".crx", ".key"))] == []


def test_the_files_for_force_it_name_this_extension_and_close_every_other_window() -> None:
    host = json.loads((BROWSER / "org.offmon.agent.json").read_text("utf-8"))
    assert host["allowed_origins"] == [f"chrome-extension://{extension_id()}/"]
    assert f'"{host["name"]}"' in (SRC / "talk.js").read_text("utf-8")
    policy = json.loads((BROWSER / "managed-policy.json").read_text("utf-8"))
    assert set(ID.findall(json.dumps(policy))) == {extension_id()}
    assert policy["IncognitoModeAvailability"] == 1
    assert policy["BrowserGuestModeEnabled"] is False
    assert policy["BrowserAddPersonEnabled"] is False
    assert policy["ExtensionSettings"][extension_id()]["installation_mode"] == "force_installed"


def test_its_modules_do_what_their_own_tests_say() -> None:
    files = sorted(map(str, Path(__file__).parent.glob("*.test.mjs")))
    ran = subprocess.run(["node", "--test", *files], capture_output=True, text=True, check=False, timeout=PATIENCE_S)
    assert ran.returncode == 0, ran.stdout
    assert len(files) == 3
