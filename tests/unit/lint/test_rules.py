"""Each ast-grep rule of `lint/` fires at the places it guards and is silent at the places that may (design §3).

`lint/tests/` holds the rules' own good and bad lines (`ast-grep test`). That command ignores paths. Here the same lines are put at real
paths and scanned as CI scans the tree.
"""

import json
import shutil
import subprocess
import sysconfig
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
AST_GREP = Path(sysconfig.get_path("scripts")) / "ast-grep"

WRITE = "person.save()\n"
CLOCK = "at = datetime.now(UTC)\n"
MARK = "html = mark_safe(title)\n"
VIEW = "def queue(request):\n    return render(request)\n"
FETCH = "await fetch(url);\n"
STORE = "localStorage.setItem(url, text);\n"
POWER = "await chrome.tabs.create({ url });\n"
PICTURE = "node.picture.address = url;\n"
BUILT_NAME = "node[name](url);\n"
GOOD_VIEW = "@requires(Permission.ALERT_REVIEW)\n" + VIEW

FIRES = [
    ("no-write-outside-actions", "src/offmon/server/people/queries.py", WRITE),
    ("no-write-outside-actions", "src/offmon/server/faces/console/views.py", WRITE),
    ("no-write-outside-actions", "src/offmon/server/processes/worker/jobs.py", WRITE),
    ("no-wall-clock", "src/offmon/core/clock.py", CLOCK),
    ("no-wall-clock", "src/offmon/server/people/actions.py", CLOCK),
    ("no-wall-clock", "src/offmon/agent/outbox.py", CLOCK),
    ("no-mark-safe", "src/offmon/server/base/web/forms.py", MARK),
    ("no-mark-safe", "src/offmon/server/people/actions.py", MARK),
    ("view-says-who", "src/offmon/server/faces/console/views.py", VIEW),
    ("view-says-who", "src/offmon/server/faces/portal/views_notice.py", VIEW),
    ("view-says-who", "src/offmon/server/faces/console/views/queue.py", VIEW),
    ("extension-no-network", "extension/src/worker.js", FETCH),
    ("extension-keeps-nothing", "extension/src/reader.js", STORE),
    ("extension-few-powers", "extension/src/worker.js", POWER),
    ("extension-changes-nothing", "extension/src/reader.js", PICTURE),
    ("extension-by-its-name", "extension/src/reader.js", BUILT_NAME),
]

SILENT = [
    ("src/offmon/server/people/actions.py", WRITE),
    ("src/offmon/server/people/actions/record.py", WRITE),
    ("src/offmon/server/people/migrations/0001_initial.py", WRITE),
    ("tests/integration/people/test_actions.py", WRITE + CLOCK),
    ("src/offmon/server/base/clock.py", CLOCK),
    ("src/offmon/agent/clock.py", CLOCK),
    ("src/offmon/witness/clock.py", CLOCK),
    ("src/offmon/server/faces/console/views.py", GOOD_VIEW),
    ("src/offmon/server/faces/console/forms.py", VIEW),
    ("tests/unit/extension/talk.test.mjs", FETCH + STORE + POWER + PICTURE + BUILT_NAME),
]


def scan(folder: Path, lines: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """By path, the ids of the rules that fire when these texts stand at these paths of a tree with this project's rules."""
    shutil.copy(ROOT / "sgconfig.yml", folder)
    shutil.copytree(ROOT / "lint", folder / "lint")
    fired: dict[str, set[str]] = {}
    for path, text in lines:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as stream:
            stream.write(text)
        fired[path] = set()
    scanned = subprocess.run(
        [AST_GREP, "scan", "--json=compact", "."], cwd=folder, capture_output=True, text=True, check=False
    )
    for match in json.loads(scanned.stdout):
        fired[match["file"].removeprefix("./")].add(match["ruleId"])
    return fired


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """What fires where it should, in one scan."""
    return scan(tmp_path_factory.mktemp("guarded"), [(path, text) for _, path, text in FIRES])


@pytest.fixture(scope="module")
def allowed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """What fires where it should not, in one scan."""
    return scan(tmp_path_factory.mktemp("allowed"), SILENT)


@pytest.mark.parametrize(("rule", "path"), [(rule, path) for rule, path, _ in FIRES])
def test_a_rule_fires_where_it_guards(guarded: dict[str, set[str]], rule: str, path: str) -> None:
    assert rule in guarded[path]


@pytest.mark.parametrize("path", [path for path, _ in SILENT])
def test_a_rule_is_silent_where_the_thing_is_allowed(allowed: dict[str, set[str]], path: str) -> None:
    assert allowed[path] == set()


def test_every_rule_is_shown_to_fire() -> None:
    rules = {file.stem for file in (ROOT / "lint/rules").glob("*.yml")}
    assert {rule for rule, _, _ in FIRES} == rules
    assert {file.stem.removesuffix("-test") for file in (ROOT / "lint/tests").glob("*.yml")} == rules
