"""No file, variable or resource of the account, and no property of a display, hides the indicator's words (R-LEG-31).

First: whatever is set, the drawing is the same. Then: if it were drawn otherwise, the measurement would show it.
"""

import json
import os
import socket
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from Xlib import Xatom  # type: ignore[import-untyped]

from offmon.agent.presence import child, style
from offmon.agent.presence.indicator import Indicator
from offmon.agent.presence.states import AgentState, Form
from offmon.agent.presence.visibility import NotVisible, NotVisibleReason, Visible
from offmon.agent.presence.words import IndicatorLanguage
from offmon.core.ids import Ms
from tests.integration.agent.presence.displays import end, stand, start_display
from tests.integration.agent.presence.stranger import Stranger

NOW = Ms(1_700_000_000_000)
PALE = "#fefefe"
SYMBOLS = "D050000L"
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><include>/etc/fonts/fonts.conf</include>
<match target="pattern"><edit name="family" mode="assign" binding="strong"><string>{family}</string></edit></match>
<match target="font"><edit name="pixelsize" mode="assign"><double>{size}</double></edit></match></fontconfig>"""


OF_TK = f"option add *Label.state disabled; option add *Label.disabledForeground {PALE}"


def fonts(size: float, family: str = "sans-serif") -> str:
    return FONTS.format(size=size, family=family)


def resources(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


PALE_WORDS = resources("*Label.state: disabled", f"*Label.disabledForeground: {PALE}")
DEAD_BUTTONS = resources("*Button.state: disabled", f"*Button.disabledForeground: {style.BUTTON}")
NO_WORDS = resources("*Label.textVariable: made_up", "*Label.bitmap: gray12", "*Label.wrapLength: 1", "*Label.width: 1")


def in_home(name: str, text: str) -> Callable[[Path, Stranger], dict[str, str]]:
    def write(home: Path, _stranger: Stranger) -> dict[str, str]:
        (home / name).write_text(text)
        return {"HOME": str(home)}

    return write


def resource_manager(text: str) -> Callable[[Path, Stranger], dict[str, str]]:
    """As `xrdb` does it."""

    def put(_home: Path, stranger: Stranger) -> dict[str, str]:
        stranger.root.change_property(Xatom.RESOURCE_MANAGER, Xatom.STRING, 8, text.encode())
        stranger.finish()
        return {}

    return put


def fontconfig(where: str, variable: str, text: str) -> Callable[[Path, Stranger], dict[str, str]]:
    def write(home: Path, _stranger: Stranger) -> dict[str, str]:
        file = home / where
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        value = file if variable == "FONTCONFIG_FILE" else home / where.partition("/")[0]
        return {variable: str(home if variable == "HOME" else value)}

    return write


SETTINGS = {
    "Xdefaults, pale words": in_home(".Xdefaults", PALE_WORDS),
    "Xdefaults, dead buttons": in_home(".Xdefaults", DEAD_BUTTONS),
    "Xdefaults, no words": in_home(".Xdefaults", NO_WORDS),
    "RESOURCE_MANAGER, pale words": resource_manager(PALE_WORDS),
    "RESOURCE_MANAGER, dead buttons": resource_manager(DEAD_BUTTONS),
    "RESOURCE_MANAGER, no words": resource_manager(NO_WORDS),
    "FONTCONFIG_FILE, symbols": fontconfig("one.conf", "FONTCONFIG_FILE", fonts(15, SYMBOLS)),
    "FONTCONFIG_FILE, two pixels": fontconfig("one.conf", "FONTCONFIG_FILE", fonts(2)),
    "~/.config, symbols": fontconfig(".config/fontconfig/fonts.conf", "HOME", fonts(15, SYMBOLS)),
    "~/.config, three pixels": fontconfig(".config/fontconfig/fonts.conf", "HOME", fonts(3)),
    "XDG_CONFIG_HOME, four pixels": fontconfig("other/fontconfig/fonts.conf", "XDG_CONFIG_HOME", fonts(4)),
    "~/.fonts.conf, two pixels": fontconfig(".fonts.conf", "HOME", fonts(2)),
    # What tkinter runs of the home's before a window begins.
    "a script of Tk's": in_home(".offmon-indicator.tcl", OF_TK),
    "a program of tkinter's": in_home(".offmon-indicator.py", "import tkinter; tkinter.Label.pack = lambda *_, **__: 0"),
}  # fmt: skip


type Seen = list[tuple[Visible | NotVisible, dict[tuple[int, int], str]]]


def drawn(stranger: Stranger) -> Seen:
    """Of each form, what is measured of it while it collects, and each pixel of it."""
    indicator, seen = (
        Indicator.start(IndicatorLanguage.BOTH),
        list[tuple[Visible | NotVisible, dict[tuple[int, int], str]]](),
    )
    try:
        indicator.show(AgentState.COLLECTING)
        for form in Form:
            stand(indicator, form)
            seen.append((indicator.measure(NOW), dict(stranger._pixels(stranger.frame()))))
        return seen
    finally:
        indicator.stop()


@pytest.fixture(scope="module")
def before(desktop: str) -> Seen:
    """The same where nothing was set."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DISPLAY", desktop)
        stranger = Stranger(desktop)
        seen = drawn(stranger)
        stranger.leave()
        return seen


