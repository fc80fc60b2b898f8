"""What any client of a display may do to its outputs, as `xrandr` does: name a monitor, take a smaller mode, switch one off."""

from typing import Any

from Xlib import display  # type: ignore[import-untyped]
from Xlib.ext import randr  # type: ignore[import-untyped]
from Xlib.protocol import rq  # type: ignore[import-untyped]

from offmon.agent.presence.visibility import Rect


class _SetMonitor(rq.Request):  # type: ignore[misc]
    """RandR 1.5; the library's own sends another length than it has."""

    _request = rq.Struct(
        rq.Card8("opcode"), rq.Opcode(43), rq.RequestLength(), rq.Window("window"), rq.Card32("name"), rq.Card8("primary"),
        rq.Card8("automatic"), rq.Card16("outputs"), rq.Int16("x"), rq.Int16("y"), rq.Card16("width"), rq.Card16("height"),
        rq.Card32("millimetres_wide"), rq.Card32("millimetres_high"),
    )  # fmt: skip


class Outputs:
    def __init__(self, name: str) -> None:
        self._display = display.Display(name)
        self._root = self._display.screen().root
        known = self._root.xrandr_get_screen_resources_current()
        [self._crtc], [self._output] = known.crtcs, known.outputs
        self._mode = self._display.xrandr_get_crtc_info(self._crtc, known.config_timestamp).mode

    def leave(self) -> None:
        self._display.close()

    def monitors(self) -> list[Rect]:
        """What the server calls monitors."""
        told = self._root.xrandr_get_monitors().monitors
        return [Rect(one.x, one.y, one.width_in_pixels, one.height_in_pixels) for one in told]

    def name_monitor(self, area: Rect) -> None:
        _SetMonitor(
            display=self._display.display, opcode=self._display.display.get_extension_major(randr.extname), window=self._root,
            name=self._display.intern_atom("desk"), primary=0, automatic=0, outputs=0, x=area.x, y=area.y, width=area.width,
            height=area.height, millimetres_wide=100, millimetres_high=50,
        )  # fmt: skip
        self._display.sync()

    def shrink(self, width: int, height: int) -> None:
        """A smaller mode, on a display that stays as large."""
        timing = (width + 16, width + 96, width + 160, 0, height + 10, height + 12, height + 45)
        name = f"{width}x{height}"
        made = self._root.xrandr_create_mode((0, width, height, 25_175_000, *timing, len(name), 0), name)
        self._display.xrandr_add_output_mode(self._output, made.mode)
        self._set(made.mode, [self._output])

    def switch_off(self) -> None:
        self._set(0, [])

    def switch_on(self) -> None:
        self._set(self._mode, [self._output])

    def _set(self, mode: int, outputs: list[int]) -> Any:
        at = self._root.xrandr_get_screen_resources_current().config_timestamp
        done = self._display.xrandr_set_crtc_config(self._crtc, at, 0, 0, mode, randr.Rotate_0, outputs)
        assert done.status == 0, done
        self._display.sync()
