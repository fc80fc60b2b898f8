"""Who may import whom (design §3): every contract of pyproject.toml breaks on a tree that crosses its line."""

import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LINT_IMPORTS = Path(sysconfig.get_path("scripts")) / "lint-imports"

CROSSINGS = [
    ("parts", "core/order.py", "import offmon.match.sites"),
    ("parts", "match/sites.py", "import offmon.server.base.scope"),
    ("parts", "server/base/scope.py", "import offmon.agent.app"),
    ("parts", "words/catalogue.py", "import offmon.match.sites"),
    ("parts", "words/catalogue.py", "import offmon.server.base.scope"),
    ("outsiders", "verify/check.py", "import offmon.match.sites"),
    ("outsiders", "verify/check.py", "import offmon.words.catalogue"),
    ("outsiders", "witness/app.py", "from offmon.match import sites"),
    ("pure", "core/order.py", "from django.utils import timezone"),
    ("pure", "match/sites.py", "import socket"),
    ("pure", "verify/check.py", "import urllib.request"),
    ("pure", "core/order.py", "import sqlite3"),
    ("thread", "server/audit/actions.py", "import offmon.server.people.queries"),
    ("thread", "server/base/scope.py", "import offmon.server.audit.actions"),
    ("thread", "server/people/queries.py", "import offmon.server.faces.console.views"),
    ("faces-apart", "server/faces/portal/views.py", "import offmon.server.faces.console.views"),
    ("faces-no-models", "server/faces/console/views.py", "from offmon.server.people.models import Person"),
]

KEPT = [
    ("server/faces/console/views.py", "from offmon.server.people import actions, queries"),
    ("server/people/actions.py", "from offmon.server.people.models import Person\nfrom offmon.match import sites"),
    ("verify/check.py", "from offmon.core import order\nimport zipfile"),
    ("agent/app.py", "from offmon.words import catalogue\nfrom offmon.match import sites"),
]

MODULES = [
    "core/order.py",
    "match/sites.py",
    "words/catalogue.py",
    "agent/app.py",
    "verify/check.py",
    "witness/app.py",
    "server/base/scope.py",
    "server/audit/actions.py",
    "server/people/models.py",
    "server/people/queries.py",
    "server/people/actions.py",
    "server/faces/console/views.py",
    "server/faces/portal/views.py",
]


def lint(folder: Path, module: str, text: str, *contracts: str) -> subprocess.CompletedProcess[str]:
    """Run this project's contracts on a small `offmon` in which `module` reads `text`."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name in MODULES:
        file = folder / "offmon" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    for package in [folder / "offmon", *(path for path in (folder / "offmon").rglob("*") if path.is_dir())]:
        (package / "__init__.py").touch()
    (folder / "offmon" / module).write_text(text + "\n", encoding="utf-8")
    chosen = [word for contract in contracts for word in ("--contract", contract)]
    return subprocess.run(
        [LINT_IMPORTS, "--no-cache", *chosen],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("contract", "module", "text"), CROSSINGS)
def test_a_contract_breaks_when_its_line_is_crossed(tmp_path: Path, contract: str, module: str, text: str) -> None:
    result = lint(tmp_path, module, text, contract)
    assert result.returncode == 1, result.stdout
    assert "BROKEN" in result.stdout


@pytest.mark.parametrize(("module", "text"), KEPT)
def test_what_the_design_allows_is_kept(tmp_path: Path, module: str, text: str) -> None:
    result = lint(tmp_path, module, text)
    assert result.returncode == 0, result.stdout
    assert "0 broken" in result.stdout