@pytest.mark.parametrize("name", SETTINGS)
def test_it_draws_the_same_whatever_the_account_sets(
    before: object, stranger: Stranger, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setenv("XAUTHORITY", os.environ.get("XAUTHORITY", "/nonexistent"))
    for variable, value in SETTINGS[name](tmp_path, stranger).items():
        monkeypatch.setenv(variable, value)
    after = drawn(stranger)
    assert [measured for measured, _ in after] == [Visible(NOW)] * len(Form)
    assert after == before


def test_a_child_that_draws_is_told_the_display_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TCLLIBPATH", "TK_LIBRARY", "LD_PRELOAD", "PYTHONPATH", "XENVIRONMENT", "FONTCONFIG_PATH", "TZ"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("DISPLAY", ":7")
    monkeypatch.setenv("HOME", "/somewhere")
    monkeypatch.delenv("XAUTHORITY", raising=False)
    told = child.environment()
    assert told == {
        "DISPLAY": ":7", "XAUTHORITY": "/somewhere/.Xauthority", "HOME": "/nonexistent", "LANG": "C.UTF-8"
    }  # fmt: skip
    assert not Path(told["HOME"]).exists()
    monkeypatch.setenv("XAUTHORITY", "/run/key")
    assert child.environment()["XAUTHORITY"] == "/run/key"


# What a window of its own is like, told option by option.
OPTIONS = """
import json, tkinter, sys
from offmon.agent.presence.{module} import *
from offmon.agent.presence.words import CATALOGUE, IndicatorLanguage
of = {made}
def every(widget):
    yield widget
    for one in widget.winfo_children():
        yield from every(one)
print(json.dumps([
    [widget.winfo_class(), told[1], name, str(told[3]), str(told[4])]
    for widget in every(of._root) for name, told in widget.configure().items() if len(told) == 5
]))
"""
MADE = {
    "indicator_window": "Window(CATALOGUE[IndicatorLanguage.ENGLISH])",
    "pages_window": "Reader(); of._obey(json.loads(sys.argv[1]))",
}
PAGE = {
    "tools": ["a", "b", "c"],
    "page": {"title": "t", "error": "", "blocks": [["text", "x"]], "fields": [["pin", "PIN", True]], "buttons": [["show", "Show"]]},
}  # fmt: skip
AT_BIRTH = {"class", "colormap", "container", "screen", "use", "visual"}
# Something else than Tk has by itself for each option that a resource may name: the name in the database, and a value.
OTHERWISE = {
    "activeBackground": PALE, "activeBorderWidth": "9", "activeForeground": PALE, "activeRelief": "sunken", "anchor": "se",
    "autoSeparators": "0", "background": PALE, "bitmap": "gray12", "blockCursor": "1", "borderWidth": "9", "command": "exit",
    "compound": "center", "cursor": "watch", "default": "active", "disabledBackground": PALE, "disabledForeground": PALE,
    "elementBorderWidth": "9", "endLine": "1", "exportSelection": "0", "font": "fixed 3", "foreground": PALE, "height": "3",
    "highlightBackground": PALE, "highlightColor": PALE, "highlightThickness": "9", "inactiveSelectBackground": PALE,
    "insertBackground": PALE, "insertBorderWidth": "9", "insertOffTime": "9", "insertOnTime": "9", "insertUnfocussed": "solid",
    "insertWidth": "9", "invalidCommand": "exit", "jump": "1", "justify": "right", "maxUndo": "9", "orient": "horizontal",
    "overRelief": "sunken", "padX": "9", "padY": "9", "readonlyBackground": PALE, "relief": "sunken", "repeatDelay": "9",
    "repeatInterval": "9", "selectBackground": PALE, "selectBorderWidth": "9", "selectForeground": PALE, "setGrid": "1", "show": "x",
    "spacing1": "9", "spacing2": "9", "spacing3": "9", "state": "disabled", "tabStyle": "wordprocessor", "tabs": "9", "takeFocus": "0",
    "text": "x", "textVariable": "made_up", "troughColor": PALE, "underline": "1", "undo": "1", "validate": "key",
    "validateCommand": "exit",
    "width": "3", "wrap": "none", "wrapLength": "1", "xScrollCommand": "exit", "yScrollCommand": "exit",
}  # fmt: skip
DOES = {"command", "yScrollCommand"}
# Names of what somebody must have made in the same program first: a resource that gives one keeps the window from being made.
MADE_FIRST = {"image", "menu", "startLine"}


@pytest.mark.parametrize("module", MADE)
def test_no_resource_decides_any_option_of_any_part(stranger: Stranger, module: str) -> None:
    def options() -> list[list[str]]:
        program = OPTIONS.format(module=module, made=MADE[module])
        ran = subprocess.run(
            [sys.executable, "-c", program, json.dumps(PAGE)],
            env=child.environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        # What our own program does is named anew each time: a number first.
        return [[*one[:4], one[4].lstrip("0123456789") if one[1] in DOES else one[4]] for one in json.loads(ran.stdout)]

    before = options()
    named = {database for _, database, name, _, _ in before if database and name not in AT_BIRTH}
    assert named <= {*OTHERWISE, *MADE_FIRST}
    resource_manager(resources(*(f"*{name}: {value}" for name, value in OTHERWISE.items())))(Path(), stranger)
    assert [one for one in options() if one not in before] == []


# Another hand that draws: the indicator's own program, in which something was changed before it began.
CHANGED = """
import runpy, tkinter
from offmon.agent.presence import style
{change}
runpy.run_module("offmon.agent.presence.indicator_window", run_name="__main__")
"""
LABEL = """real = tkinter.Label.configure
def changed(self, *of, **given):
    {0}
    return real(self, *of, **given)
tkinter.Label.configure = changed"""
OTHER_HANDS = {
    "none": "",
    "words as pale as the paper": "style.INK = '#fefefe'",
    "pale words": "style.INK = '#9a9a9a'",
    "no words": LABEL.format("given |= {'text': ''} if 'text' in given else {}"),
    "a full stop": LABEL.format("given |= {'text': '.'} if 'text' in given else {}"),
    "a bar": LABEL.format("given |= {'text': '\\u2588' * 55} if 'text' in given else {}"),
    "the first letter alone": LABEL.format("given |= {'text': given['text'][:1]} if 'text' in given else {}"),
}


@pytest.mark.usefixtures("stranger")
@pytest.mark.parametrize("change", OTHER_HANDS.values(), ids=OTHER_HANDS)
def test_what_nobody_can_read_is_not_visible_whatever_drew_it(
    monkeypatch: pytest.MonkeyPatch, form: Form, change: str
) -> None:
    program = CHANGED.format(change=change)
    monkeypatch.setattr(child, "command", lambda *_: [sys.executable, "-c", program])
    expected = NotVisible(NOW, NotVisibleReason.PAINTED_OVER) if change else Visible(NOW)
    assert measured_of(IndicatorLanguage.ENGLISH, form) == expected


def write_with(fonts: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the machine's own settings of letters be these."""
    (folder / "one.conf").write_text(fonts)
    kept = child.environment() | {"FONTCONFIG_FILE": str(folder / "one.conf")}
    monkeypatch.setattr(child, "environment", lambda: kept)


@pytest.mark.usefixtures("stranger")
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6, 7])
def test_words_too_small_to_read_are_not_visible_whatever_made_them_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, form: Form, size: int
) -> None:
    write_with(fonts(size), tmp_path, monkeypatch)
    found = measured_of(IndicatorLanguage.ENGLISH, form)
    assert isinstance(found, NotVisible)
    assert found.reason in {NotVisibleReason.PAINTED_OVER, NotVisibleReason.TOO_SMALL}


