"""There is no setting, variable, argument or null object which turns the indicator off (R-LEG-31, issue 2 "Visible is measured")."""

import ast
import inspect
from pathlib import Path

from offmon.agent import presence
from offmon.agent.presence.indicator import Indicator
from offmon.agent.presence.words import Language

SOURCES = {path.name: ast.parse(path.read_text()) for path in Path(presence.__path__[0]).glob("*.py")}


def mentions(tree: ast.Module, names: set[str]) -> list[str]:
    """Statements-worth of source in which one of the names is used."""
    return [
        ast.unparse(node)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in names) or (isinstance(node, ast.Name) and node.id in names)
    ]


def test_the_only_variable_read_is_where_the_display_is() -> None:
    reads = {
        name: found for name, tree in SOURCES.items() if (found := mentions(tree, {"environ", "getenv", "environb"}))
    }
    assert reads == {"screen.py": ["os.environ"]}
    assert 'os.environ.get("DISPLAY", "")' in Path(presence.__path__[0], "screen.py").read_text()


def test_the_only_choice_is_the_language() -> None:
    assert list(inspect.signature(Indicator.start).parameters) == ["language"]
    assert inspect.get_annotations(Indicator.start)["language"] is Language
    arguments = {name: found for name, tree in SOURCES.items() if (found := mentions(tree, {"argv", "argparse"}))}
    assert arguments == {"window.py": ["sys.argv"]}


def test_nothing_stands_in_for_the_indicator() -> None:
    assert Indicator.__subclasses__() == []
    classes = {node.name for tree in SOURCES.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    assert not {
        name for name in classes if name.lower().startswith(("null", "no_op", "noop", "fake", "dummy", "hidden"))
    }
