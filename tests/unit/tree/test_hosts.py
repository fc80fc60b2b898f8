"""No file names a package registry's host (CONTRIBUTING 9).

A stranger's machine fetches packages by name, from its own configured index. The patterns write a dot as `[.]`, so that this file does not
name what it forbids.
"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.unit.tree.tree import ROOT, files, text

REGISTRY = re.compile(
    r"""
      \bpypi[.](org|python[.]org)\b | \bpythonhosted[.]org\b
    | \bnpmjs[.](org|com)\b | \byarnpkg[.]com\b
    | \b(deb|ftp([.]\w\w)?|security|snapshot|archive)[.]debian[.]org\b | \b(archive|security)[.]ubuntu[.]com\b
    | \bcrates[.]io\b | \bproxy[.]golang[.]org\b | \brepo1?[.]maven([.]apache)?[.]org\b | \banaconda[.]org\b
    """,
    re.VERBOSE | re.IGNORECASE,
)


def test_no_file_names_a_registry_host() -> None:
    named = [f"{path}: {found[0]}" for path in files() if (found := REGISTRY.search(text(path)))]
    assert named == []


@pytest.mark.parametrize("name", ["pypi", "files.pythonhosted", "registry.npmjs", "deb.debian", "ftp.uk.debian"])
def test_a_registry_host_is_recognised(name: str) -> None:
    assert REGISTRY.search(f"https://{name}.org/simple")


@pytest.mark.parametrize("name", ["www.debian.org", "www.w3.org", "example.invalid", "pypi"])
def test_other_names_are_left_alone(name: str) -> None:
    assert not REGISTRY.search(name)


def test_npm_is_told_beside_every_lock_to_leave_hosts_out() -> None:
    # npm writes them by default, and reads no .npmrc but the one beside its package.json.
    told = "omit-lockfile-registry-resolved=true"
    assert [str(lock) for lock in files("*package-lock.json") if told not in text(lock.parent / ".npmrc")] == []


@pytest.mark.parametrize(
    ("line", "clean"),
    [
        ("django==6.1.3 \\\n    --hash=sha256:" + "0" * 64, True),
        ("--index-url https://example.invalid/simple", False),
        ("--find-links /opt/wheels", False),
        ("django @ https://example.invalid/django.whl", False),
        ("django @ file:///tmp/django.whl", False),
    ],
)
def test_the_lock_guard_refuses_hosts_paths_and_options(tmp_path: Path, line: str, *, clean: bool) -> None:
    (tmp_path / "lint").mkdir()
    (tmp_path / "requirements").mkdir()
    shutil.copy(ROOT / "lint/locks-name-no-host", tmp_path / "lint")
    (tmp_path / "requirements/run.txt").write_text(line + "\n", encoding="utf-8")
    for command in (["init", "--quiet"], ["add", "."]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    guard = subprocess.run([tmp_path / "lint/locks-name-no-host"], capture_output=True, text=True, check=False)
    assert (guard.returncode == 0) is clean, guard.stdout + guard.stderr