def measured_of(language: IndicatorLanguage, form: Form) -> Visible | NotVisible:
    indicator = Indicator.start(language)
    try:
        indicator.show(AgentState.COLLECTING)
        stand(indicator, form)
        return indicator.measure(NOW)
    finally:
        indicator.stop()


@pytest.mark.parametrize("dots", [12, 15, 20, 200, 300])
def test_it_can_be_read_however_many_dots_to_the_inch_a_display_says_it_has(
    monkeypatch: pytest.MonkeyPatch, form: Form, dots: int
) -> None:
    server, name = start_display("-dpi", str(dots))
    monkeypatch.setenv("DISPLAY", name)
    for language in IndicatorLanguage:
        indicator = Indicator.start(language)
        for state in AgentState:
            indicator.show(state)
            stand(indicator, form)
            assert indicator.measure(NOW) == Visible(NOW), (language, state)
        assert indicator.seen is not None
        for words, said in zip(indicator.seen.words, indicator.seen.said, strict=True):
            assert words.height >= 17 * said.lines
        indicator.stop()
    end(server)


@pytest.mark.parametrize("scale", ["Xft.dpi: 5", "Xft.dpi: 12", "Xft.scale: 0.1", "Xft.dpi: 192", "Xft.dpi: 400"])
def test_it_can_be_read_whatever_scale_the_desktop_asks_for(stranger: Stranger, form: Form, scale: str) -> None:
    resource_manager(resources(scale))(Path(), stranger)
    for language in IndicatorLanguage:
        assert measured_of(language, form) == Visible(NOW), language


