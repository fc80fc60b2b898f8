"""No setting, variable, argument, build flag or null object turns the indicator off (R-LEG-31, issue 2 "Visible is measured").

Closed lists name every outside input of the agent and its imports, each with its reason, and every place that says "visible". A new one
must be added here, where somebody asks what it is for.
"""

import argparse
import ast
import inspect
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

import offmon
from offmon.agent import __main__ as command_line
from offmon.agent import language
from offmon.agent.presence.indicator import Indicator
from offmon.agent.presence.visibility import Visible
from offmon.agent.presence.words import IndicatorLanguage

ROOT = Path(offmon.__file__).parent
# The agent, and all of ours that it may import (pyproject.toml: the contract `parts`).
PARTS = ("agent", "core", "match", "words")
SOURCES = {
    str(path.relative_to(ROOT)): ast.parse(path.read_text()) for part in PARTS for path in (ROOT / part).rglob("*.py")
}
PRESENCE = {name: tree for name, tree in SOURCES.items() if name.startswith("agent/presence/")}

# Each use of the environment, and what for.
ENVIRONMENT = {
    ("agent/presence/screen.py", "os.environ.get('DISPLAY', '')"): "where the indicator is shown and measured",
    ("agent/presence/child.py", "os.environ.get('DISPLAY', '')"): "the same display, for what is drawn on it",
    ("agent/presence/child.py", "os.environ.get('XAUTHORITY', '')"): "the key to that display",
    ("agent/language.py", "environ.get(name)"): "the locale's variables, out of what the next two hand over",
    ("agent/app.py", "language.of_session(os.environ)"): "in which language the indicator speaks; without one, in both",
    ("agent/__main__.py", "language.of_session(os.environ)"): "in which language a command answers its person",
    (
        "agent/__main__.py",
        "os.environ.get('XDG_DATA_HOME')",
    ): "where the folder of an account usually is, for a command without one",
}
# Each option of each command, and what for. None says whether, how or how long the indicator is seen.
OPTIONS = {
    "--home": "where the agent keeps its files: the person's own folder",
    "--server": "where its agency is; what comes from there is obeyed only as signed",
    "--code-file": "the code from the paper, which names the agency's root key",
    "--heartbeat": "how often it says that it is alive: 1 to 3600 seconds, and the indicator is measured each second whatever it says",
    "--gaps": "how often it says what was not covered: 1 to 3600 seconds; it is a gap all the same, and the hour is the most",
    "file": "what was taken away from the person's page, to be checked",
    "--certificate": "the end certificate, which is checked; the agent is then removed without a server",
}
COMMANDS = {
    "enrol": {"--home", "--server", "--code-file"},
    "run": {"--home", "--server", "--heartbeat", "--gaps"},
    "status": {"--home"},
    "told": {"--home", "file"},
    "known": {"--home"},
    "ended": {"--home", "file"},
    "remove": {"--home", "--server", "--certificate"},
}
# Each program of the agent's that looks at its own arguments, and what for.
ARGUMENTS = {
    "agent/__main__.py": "the commands above",
    "agent/native_host.py": "the browser's shim: the agent's home; it holds nothing and measures nothing",
    "agent/sources/replay.py": "tells a running agent of pages from a file, as a browser would; it is no agent",
}
# What it asks its interpreter for: nothing that says how that was built or started (`sys.flags`, `-X`, `-O`).
SYS = {"sys.argv", "sys.executable", "sys.exit", "sys.stdin", "sys.stdout", "sys.stderr"}


def used(names: Collection[str], sources: dict[str, ast.Module] = SOURCES) -> Iterator[tuple[str, ast.expr]]:
    """Each use of one of the names, as a name of its own or of something's, or under another that an import gave it."""
    for source, tree in sources.items():
        for node in ast.walk(tree):
            if (isinstance(node, ast.Attribute) and node.attr in names) or (
                isinstance(node, ast.Name) and node.id in names
            ):
                yield source, node
            elif isinstance(node, ast.ImportFrom):
                yield from ((source, ast.Name(one.name)) for one in node.names if one.name in names)
            elif isinstance(node, ast.Constant) and node.value in names:
                yield source, node


