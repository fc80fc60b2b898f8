"""A real agent folds its indicator, collects with the strip as with the window, and opens it after a gap."""

from offmon.agent.presence import style
from offmon.agent.presence.folding import FOLDS_AFTER_S, HIGHEST_STRIP
from offmon.agent.presence.visibility import Rect
from offmon.core.formats.event import GapReason
from tests.integration.agent.devices import Device, await_true, copied
from tests.integration.agent.presence.stranger import Stranger
from tests.support.patience import PATIENCE_S


def is_strip(stranger: Stranger) -> bool:
    return stranger.frame().height <= HIGHEST_STRIP


def test_the_strip_is_kept_to_as_the_window_is(enrolled: Device, desktop: str, stranger: Stranger) -> None:
    """R-LEG-31: hidden, nothing is collected, and that is a gap; when it is over the person is told in whole sentences."""
    with copied(enrolled, desktop) as one:
        one.ingest.agency.issue()
        one.start()
        assert not is_strip(stranger)  # at log-in it stands open
        await_true(lambda: is_strip(stranger), FOLDS_AFTER_S + PATIENCE_S)
        assert style.ON in stranger.colours(stranger.frame())
        one.tell({"url": "https://listed.example/strip"})
        await_true(lambda: len(one.ingest.disclosures()) == 1)

        cover = stranger.cover(Rect(0, 0, 1280, 800))
        await_true(lambda: stranger.raise_again(cover) or not is_strip(stranger))  # type: ignore[func-returns-value]
        cover.destroy()
        stranger.finish()
        await_true(lambda: bool(one.gaps(GapReason.NOT_VISIBLE)))
        await_true(lambda: style.ON in stranger.colours(stranger.frame()))
        assert not is_strip(stranger)
        assert one.stop() == ""
