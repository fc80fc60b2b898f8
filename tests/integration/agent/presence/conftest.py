"""A real display for each test: Xvfb on a free number, openbox on it, and another X client as the stranger."""

import os
import subprocess
from collections.abc import Iterator

import pytest

from offmon.agent.presence.indicator import Indicator
from offmon.agent.presence.words import IndicatorLanguage
from tests.integration.agent.presence.displays import end, start_display
from tests.integration.agent.presence.stranger import Stranger


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[bytes]]:
    server, name = start_display()
    monkeypatch.setenv("DISPLAY", name)
    yield server
    end(server)


@pytest.fixture
def stranger(server: subprocess.Popen[bytes]) -> Iterator[Stranger]:
    manager = subprocess.Popen(["openbox"], stderr=subprocess.DEVNULL)
    stranger = Stranger(os.environ["DISPLAY"])
    stranger.await_window_manager()
    yield stranger
    stranger.leave()
    end(manager)


@pytest.fixture
def indicator(stranger: Stranger) -> Iterator[Indicator]:
    indicator = Indicator.start(IndicatorLanguage.ENGLISH)
    yield indicator
    indicator.stop()