def calls(sources: dict[str, ast.Module], names: Collection[str]) -> list[tuple[str, str]]:
    """Each innermost call that the names stand in, as its source says it."""
    found = []
    for source, tree in sources.items():
        parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        for _, use in used(names, {source: tree}):
            node: ast.AST = use
            while node in parents and not isinstance(node, ast.Call):
                node = parents[node]
            found.append((source, ast.unparse(node if isinstance(node, ast.Call) else use)))
    return found


def test_every_use_of_the_environment_is_known_and_none_is_about_the_indicator() -> None:
    assert {*calls(SOURCES, {"environ", "environb", "getenv", "getenvb"})} == {*ENVIRONMENT}
    assert language.VARIABLES == ("LC_ALL", "LC_MESSAGES", "LANG")


def test_every_option_of_every_command_is_known_and_none_is_about_the_indicator() -> None:
    [commands] = [
        action for action in command_line._parser()._actions if isinstance(action, argparse._SubParsersAction)
    ]
    said = {
        name: {(action.option_strings or [action.dest])[-1] for action in command._actions if action.dest != "help"}
        for name, command in commands.choices.items()
    }
    assert said == COMMANDS
    assert set().union(*said.values()) == {*OPTIONS}


def test_nothing_else_looks_at_arguments_or_at_how_it_was_built_or_started() -> None:
    looking = used({"argv", "orig_argv", "argparse", "ArgumentParser", "getopt", "optparse"})
    assert {source for source, _ in looking} == {*ARGUMENTS}
    of_sys = {ast.unparse(use) for _, use in used(vars(sys)) if ast.unparse(use).startswith("sys.")}
    assert of_sys == SYS
    assert not [source for source, tree in SOURCES.items() if "from sys import" in ast.unparse(tree)]
    assert list(used({"__debug__", "sysconfig", "get_config_var"})) == []


def test_only_the_measure_says_visible() -> None:
    """Once, where the indicator was just looked at and nothing was found wrong."""
    made = calls(SOURCES, {Visible.__name__})
    made = [one for one in made if one[1].startswith("Visible(")]
    assert made == [("agent/presence/indicator.py", "Visible(now_ms)")]
    named = {source for source, _ in used({Visible.__name__})}
    assert named == {"agent/presence/indicator.py", "agent/presence/visibility.py"}
    measure = inspect.getsource(Indicator.measure)
    assert "if reason is None:\n            return Visible(now_ms)" in measure


def test_the_agent_takes_what_was_measured_and_nothing_else() -> None:
    """Or nothing, before the first measure and after the last: and then it collects nothing."""
    given = [
        (source, ast.unparse(node))
        for source, tree in SOURCES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr)
        and {"visibility", "measured"}
        & {*ast.unparse(node).partition("=")[0].replace(":", ".").replace(" ", ".").split(".")}
    ]
    assert sorted(given) == [
        ("agent/app.py", "measured = self._indicator.measure(clock.now())"),
        ("agent/app.py", "self._gate.visibility = None"),
        ("agent/app.py", "self._gate.visibility = measured"),
        ("agent/collection_gate.py", "self.visibility: Visibility | None = None"),
    ]


def test_the_only_choice_is_the_language() -> None:
    assert list(inspect.signature(Indicator.start).parameters) == ["language"]
    assert inspect.get_annotations(Indicator.start)["language"] is IndicatorLanguage


def test_nothing_stands_in_for_the_indicator() -> None:
    assert Indicator.__subclasses__() == []
    classes = {node.name for tree in PRESENCE.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    assert not {
        name for name in classes if name.lower().startswith(("null", "no_op", "noop", "fake", "dummy", "hidden"))
    }
