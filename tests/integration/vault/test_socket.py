"""The local socket: whom it answers, what it says, and that nobody delays another (design §5). The verbs are the test's own."""

import os
import socket
import stat
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from offmon.core.errors import OffmonError, Refused
from offmon.core.ids import Id
from offmon.server.base import local_socket
from offmon.server.base.local_socket import MAX_REQUEST, Caller, Result, SocketServer, Verbs
from tests.database import running_as_root, short_folder
from tests.support.patience import PATIENCE_S

ROW = Id("a" * 32)
SECRET = "a row's words"


def refuse(_: Id) -> Result:
    raise Refused("not-today", SECRET)


def fail(_: Id) -> Result:
    raise ValueError(SECRET)


def fail_to_read(_: Id) -> Result:
    raise PermissionError(SECRET)


STREAM = bytes(range(256)) * 1_000
VERBS: Verbs = {
    "echo": lambda row: Result(document=row.encode()),
    "stream": lambda _: Result(stream=STREAM),
    "refuse": refuse,
    "fail": fail,
    "fail-to-read": fail_to_read,
}


@contextmanager
def serving(folder: Path, callers: Collection[int] | None = None) -> Iterator[Path]:
    folder.chmod(0o710)
    server = SocketServer(folder / "socket", VERBS, {os.geteuid()} if callers is None else callers)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield folder / "socket"
    finally:
        server.close()
        thread.join()


def code_of(path: Path, verb: str) -> str:
    with pytest.raises(Refused) as refusal:
        Caller("vault", path).ask(verb, ROW)
    assert SECRET not in str(refusal.value)
    return refusal.value.code


def raw(path: Path, *pieces: bytes) -> bytes:
    """What comes back for bytes that no client of ours sends."""
    with socket.socket(socket.AF_UNIX) as peer:
        peer.connect(str(path))
        for piece in pieces:
            peer.sendall(piece)
        return peer.makefile("rb").read()


def test_a_verb_is_asked_by_an_id_and_answers_with_a_document_or_a_stream(tmp_path: Path) -> None:
    with serving(tmp_path) as path:
        caller = Caller("vault", path)
        assert caller.ask("echo", ROW) == ROW.encode()
        stream = caller.fetch("stream", ROW)
        assert stream.size == len(STREAM)
        assert b"".join(stream) == STREAM


@pytest.mark.parametrize(
    ("verb", "code"),
    [("refuse", "not-today"), ("fail", "fault"), ("fail-to-read", "fault"), ("anything", "unknown-verb")],
)
def test_an_error_is_a_code_and_nothing_of_what_it_was_about(tmp_path: Path, verb: str, code: str) -> None:
    with serving(tmp_path) as path:
        assert code_of(path, verb) == code


def test_the_log_of_a_fault_names_its_kind_and_nothing_else(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with serving(tmp_path) as path:
        code_of(path, "fail")
    assert "ValueError" in caplog.text
    assert SECRET not in caplog.text


def test_a_peer_of_another_uid_is_not_answered(tmp_path: Path) -> None:
    with serving(tmp_path, callers={os.geteuid() + 1}) as path:
        assert code_of(path, "echo") == "vault-unreachable"
        assert raw(path) == b""


@pytest.mark.parametrize(
    "junk",
    [
        b"\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"{}\n",
        b'{"a":1}\n',
        b"\xff\xfe\n",
        b"x" * (MAX_REQUEST + 2),
        b"x" * 5_000_000,
    ],
)
def test_junk_is_refused_by_its_code_and_the_next_is_served(tmp_path: Path, junk: bytes) -> None:
    with serving(tmp_path) as path:
        with suppress(BrokenPipeError, ConnectionResetError):  # refused before all of it was sent
            assert b'"error":"' in raw(path, junk)
        assert Caller("vault", path).ask("echo", ROW) == ROW.encode()


def test_who_says_nothing_is_left_after_a_while_and_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_socket, "ASK_S", 0.2)
    with serving(tmp_path) as path, socket.socket(socket.AF_UNIX) as silent, socket.socket(socket.AF_UNIX) as slow:
        silent.connect(str(path))
        slow.connect(str(path))
        slow.sendall(b"{")
        assert Caller("vault", path).ask("echo", ROW) == ROW.encode()
        assert silent.recv(1) == b""
        assert slow.recv(1) == b""


