"""A real display with openbox on it for the folder's tests, and for each of them another X client as the stranger."""

from collections.abc import Iterator

import pytest

from offmon.agent.presence.indicator import Indicator
from offmon.agent.presence.words import IndicatorLanguage
from tests.integration.agent.presence.displays import a_desktop
from tests.integration.agent.presence.stranger import Stranger


@pytest.fixture(scope="package")
def desktop() -> Iterator[str]:
    with a_desktop() as name:
        yield name


@pytest.fixture
def stranger(desktop: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stranger]:
    monkeypatch.setenv("DISPLAY", desktop)
    stranger = Stranger(desktop)
    stranger.await_window_manager()
    yield stranger
    stranger.leave()


@pytest.fixture
def indicator(stranger: Stranger) -> Iterator[Indicator]:
    indicator = Indicator.start(IndicatorLanguage.ENGLISH)
    yield indicator
    indicator.stop()
