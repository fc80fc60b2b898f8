"""The window of the device's own pages: `python -m offmon.agent.presence.pages_window`, a child process of the agent.

Rules
- It shows what the agent sends on stdin, one JSON object a line, and reports presses and input on stdout. It knows no profile, no PIN and
  no catalogue, and writes no file. Until the agent has taken the PIN, the page behind it is not in this process.
- It is an ordinary window: the person moves, sizes and closes it, and the indicator stays above it. It ends when the agent is gone.
- Text can be selected and copied. Everything works from the keyboard. Text grows with the desktop's scale and by Ctrl + and Ctrl -.
- Tk tells assistive technology neither the text nor its language (WCAG 2.2, 3.1.2). People who have pages read out use the portal, which
  marks an agency's English. The site's page on accessibility says so.
- After ten minutes without input it closes, so that the next person at the keyboard does not find it open.
"""

import json
import os
import sys
import tkinter as tk
from collections.abc import Callable
from functools import partial
from tkinter import font
from typing import Any, Final, Literal

from offmon.agent.presence import style
from offmon.agent.presence.tk_defaults import plain

IDLE_MS: Final = 10 * 60 * 1000
_LEAST_SIZE: Final = 8
_LARGEST_SIZE: Final = 40
_LARGEST_OF_TOOLS: Final = 14
_STEPS: Final = {"title": 7, "heading": 4, "subheading": 1, "error": 1, "label": 0}
_MARK: Final = "\u2022"
_BESIDE: Final = 20
_BETWEEN: Final = 8
type _What = Literal["units", "pages"]
_SCROLLS: Final[dict[str, tuple[int, _What]]] = {
    "<Up>": (-1, "units"),
    "<Down>": (1, "units"),
    "<Prior>": (-1, "pages"),
    "<Next>": (1, "pages"),
    "<space>": (1, "pages"),
}
_GROWS: Final = {
    "<Control-plus>": 2,
    "<Control-equal>": 2,
    "<Control-KP_Add>": 2,
    "<Control-minus>": -2,
    "<Control-KP_Subtract>": -2,
}


