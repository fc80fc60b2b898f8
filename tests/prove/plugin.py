"""A pytest plugin that takes one safeguard away for the whole run: `-p tests.prove.plugin --without S3` or `--without-backstop S3:0`.

It is loaded before any test or product module, so that whoever imports the function gets the disabled one. It lives with the tests
and nothing in `src` knows of it.
"""

import importlib
from typing import Any

import pytest

from tests.prove.register import Safeguard, safeguards
from tests.server import set_up_django

DROP = pytest.StashKey[str | None]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("safeguards")
    group.addoption("--without", help="disable the function of this safeguard")
    group.addoption("--without-backstop", help="take away one database backstop of a safeguard, by its place: S3:0")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Before any conftest: it may import whoever imports the function by name."""
    without = early_config.known_args_namespace.without
    if without:
        disable(_named(without))


def pytest_configure(config: pytest.Config) -> None:
    backstop = config.getoption("--without-backstop")
    name, _, number = (backstop or "").partition(":")
    config.stash[DROP] = _named(name).backstops[int(number)].drop if backstop else None


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> None:
    """Take the backstop away from each test's own database, once it has been cloned."""
    drop = request.config.stash.get(DROP, None)
    if drop is None or fixturedef.argname != "database":
        return
    make = fixturedef.func

    def made(*args: Any, **kwargs: Any) -> Any:
        for database in make(*args, **kwargs):
            with database.connect_as_owner() as connection:
                connection.execute(drop)
                connection.commit()
            yield database

    object.__setattr__(fixturedef, "func", made)


def disable(safeguard: Safeguard) -> None:
    """Replace the safeguard's function by what its register entry says."""
    if safeguard.function.startswith("offmon.server."):
        set_up_django()
    holder, name = resolve(safeguard.function)
    original = getattr(holder, name)
    replacement = eval(safeguard.disabled, {"original": original})  # noqa: S307  our own register, in our own tree
    setattr(holder, name, replacement)


def resolve(path: str) -> tuple[Any, str]:
    """The module or class that holds a function, and its name there. Raises ImportError or AttributeError."""
    parts = path.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            holder: Any = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:-1]:
            holder = getattr(holder, part)
        getattr(holder, parts[-1])
        return holder, parts[-1]
    raise ImportError(path)


def _named(wanted: str) -> Safeguard:
    return next(one for one in safeguards() if one.id == wanted)