def test_callers_beyond_the_places_are_turned_away_until_one_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_socket, "MAX_CALLERS", 2)
    with serving(tmp_path) as path, socket.socket(socket.AF_UNIX) as one, socket.socket(socket.AF_UNIX) as other:
        one.connect(str(path))
        other.connect(str(path))
        assert code_of(path, "echo") == "vault-unreachable"
        one.close()
        answered = Caller("vault", path)
        for _ in range(100):
            try:
                assert answered.ask("echo", ROW) == ROW.encode()
                return
            except OffmonError:
                time.sleep(0.02)
        pytest.fail("a place that was given back is given to nobody")


@pytest.mark.skipif(not running_as_root(), reason="only root may be another")
def test_who_takes_every_place_of_their_own_leaves_those_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_socket, "MAX_CALLERS", 2)
    taken = 60_802
    with short_folder() as outer, ExitStack() as silent:
        folder = outer / "run"
        folder.mkdir()
        os.chown(folder, 0, taken)
        folder.chmod(0o2710)  # what is made in it is the group's
        server = SocketServer(folder / "socket", VERBS, {os.geteuid(), taken})
        thread = threading.Thread(target=server.serve)
        thread.start()
        try:
            os.setegid(taken)
            os.seteuid(taken)
            try:
                for _ in range(20):
                    silent.enter_context(socket.socket(socket.AF_UNIX)).connect(str(folder / "socket"))
                assert code_of(folder / "socket", "echo") == "vault-unreachable"
            finally:
                os.seteuid(0)
                os.setegid(0)
            assert Caller("vault", folder / "socket").ask("echo", ROW) == ROW.encode()
        finally:
            server.close()
            thread.join()
            folder.rmdir()


def test_who_finds_the_queue_full_waits_for_their_turn(tmp_path: Path) -> None:
    with ExitStack() as silent, socket.socket(socket.AF_UNIX) as listening:
        path = tmp_path / "socket"
        listening.bind(str(path))
        listening.settimeout(PATIENCE_S)
        listening.listen(0)
        silent.enter_context(socket.socket(socket.AF_UNIX)).connect(str(path))
        asking = silent.enter_context(socket.socket(socket.AF_UNIX))
        asking.settimeout(1)
        with pytest.raises(BlockingIOError):  # so it is full
            asking.connect(str(path))

        def take_turns() -> None:
            time.sleep(0.2)
            listening.accept()[0].close()
            peer, _ = listening.accept()
            with peer:
                peer.recv(4096)
                peer.sendall(b'{"document":"","error":null,"follows":0,"type":"offmon/socket-answer@1"}\n')

        thread = threading.Thread(target=take_turns)
        thread.start()
        try:
            assert Caller("vault", path, wait_s=10).ask("echo", ROW) == b""
        finally:
            thread.join()


def test_a_stream_that_ends_early_is_an_error_and_not_a_shorter_bundle(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()

        def cut() -> None:
            peer, _ = listening.accept()
            with peer:
                peer.recv(4096)
                peer.sendall(b'{"document":"","error":null,"follows":10,"type":"offmon/socket-answer@1"}\nfive!')

        thread = threading.Thread(target=cut)
        thread.start()
        stream = Caller("vault", path).fetch("download", ROW)
        with pytest.raises(Refused) as refusal:
            b"".join(stream)
        thread.join()
    assert refusal.value.code == "vault-unreachable"


def test_the_socket_is_for_its_group_and_lies_where_others_do_not_reach(tmp_path: Path) -> None:
    with serving(tmp_path) as path:
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
        with pytest.raises(Refused) as taken:
            SocketServer(path, VERBS, {os.geteuid()})
    assert taken.value.code == "socket-taken"
    assert not path.exists()
    tmp_path.chmod(0o711)
    with pytest.raises(Refused) as exposed:
        SocketServer(path, VERBS, {os.geteuid()})
    assert exposed.value.code == "socket-folder-open"


def test_a_socket_that_a_killed_process_left_is_taken_over(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "socket"))
    with serving(tmp_path) as path:
        assert Caller("vault", path).ask("echo", ROW) == ROW.encode()


def test_nobody_there_is_said_in_plain_words(tmp_path: Path) -> None:
    assert code_of(tmp_path / "nothing", "echo") == "vault-unreachable"
