"""When a message over the socket counts: a hello once its window is found (S76), a title once requested (S77)."""

import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from offmon.agent.sources.page_socket import PageFact, PageSocket, PageText

PAGE = b'{"url":"https://listed.example/"}\n'


@dataclass
class Desk:
    """Who answers, and what it heard."""

    answers: bool = False
    reads: bool = False
    said: list[str] = field(default_factory=list)

    def hello(self, shim: int, since: int | None) -> bool:
        assert shim == os.getpid()
        if since is not None:
            self.said.append(f"since {since}")
        return self.answers

    def waits(self, oldest: int | None) -> None:
        self.said.append(f"waits {oldest}")

    def page(self, fact: PageFact) -> bool:
        self.said.append(fact.url)
        return self.reads

    def text(self, read: PageText | None) -> None:
        self.said.append("gone" if read is None else f"{read.title}: {read.text}")

    def nonsense(self) -> None:
        self.said.append("nonsense")

    def gone(self) -> None:
        self.said.append("gone")


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def pages(tmp_path: Path, desk: Desk) -> Iterator[PageSocket]:
    one = PageSocket(tmp_path / "s", lambda: desk)
    yield one
    one.close()


@pytest.fixture
def browser(tmp_path: Path, pages: PageSocket) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as one:
        one.connect(str(tmp_path / "s"))
        pages.serve(1)
        one.setblocking(False)
        yield one


def heard(browser: socket.socket) -> bytes:
    try:
        return browser.recv(99)
    except BlockingIOError:
        return b""


type Say = Callable[[bytes], None]


@pytest.fixture
def say(pages: PageSocket, browser: socket.socket) -> Say:
    """The browser sends this, and the socket is served."""

    def sent(lines: bytes) -> None:
        browser.sendall(lines)
        pages.serve(1)

    return sent


def test_a_hello_is_answered_once_the_browser_is_found_and_only_then_what_came_behind_it(
    pages: PageSocket, desk: Desk, browser: socket.socket, say: Say
) -> None:
    say(b'{"hello":1}\n' + PAGE)
    pages.serve(0)
    assert (heard(browser), desk.said) == (b"", [])
    desk.answers = True
    pages.serve(0)
    assert heard(browser) == b'{"read":false}\n' * 2
    assert desk.said == ["https://listed.example/"]


def test_a_browser_that_ends_while_it_waits_is_gone(
    pages: PageSocket, desk: Desk, browser: socket.socket, say: Say
) -> None:
    say(b'{"hello":1}\n')
    browser.close()
    pages.serve(1)
    assert desk.said == ["gone"]


def test_one_that_is_found_at_once_is_answered_at_once(desk: Desk, browser: socket.socket, say: Say) -> None:
    desk.answers = True
    say(b'{"hello":1}\n')
    assert heard(browser) == b'{"read":false}\n'


@pytest.mark.parametrize(
    "line",
    [
        b'{"url":"https://mail.google.com/","title":"Re: your defence"}\n',
        b'{"title":"Re: your defence"}\n',
        b'{"title":"Re: your defence","text":""}\n',
        b'{"text":null}\n',
        # the name of a page is a short word
        *(PAGE.replace(b"}", b',"page":%s}' % name) for name in (b"7", b'"%s"' % (b"x" * 65), b"[]")),
        b'{"waits":"now"}\n',
        b'{"waits":-1}\n',
        b'{"waits":true}\n',
        b'{"waits":7,"url":"https://listed.example/"}\n',
        b'{"hello":1,"since":7.5}\n',
        b'{"hello":1,"at":7}\n',
        b'{"hello":2}\n',
    ],
)
def test_a_title_that_was_not_asked_for_or_any_other_word_is_nonsense(desk: Desk, say: Say, line: bytes) -> None:
    say(line)
    assert desk.said == ["nonsense", "gone"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"text":"t"}\n', "nonsense"),
        (b'{"title":"T"}\n', "nonsense"),
        (b'{"title":"T","text":"t","more":1}\n', "nonsense"),
        (b'{"title":"T","text":"t"}\n', "T: t"),
        (b'{"text":null}\n', "gone"),  # they could not be had, which is answered
    ],
)
def test_title_and_text_are_heard_once_they_were_asked_for_and_come_together_with_nothing_else(
    desk: Desk, browser: socket.socket, say: Say, line: bytes, said: str
) -> None:
    desk.reads = True
    say(PAGE)
    assert heard(browser) == b'{"read":true}\n'
    say(line)
    assert desk.said[:2] == ["https://listed.example/", said]
    if said != "nonsense":
        assert len(desk.said) == 2
        assert heard(browser) == b'{"read":false}\n'


def test_that_a_browser_is_still_there_is_heard_between_any_two_lines_and_not_answered(
    desk: Desk, browser: socket.socket, say: Say
) -> None:
    desk.answers = desk.reads = True
    say(b'{"hello":1,"since":7}\n{"waits":null}\n' + PAGE + b'{"waits":8}\n{"title":"T","text":"t"}\n')
    assert heard(browser) == b'{"read":false}\n{"read":true}\n{"read":false}\n'
    assert desk.said == ["since 7", "waits None", "https://listed.example/", "waits 8", "T: t"]