@pytest.mark.usefixtures("stranger")
@pytest.mark.parametrize(
    "family",
    ["DejaVu Sans", "DejaVu Serif", "DejaVu Sans Light", "Liberation Sans", "Liberation Sans Narrow", "Nimbus Roman"],
)
@pytest.mark.parametrize("language", [IndicatorLanguage.ENGLISH, IndicatorLanguage.WELSH])
def test_a_machine_with_another_letter_is_visible(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, form: Form, family: str, language: IndicatorLanguage
) -> None:
    """Its administrator chose it, in /etc/fonts."""
    text = fonts(0, family)
    start, stop = text.index('<match target="font">'), text.index("</fontconfig>")
    write_with(text[:start] + text[stop:], tmp_path, monkeypatch)
    assert measured_of(language, form) == Visible(NOW)


@pytest.mark.parametrize("variable", ["HOME", "XAUTHORITY"])
def test_a_display_that_wants_a_key_is_given_the_accounts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str
) -> None:
    """Though what draws has no home: the key lies in the account's, or where the session says."""
    key = tmp_path / (".Xauthority" if variable == "HOME" else "key")
    parts = (socket.gethostname().encode(), b"", b"MIT-MAGIC-COOKIE-1", bytes(range(16)))
    key.write_bytes(struct.pack(">H", 256) + b"".join(struct.pack(">H", len(part)) + part for part in parts))
    server, name = start_display("-auth", str(key))
    monkeypatch.setenv("DISPLAY", name)
    monkeypatch.setenv("HOME", "/nonexistent")
    monkeypatch.delenv("XAUTHORITY", raising=False)
    monkeypatch.setenv(variable, str(tmp_path if variable == "HOME" else key))
    assert measured_of(IndicatorLanguage.ENGLISH, Form.OPEN) == Visible(NOW)
    end(server)