class Reader:
    """One window: a text to read, below it what can be typed and pressed."""

    def __init__(self) -> None:
        self._unread = b""
        self._idle = ""
        self._typed: dict[str, tk.Entry] = {}
        self._stops: list[tk.Widget] = []
        self._root = tk.Tk(className="offmon-details")
        plain(self._root, background=style.PAPER)
        self._base = font.nametofont("TkDefaultFont").copy()
        self._base.configure(size=12)
        self._fonts = {kind: self._base.copy() for kind in (*_STEPS, "text", "tools")}
        self._text = self._draw_text()
        self._tools = plain(tk.Frame(self._root), background=style.PAPER, padx=_BESIDE, pady=12)
        self._tools.grid(row=1, column=0, sticky="ew")
        self._tools.bind("<Configure>", self._lay_out_tools)
        self._root.columnconfigure(0, weight=1)
        self._root.rowconfigure(0, weight=1)
        self._grow(0)
        self._bind()

    def run(self) -> None:
        """Show it until it is closed or the agent is gone."""
        os.set_blocking(sys.stdin.fileno(), False)
        self._root.tk.createfilehandler(sys.stdin.fileno(), tk.READABLE, self._read)
        self._touched()
        self._root.mainloop()

    def _draw_text(self) -> tk.Text:
        frame = plain(tk.Frame(self._root), background=style.PAPER)
        frame.grid(row=0, column=0, sticky="nsew")
        bar = plain(tk.Scrollbar(frame), width=18, takefocus=False)
        text = plain(tk.Text(frame), wrap="word", relief="flat", padx=20, pady=12, width=1, height=1, cursor="xterm")
        text.configure(background=style.PAPER, foreground=style.INK, font=self._fonts["text"], spacing2=1, spacing3=5)
        text.configure(highlightthickness=3, highlightcolor=style.FOCUS, highlightbackground=style.PAPER)
        text.configure(selectbackground=style.ON, selectforeground=style.PAPER, inactiveselectbackground=style.ON)
        text.configure(yscrollcommand=bar.set, state="disabled", takefocus=True)
        bar.configure(command=text.yview)
        bar.pack(side="right", fill="y")
        text.pack(side="left", fill="both", expand=True)
        return text

    def _bind(self) -> None:
        for key, step in _GROWS.items():
            self._root.bind(key, partial(self._grow_on_key, step))
        self._root.bind("<Escape>", lambda _event: self._root.quit())
        self._root.protocol("WM_DELETE_WINDOW", self._root.quit)
        for touched in ("<Key>", "<Button>", "<Motion>"):
            self._root.bind_all(touched, lambda _event: self._touched(), add="+")
        for key, (number, what) in _SCROLLS.items():
            self._text.bind(key, partial(self._scroll, number, what))
        self._text.bind("<Home>", partial(self._to, 0.0))
        self._text.bind("<End>", partial(self._to, 1.0))
        self._text.bind("<Tab>", partial(self._step, 0))
        self._text.bind("<Control-a>", self._select_all)
        self._text.bind("<Button-1>", lambda _event: self._text.focus_set(), add="+")

    def _read(self, _file: object, _mask: int) -> None:
        try:
            received = os.read(sys.stdin.fileno(), 1 << 16)
        except BlockingIOError:
            return
        if not received:
            self._root.quit()
            return
        *lines, self._unread = (self._unread + received).split(b"\n")
        for line in lines:
            self._obey(json.loads(line))

    def _obey(self, told: dict[str, Any]) -> None:
        if "frame" in told:
            x, y, width, height = told["frame"]
            self._root.geometry(f"{width}x{height}+{x}+{y}")
        if "tools" in told:
            larger, smaller, close = told["tools"]
            for label, does in (
                (larger, partial(self._grow, 2)),
                (smaller, partial(self._grow, -2)),
                (close, self._root.quit),
            ):
                self._button(self._tools, label, self._fonts["tools"], does)
            self._lay_out_tools()
        if "page" in told:
            self._show(told["page"])
        self._root.deiconify()
        self._root.lift()

    def _lay_out_tools(self, _event: "tk.Event[tk.Misc] | None" = None) -> None:
        """Side by side where the window is wide enough, else in as many rows as it takes."""
        buttons = [one for one in self._tools.winfo_children() if isinstance(one, tk.Button)]
        if not buttons:
            return
        widths = [one.winfo_reqwidth() + _BETWEEN for one in buttons]
        room = self._root.winfo_width() - 2 * _BESIDE + _BETWEEN
        columns = len(buttons) if sum(widths) <= room else max(room // max(widths), 1)
        for n, button in enumerate(buttons):
            row, column = divmod(n, columns)
            button.grid(row=row, column=column, sticky="w", padx=(0, _BETWEEN), pady=(_BETWEEN if row else 0, 0))

    def _show(self, page: dict[str, Any]) -> None:
        self._root.title(page["title"].replace("\n", " / "))
        self._text.configure(state="normal")
        self._text.delete("1.0", "end")
        for line in filter(None, page["error"].split("\n")):
            self._text.insert("end", f"{line}\n", ("error",))
        for kind, line in page["blocks"]:
            item = kind == "item"
            self._text.insert("end", f"{_MARK} {line}\n" if item else f"{line}\n", (kind,))
        self._ask(page)
        self._text.configure(state="disabled")
        self._text.yview_moveto(0)
        self._text.focus_set()
        self._text.update_idletasks()
        # What is wrong is read first, and so is a text so long that going to the field would scroll it away.
        if self._typed and not page["error"] and self._text.dlineinfo(str(self._stops[0])):
            self._step(0)

    def _ask(self, page: dict[str, Any]) -> None:
        """Fields and buttons stand in the text itself: it scrolls to them, however large the letters and small the screen."""
        self._typed, self._stops = {}, []
        for name, label, secret in page["fields"]:
            self._text.insert("end", f"{label.replace('\n', ' / ')}\n", ("label",))
            entry = plain(tk.Entry(self._text), font=self._base, width=16, show=_MARK if secret else "")
            entry.configure(background=style.PAPER, foreground=style.INK, relief="solid", borderwidth=2)
            entry.configure(highlightthickness=3, highlightcolor=style.FOCUS, highlightbackground=style.PAPER)
            entry.bind("<Return>", lambda _event: self._press(page["buttons"][0][0]))
            self._embed(entry)
            self._text.insert("end", "\n")
            self._typed[name] = entry
        for name, label in page["buttons"]:
            self._embed(self._button(self._text, label, self._base, partial(self._press, name)))
            self._text.insert("end", "  ")

    def _embed(self, widget: tk.Widget) -> None:
        self._text.window_create("end", window=widget, pady=4)
        self._stops.append(widget)
        widget.bind("<Tab>", partial(self._step, len(self._stops)))
        widget.bind("<Shift-Tab>", partial(self._step, len(self._stops) - 2))

    def _step(self, to: int, _event: "tk.Event[tk.Misc] | None" = None) -> str | None:
        """Go to that field or button. Tk's own order leaves out what is scrolled out of sight; beyond both ends it goes on."""
        if not 0 <= to < len(self._stops):
            return None
        self._text.see(str(self._stops[to]))
        self._text.update_idletasks()
        self._stops[to].focus_set()
        return "break"

    @staticmethod
    def _button(parent: tk.Misc, label: str, of: font.Font, does: Callable[[], None]) -> tk.Button:
        button = plain(tk.Button(parent), text=label, font=of, command=does, takefocus=True, padx=12, pady=4)
        button.configure(background=style.BUTTON, activebackground=style.BUTTON_PRESSED, foreground=style.INK)
        button.configure(relief="solid", borderwidth=1, cursor="hand2")
        button.configure(highlightthickness=3, highlightcolor=style.FOCUS, highlightbackground=style.PAPER)
        button.bind("<Return>", lambda _event: button.invoke())
        return button

    def _press(self, name: str) -> None:
        said = {"press": name, "given": {field: entry.get() for field, entry in self._typed.items()}}
        os.write(sys.stdout.fileno(), f"{json.dumps(said)}\n".encode("ascii"))

    def _grow(self, by: int) -> None:
        size = min(max(int(self._base.actual("size")) + by, _LEAST_SIZE), _LARGEST_SIZE)
        self._base.configure(size=size)
        for kind, one in self._fonts.items():
            one.configure(size=size + _STEPS.get(kind, 0), weight="bold" if kind in _STEPS else "normal")
            self._text.tag_configure(kind, font=one, spacing1=12 if kind in _STEPS else 5)
        self._text.tag_configure("title", spacing1=6)
        self._text.tag_configure("label", font=self._fonts["label"], spacing1=10)
        self._text.tag_configure("error", foreground=style.WRONG)
        self._fonts["tools"].configure(size=min(size, _LARGEST_OF_TOOLS))  # so that all three stay in reach
        self._lay_out_tools()
        indent = self._base.measure(f"{_MARK} ")
        self._text.tag_configure("item", font=self._fonts["text"], lmargin1=indent, lmargin2=2 * indent, spacing1=1)

    def _grow_on_key(self, step: int, _event: "tk.Event[tk.Misc]") -> None:
        self._grow(step)

    def _scroll(self, number: int, what: _What, _event: "tk.Event[tk.Misc]") -> str:
        self._text.yview_scroll(number, what)
        return "break"

    def _to(self, share: float, _event: "tk.Event[tk.Misc]") -> str:
        self._text.yview_moveto(share)
        return "break"

    def _select_all(self, _event: "tk.Event[tk.Misc]") -> str:
        self._text.tag_add("sel", "1.0", "end-1c")
        return "break"

    def _touched(self) -> None:
        if self._idle:
            self._root.after_cancel(self._idle)
        self._idle = self._root.after(IDLE_MS, self._root.quit)


if __name__ == "__main__":
    Reader().run()
