"""Who may import whom (design §3): every contract of pyproject.toml breaks on a tree that crosses its line."""

import re
import shutil
import subprocess
import sysconfig
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LINT_IMPORTS = Path(sysconfig.get_path("scripts")) / "lint-imports"

CROSSINGS = [
    ("parts", "core/authority/order.py", "import offmon.match.sites"),
    ("parts", "match/sites.py", "import offmon.server.base.scope"),
    ("parts", "server/base/scope.py", "import offmon.agent.app"),
    ("parts", "words/catalogue.py", "import offmon.match.sites"),
    ("parts", "words/catalogue.py", "import offmon.server.base.scope"),
    ("outsiders", "verify/check.py", "import offmon.match.sites"),
    ("outsiders", "verify/check.py", "import offmon.words.catalogue"),
    ("outsiders", "witness/app.py", "from offmon.match import sites"),
    ("pure", "core/authority/order.py", "from django.utils import timezone"),
    ("pure", "match/sites.py", "import socket"),
    ("pure", "verify/check.py", "import urllib.request"),
    ("pure", "core/authority/order.py", "import sqlite3"),
    ("thread", "server/audit/actions.py", "import offmon.server.people.queries"),
    ("thread", "server/base/scope.py", "import offmon.server.audit.actions"),
    ("thread", "server/people/queries.py", "import offmon.server.faces.console.views"),
    ("faces-apart", "server/faces/portal/views.py", "import offmon.server.faces.console.views"),
    ("faces-no-models", "server/faces/console/views.py", "from offmon.server.people.models import Person"),
    ("product-apart", "agent/app.py", "import trial.postgres"),
]

KEPT = [
    ("server/faces/console/views.py", "from offmon.server.people import actions, queries"),
    ("server/people/actions.py", "from offmon.server.people.models import Person\nfrom offmon.match import sites"),
    ("verify/check.py", "from offmon.core.authority import order\nimport zipfile"),
    ("agent/app.py", "from offmon.words import catalogue\nfrom offmon.match import sites"),
]

MODULES = [
    *("core/authority/order.py", "match/sites.py", "words/catalogue.py", "agent/app.py", "verify/check.py"),
    *("witness/app.py", "server/base/scope.py", "server/audit/actions.py", "server/people/models.py"),
    *("server/people/queries.py", "server/people/actions.py", "server/faces/console/views.py"),
    "server/faces/portal/views.py",
]


def lint(folder: Path, given: list[tuple[str, str]]) -> subprocess.CompletedProcess[str]:
    """Run this project's contracts on a small `offmon` and `trial` whose modules read as given."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name in MODULES:
        file = folder / "offmon" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (folder / "trial").mkdir()
    (folder / "trial" / "__init__.py").touch()
    (folder / "trial" / "postgres.py").touch()
    for package in [folder / "offmon", *(path for path in (folder / "offmon").rglob("*") if path.is_dir())]:
        (package / "__init__.py").touch()
    for module, text in given:
        with (folder / "offmon" / module).open("a", encoding="utf-8") as stream:
            stream.write(text + "\n")
    return subprocess.run(
        [LINT_IMPORTS, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Where every line is crossed at once: by the id of a contract, what is said of who crossed it. One run, since each takes a while."""
    result = lint(tmp_path_factory.mktemp("crossed"), [(module, text) for _, module, text in CROSSINGS])
    assert result.returncode == 1, result.stdout
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts: list[dict[str, str]] = project["tool"]["importlinter"]["contracts"]
    said = re.split(r"^(.+)\n-{3,}$", result.stdout.partition("Broken contracts")[2], flags=re.MULTILINE)
    of = dict(zip(said[1::2], said[2::2], strict=True))
    return {contract["id"]: of.get(contract["name"], "") for contract in contracts}


@pytest.mark.parametrize(("contract", "module", "text"), CROSSINGS)
def test_a_contract_breaks_where_it_is_crossed(broken: dict[str, str], contract: str, module: str, text: str) -> None:
    importer = "offmon." + module.removesuffix(".py").replace("/", ".")
    imported = text.removeprefix("from ").removeprefix("import ").split()[0]
    # Of what is foreign, the package is named.
    named = imported if imported.startswith(("offmon.", "trial.")) else imported.partition(".")[0]
    assert re.search(rf"^-\s+{importer} -> {named}", broken[contract], re.MULTILINE)


def test_what_the_design_allows_is_kept(tmp_path: Path) -> None:
    result = lint(tmp_path, KEPT)
    assert result.returncode == 0, result.stdout
    assert "0 broken" in result.stdout
