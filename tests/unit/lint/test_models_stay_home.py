"""An app's models are imported only by its own actions, queries, policy and migrations (design §3).

So every read goes through a query, which logs it, and every write through an action, which audits it. A foreign key names its target by
string. import-linter cannot say "its own" for all apps at once; its graph can.
"""

import re
from collections.abc import Iterator

import grimp
import pytest

# base has no rows of its own, only parents; a room inside an app may have models of its own
MODELS = re.compile(r"offmon\.server\.(?P<app>(?!base\b)\w+)\.(\w+\.)?models(\..+)?")
AT_HOME = r"offmon\.server\.{app}\.(\w+\.)?(models|actions|queries|policy|migrations)(\..+)?"


def strays(graph: grimp.ImportGraph) -> Iterator[str]:
    """Each import of an app's models from outside its own four modules, as `importer -> imported`."""
    for imported in sorted(graph.modules):
        found = MODELS.fullmatch(imported)
        if not found:
            continue
        home = re.compile(AT_HOME.format(app=found["app"]))
        for importer in sorted(graph.find_modules_that_directly_import(imported)):
            if not home.fullmatch(importer):
                yield f"{importer} -> {imported}"


def test_models_are_imported_at_home_only() -> None:
    assert list(strays(grimp.build_graph("offmon", cache_dir=None))) == []


@pytest.mark.parametrize(
    ("importer", "imported", "stray"),
    [
        ("offmon.server.triage.actions", "offmon.server.people.models", True),
        ("offmon.server.people.views", "offmon.server.people.models", True),
        ("offmon.server.processes.signer.app", "offmon.server.orders.models.term", True),
        ("offmon.server.triage.queries", "offmon.server.agencies.authentication.models", True),
        ("offmon.server.agencies.authentication.actions", "offmon.server.agencies.models", False),
        ("offmon.server.people.actions", "offmon.server.people.models", False),
        ("offmon.server.people.actions.record", "offmon.server.people.models.person", False),
        ("offmon.server.people.migrations.0001_initial", "offmon.server.people.models", False),
        ("offmon.server.people.models", "offmon.server.base.models", False),
    ],
)
def test_a_stray_import_is_found(importer: str, imported: str, *, stray: bool) -> None:
    graph = grimp.ImportGraph()
    for module in (importer, imported):
        graph.add_module(module)
    graph.add_import(importer=importer, imported=imported)
    assert list(strays(graph)) == ([f"{importer} -> {imported}"] if stray else [])
