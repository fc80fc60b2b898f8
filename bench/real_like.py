"""Pages like real ones, made by code, and a server on this machine that has them all: text, pictures, tables that a script builds, many
frames, applications of a single page, and a search engine's results, which the extension reads.

Every host leads here, over TLS. Nothing may be cached, so that each load is alike.
"""

import json
import random
import ssl
import struct
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from tests.e2e.browser.web import Server, certificate
from tests.support.fake_agency import PHRASES

TEXTS, PICTURES, TABLES, FRAMES, APPS, READ = 10, 10, 8, 8, 6, 4
MOVES: Final = 3
READ_HERE: Final = "https://duckduckgo.com/"
LISTED: Final = PHRASES[0].pattern
WORDS: Final = (
    "a",
    "page",
    "like",
    "one",
    "that",
    "people",
    "open",
    "has",
    "words",
    "and",
    "lines",
    "or",
    "longer",
    "pictures",
)
STYLE: Final = (
    "<style>body{font:16px sans-serif;max-width:60em;margin:1em auto}img{margin:4px}td{border:1px solid #ccc}</style>"
)
APP: Final = """<main id=view></main><script>
async function show(number) {
  const began = performance.now();
  const rows = await (await fetch(`/data/${number}`)).json();
  const list = document.createElement("ul");
  for (const row of rows) { const item = document.createElement("li"); item.textContent = row; list.append(item); }
  document.getElementById("view").replaceChildren(list);
  return performance.now() - began;
}
async function move(number) { history.pushState(null, "", `/view/${number}`); return show(number); }
window.shown = show(0).then(() => performance.now());
</script>"""
TABLE: Final = """<table id=table></table><script>
for (let row = 0; row < %d; row += 1) {
  const line = document.getElementById("table").insertRow();
  for (let cell = 0; cell < 8; cell += 1) line.insertCell().textContent = `${row * cell} of ${row + cell}`;
}
</script>"""


@dataclass(frozen=True, slots=True)
class RealLike:
    """A page: what kind it is of, and where it is."""

    kind: str
    url: str


@dataclass
class RealLikeWeb:
    """What is served at which host and path; what is in common stands under no host."""

    drawn: random.Random = field(default_factory=lambda: random.Random(21))  # noqa: S311 - the same pages each time
    served: dict[tuple[str, str], tuple[str, bytes]] = field(default_factory=dict)
    pages: list[RealLike] = field(default_factory=list)

    def __post_init__(self) -> None:
        for number in range(24):
            self.served["", f"/picture/{number}"] = ("image/png", self._picture(40 + 12 * number))
        for number in range(MOVES + 1):
            rows = [self._sentence() for _ in range(60 + 60 * number)]
            self.served["", f"/data/{number}"] = ("application/json", json.dumps(rows).encode())
        for number in range(FRAMES):
            self.served["", f"/frame/{number}"] = ("text/html", self._html(self._text(20)))
        for kind, bodies in (
            ("text", (self._text(40 * (1 + number)) for number in range(TEXTS))),
            ("pictures", (self._pictures(4 + 2 * number) for number in range(PICTURES))),
            ("table", (TABLE % (100 + 150 * number) for number in range(TABLES))),
            ("frames", (self._frames(4 + 2 * number) for number in range(FRAMES))),
            ("app", (APP for _ in range(APPS))),
        ):
            for number, body in enumerate(bodies):
                self._put(kind, f"{kind}{number}.invented.example", "/", "", body)
        for number in range(READ):
            results = "".join(f"<h2><a href=#>{self._sentence()}</a></h2>{self._text(2)}" for _ in range(10 + number))
            self._put("read", "duckduckgo.com", "/", f"?q=invented+{number}&ia=web", f"{results}<p>{LISTED}")

    def listen(self, folder: Path) -> ThreadingHTTPServer:
        """Serve until closed."""
        server = Server(("127.0.0.1", 0), _handler(self.served))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate(folder))
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return server

    def _put(self, kind: str, host: str, path: str, query: str, body: str) -> None:
        self.served[host, path] = ("text/html", self._html(body))
        self.pages.append(RealLike(kind, f"https://{host}{path}{query}"))

    def _html(self, body: str) -> bytes:
        return f"<!doctype html><meta charset=utf-8><title>{self._sentence()}</title>{STYLE}{body}".encode()

    def _sentence(self) -> str:
        return " ".join(self.drawn.choices(WORDS, k=self.drawn.randint(6, 18))).capitalize()

    def _text(self, paragraphs: int) -> str:
        return "".join(f"<p>{'. '.join(self._sentence() for _ in range(5))}." for _ in range(paragraphs))

    def _pictures(self, count: int) -> str:
        return self._text(10) + "".join(f"<img src=/picture/{number} alt=''>" for number in range(count))

    def _frames(self, count: int) -> str:
        hosts = (f"frame{number % 4}.other.example" for number in range(count))
        frames = (f"<iframe src=https://{host}/frame/{number % FRAMES}></iframe>" for number, host in enumerate(hosts))
        return self._text(5) + "".join(frames)

    def _picture(self, side: int) -> bytes:
        """A PNG of noise, so that it is as large as photographs are."""
        rows = b"".join(b"\0" + self.drawn.randbytes(3 * side) for _ in range(side))
        header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            _chunks((b"IHDR", header), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
        )


def _chunks(*parts: tuple[bytes, bytes]) -> Iterator[bytes]:
    for name, data in parts:
        yield struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _handler(served: dict[tuple[str, str], tuple[str, bytes]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            """What is there; else that nothing is."""
            path = self.path.partition("?")[0]
            found = served.get((self.headers["Host"], path)) or served.get(("", path))
            kind, body = found or ("text/plain", b"")
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    return Handler
