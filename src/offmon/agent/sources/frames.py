"""How many frames one source told of, and how deep: the limit on what a page can make this device do. Pure: it is told the time.

Rules
- Of one page so many frames are looked at in a stretch of time as no page of a person's needs, and of all pages of the source together so
  many as no browser needs: a page that changes its address, loads itself anew or opens others for the purpose ends there.
- A page is what the source says it is; of a source that does not say, the address of the outermost page. What is told of other pages
  between makes no difference to it.
- A frame is looked at so deep, and with as much of addresses around it, as no page of a person's needs. The source tells of one more, that
  it be known; and of the outermost page always, since that may be excluded.
- What is not looked at is not counted either: the frames of an excluded page use nothing up.
"""

from typing import Final

from offmon.core import clock
from offmon.core.ids import Ms

MAX_FRAMES: Final = 500
MAX_FRAMES_OF_ALL: Final = 10 * MAX_FRAMES
STRETCH_MS: Final = 10 * clock.MINUTE_MS
MAX_DEPTH: Final = 50
MAX_AROUND: Final = 128 << 10
"""Characters of all the addresses around a frame together."""


def is_too_deep(within: tuple[str, ...]) -> bool:
    """Whether more stands around a frame than is looked at."""
    return len(within) > MAX_DEPTH or sum(map(len, within)) > MAX_AROUND


class Frames:
    """The frames that one source told of, in the stretch of time that runs."""

    def __init__(self) -> None:
        self._since: Ms | None = None
        self._of_all = 0
        self._of: dict[str, int] = {}

    def is_too_many(self, page: str, at: Ms) -> bool:
        """One more frame of this page."""
        if self._since is None or not 0 <= at - self._since < STRETCH_MS:
            self._since, self._of_all, self._of = at, 0, {}
        if self._of_all >= MAX_FRAMES_OF_ALL or self._of.get(page, 0) >= MAX_FRAMES:
            return True
        self._of_all += 1
        self._of[page] = self._of.get(page, 0) + 1
        return False
