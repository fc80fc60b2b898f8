"""No process starts with another's role or without a setting it needs; none can be told to debug (design §2, §5)."""

import re
import runpy
import secrets
from pathlib import Path
from typing import Any

import pytest

from offmon.core.errors import Refused
from offmon.server.base.policies import MIGRATE, Process
from offmon.server.base.settings import common

ROLES = {process.name.lower(): str(process) for process in Process} | {"migrate": MIGRATE}
ASKS = re.compile(r'env\.(required|secret|numbers)\(\s*"(\w+)"')
OF_NO_MEANING = {"required": "https://nothing.invalid", "secret": secrets.token_urlsafe(48), "numbers": "60801,60802"}
each_process = pytest.mark.parametrize("process", ROLES)


def asked_for(process: str) -> dict[str, str]:
    """The settings that a process cannot do without, as its module asks for them, with values of no meaning."""
    source = module_of(process).read_text()
    given = {name: OF_NO_MEANING[kind] for kind, name in ASKS.findall(source)}
    return given | {"OFFMON_DATABASE_URL": url_of(ROLES[process])}


def module_of(process: str) -> Path:
    return Path(common.__file__).with_name(f"{process}.py")


def url_of(role: str) -> str:
    return f"postgresql://{role}:hidden@/offmon?host=%2Frun%2Fpg&sslmode=disable"


def settings_of(process: str, monkeypatch: pytest.MonkeyPatch, **environ: str) -> dict[str, Any]:
    """The settings as the process would have them, given all that it asks for but for what is said here."""
    for name, value in (asked_for(process) | environ).items():
        monkeypatch.setenv(name, value)
    # By its path: a module that another test of this run has imported already would be run a second time under a warning.
    return runpy.run_path(str(module_of(process)))


@each_process
def test_a_process_connects_as_its_own_role_to_postgresql_only(process: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = settings_of(process, monkeypatch)["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["USER"], database["PASSWORD"]) == (ROLES[process], "hidden")
    assert (database["HOST"], database["NAME"]) == ("/run/pg", "offmon")
    assert database["OPTIONS"]["sslmode"] == "disable"
    assert ("pool" in database["OPTIONS"]) == (process not in {"migrate", "operator"})  # one command and out: no pool


@pytest.mark.parametrize("face", ["console", "ingest", "portal", "website"])
def test_a_face_says_within_three_seconds_that_the_database_is_away(face: str, monkeypatch: pytest.MonkeyPatch) -> None:
    options = settings_of(face, monkeypatch)["DATABASES"]["default"]["OPTIONS"]
    waits = [options["connect_timeout"], options["pool"]["timeout"], options["pool"]["reconnect_timeout"]]
    assert max(waits) < 3


@each_process
def test_another_role_is_refused_without_quoting_its_password(process: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for role in {*ROLES.values(), "postgres"} - {ROLES[process]}:
        with pytest.raises(Refused) as refusal:
            settings_of(process, monkeypatch, OFFMON_DATABASE_URL=url_of(role))
        assert refusal.value.code == "database-url"
        assert "hidden" not in refusal.value.message


@pytest.mark.parametrize("url", ["sqlite:///offmon", "offmon_worker", "postgresql://"])
def test_what_is_no_address_of_postgresql_is_refused(url: str) -> None:
    with pytest.raises(Refused, match=r"\[database-url\]"):
        common.database(url, Process.WORKER)


@each_process
def test_a_process_that_lacks_a_setting_says_which(process: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in asked_for(process):
        with monkeypatch.context() as without, pytest.raises(Refused, match=f"{name} is not set") as refusal:
            settings_of(process, without, **{name: ""})
        assert refusal.value.code == "setting-missing"


@each_process
def test_debugging_cannot_be_switched_on(process: str, monkeypatch: pytest.MonkeyPatch) -> None:
    switches = {"DEBUG": "1", "OFFMON_DEBUG": "1", "DJANGO_DEBUG": "1"}
    assert settings_of(process, monkeypatch, **switches)["DEBUG"] is False


def test_the_console_has_no_default_key(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match=r"\[setting-weak-secret\]"):
        settings_of("console", monkeypatch, OFFMON_SECRET_KEY="django-insecure-" + "k3Zq9vLw7x" * 4)


@each_process
def test_each_process_holds_its_own_keys_alone(process: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings_of(process, monkeypatch)
    assert ("SECRET_KEY" in found) == (process in {"console", "portal"})
    assert (found["OFFMON_COLUMN_KEY_FILE"] is not None) == (process == "console")
    assert (found["OFFMON_PERSON_KEY_FILE"] is not None) == (process == "portal")
    assert (found["OFFMON_ACCESS_KEY_FILE"] is not None) == (process == "portal")
