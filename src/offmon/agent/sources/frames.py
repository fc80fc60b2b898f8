"""How many frames one source reported, and how deep: the limit on what a page can make this device do. Pure: the caller gives the time.

Rules
- Each page has a limit of frames in a stretch of time, above any person's need. All pages of the source share one, above any browser's
  need. So a page that changes its address, reloads or opens others on purpose stops there.
- The source says what one page is, or else the address of the outermost page does. Reports of other pages between change nothing.
- Depth and the addresses around a frame have limits that no person's page needs. The source reports one level more, so that the excess
  shows. It always reports the outermost page, since that may be excluded.
- A frame that is not looked at does not count: an excluded page's frames use nothing up.
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
