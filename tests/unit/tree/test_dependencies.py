"""Dependencies are few: each has its line of reason in docs/adr, and the locks agree (CONTRIBUTING 9)."""

import json
import re
import tomllib
from pathlib import Path

from tests.unit.tree.tree import files, text

REASONS = Path("docs/adr/0002-dependencies.md")
NAME = re.compile(r"[\w.-]+")


def asked_for() -> set[str]:
    """Every package that pyproject.toml, a package.json or deploy/packages.txt asks for by name."""
    project = tomllib.loads(text(Path("pyproject.toml")))
    lines = [*project["project"]["dependencies"]]
    for group in [*project["project"]["optional-dependencies"].values(), *project["dependency-groups"].values()]:
        lines += group
    lines += [line for line in text(Path("deploy/packages.txt")).splitlines() if line and not line.startswith("#")]
    names = {NAME.match(line)[0] for line in lines}  # type: ignore[index]
    for manifest in files("*package.json"):
        wanted = json.loads(text(manifest))
        names |= {*wanted.get("dependencies", {}), *wanted.get("devDependencies", {})}
    return names


def pins(lock: str) -> dict[str, str]:
    """Package → version of a lock."""
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", text(Path(lock)), re.MULTILINE))


def test_each_dependency_has_its_reason() -> None:
    reasoned = set(re.findall(r"`([^`]+)`", text(REASONS)))
    assert asked_for() - reasoned == set()


def test_the_tests_run_on_the_versions_that_a_stranger_runs() -> None:
    run, dev = pins("requirements/run.txt"), pins("requirements/dev.txt")
    assert run.items() <= dev.items()
    assert len(run) > 10


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads(text(Path("pyproject.toml")))
    wanted = {NAME.match(line)[0] for group in project["dependency-groups"].values() for line in group}  # type: ignore[index]
    assert wanted <= pins("requirements/dev.txt").keys()
