"""Another product's server, as a user would run it instead: ActivityWatch's `aw-server`, in an environment of its own.

It is installed by hash from `requirements/peers.txt`, by whoever runs the benchmark and by nothing else: no part of ours has it.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench.ground import ROOT, Ground, clean, free_port, served
from bench.requests import Request, send
from bench.result import NotMeasured

LOCK: Final = ROOT / "requirements" / "peers.txt"
HOME: Final = ROOT / ".run" / "peers"
BUCKETS: Final = "/api/0/buckets"


@contextmanager
def aw_server(ground: Ground) -> Iterator[int]:
    """The port of an `aw-server` that keeps its events on the ground's own disk. Raises NotMeasured where it cannot be installed."""
    home, port = ground.folder / "aw", free_port()
    home.mkdir()
    places = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("DATA", "CONFIG", "CACHE", "STATE")}
    command = [
        str(_installed() / "bin" / "aw-server"),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    with served(command, {**clean(), "HOME": str(home), **places}, port, ask="/api/0/info"):
        yield port


def inserts(port: int, batches: int, events: int, size: int, device: str) -> list[Request]:
    """Its bulk insert, `batches` times of `events`, into a new bucket of its own; each about `size` bytes long. The bucket is made here."""
    path = f"{BUCKETS}/{device}"
    bucket = {"client": "bench", "type": "web.tab.current", "hostname": "bench"}
    send(port, [_request(path, bucket)])
    return [_request(f"{path}/events", _events(n, events, size)) for n in range(batches)]


def _events(batch: int, count: int, size: int) -> list[object]:
    """As its own watcher of a browser sends them, with a title that makes them as long as ours."""
    began = time.time()
    one = {"url": "https://listed.invalid/page", "title": "", "audible": False, "incognito": False, "tabCount": 3}
    wanted = size // count - len(
        json.dumps({"timestamp": "2026-12-02T07:00:00.000000+00:00", "duration": 1.0, "data": one})
    )
    data = one | {"title": "An invented page ".ljust(wanted, "x")}
    return [{"timestamp": _iso(began + batch * count + n), "duration": 1.0, "data": data} for n in range(count)]


def _iso(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + "+00:00"


def _request(path: str, said: object) -> Request:
    return Request("POST", path, {"Content-Type": "application/json"}, json.dumps(said).encode())


def _installed() -> Path:
    """The environment, made anew where the lock is another than it was made from."""
    made_from = HOME / "peers.txt"
    if not made_from.exists() or made_from.read_bytes() != LOCK.read_bytes():
        uv = str(Path(sys.executable).with_name("uv"))
        _run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(HOME)])
        _run(
            [
                uv,
                "pip",
                "install",
                "--quiet",
                "--python",
                str(HOME / "bin" / "python"),
                "--require-hashes",
                "-r",
                str(LOCK),
            ]
        )
        made_from.write_bytes(LOCK.read_bytes())
    return HOME


def _run(command: Sequence[str]) -> None:
    ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a lock of our own
    if ended.returncode != 0:
        raise NotMeasured(f"aw-server could not be installed: {ended.stderr[-500:]}")
