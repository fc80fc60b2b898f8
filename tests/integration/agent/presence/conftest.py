"""A real display with openbox on it for the folder's tests, and for each of them another X client as the stranger.

The indicator stands in both its forms: each attack is tried on the open window and on the strip.
"""

from collections.abc import Iterator

import pytest

from offmon.agent.presence.indicator import Indicator
from offmon.agent.presence.states import Form
from offmon.agent.presence.words import IndicatorLanguage
from tests.integration.agent.presence.displays import a_desktop, stand
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


@pytest.fixture(params=Form)
def form(request: pytest.FixtureRequest) -> Form:
    return Form(request.param)


@pytest.fixture
def indicator(stranger: Stranger, form: Form) -> Iterator[Indicator]:
    indicator = Indicator.start(IndicatorLanguage.ENGLISH)
    stand(indicator, form)
    yield indicator
    indicator.stop()


@pytest.fixture
def opened(stranger: Stranger) -> Iterator[Indicator]:
    """The open window alone, where a test is about what the strip has not."""
    indicator = Indicator.start(IndicatorLanguage.ENGLISH)
    yield indicator
    indicator.stop()
