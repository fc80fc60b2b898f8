"""The agent's command prints to a terminal of any encoding: a Welsh circumflex is no error."""

import io
import sys
from pathlib import Path

import pytest

from offmon.agent import __main__ as command
from offmon.agent import activity_record


@pytest.mark.parametrize("encoding", ["ascii", "cp437"])
def test_what_was_taken_away_is_judged_in_words_on_any_terminal(
    encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    monkeypatch.setattr(command, "AgentHome", Path)  # a folder closed to everyone else is another test's
    monkeypatch.setattr(activity_record, "check", lambda *_: (0, "Mae popeth yn dal dŵr.\n"))
    assert command.main(["told", "--home", str(tmp_path / "home"), "page.html"]) == 0
    sys.stdout.flush()
    assert raw.getvalue() == b"Mae popeth yn dal d\\u0175r.\n"


def test_what_only_reads_finds_the_usual_folder_by_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    homes: list[Path] = []
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(command, "AgentHome", Path)

    def check(home: Path, *_: object) -> tuple[int, str]:
        homes.append(home)
        return 1, ""

    monkeypatch.setattr(activity_record, "check", check)
    assert command.main(["told", "page.json"]) == 1
    monkeypatch.setenv("XDG_DATA_HOME", "")
    monkeypatch.setenv("HOME", str(tmp_path / "them"))
    assert command.main(["told", "page.json"]) == 1
    assert homes == [tmp_path / "offmon", tmp_path / "them" / ".local" / "share" / "offmon"]
    with pytest.raises(SystemExit):
        command.main(["run", "--server", "https://x.invalid"])
