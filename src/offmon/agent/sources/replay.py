"""Plays pages from a file to a running agent, over the socket that a browser's shim uses.

    python -m offmon.agent.sources.replay HOME FILE      one JSON object a line: {"url", "title"?, "text"?, "origin"?, "at"?}

Rules
- It is a source like any other: it asks, and gives title and text only on request. The agent cannot tell the difference and need not:
  anyone who shares the account can feed it pages, as every bundle says.
- It says no hello, so it does not pass for a browser, and reads none: its pages are in the file. Only tests and bench start it.
"""

import json
import socket
import sys
from collections.abc import Iterable, Iterator, Mapping
from io import BufferedRWPair
from pathlib import Path

from offmon.agent.home import AgentHome


def play(path: Path, pages: Iterable[Mapping[str, object]]) -> Iterator[bool]:
    """Tell of each page, and yield whether its text was read. Raises OSError where no agent answers."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as agent:
        agent.connect(str(path))
        with agent.makefile("rwb") as lines:
            for page in pages:
                facts = {key: value for key, value in page.items() if key not in {"title", "text"}}
                read = _ask(lines, facts)
                if read:
                    _ask(lines, {"title": page.get("title", ""), "text": page.get("text", "")})
                yield read


def _ask(lines: BufferedRWPair, doc: Mapping[str, object]) -> bool:
    lines.write(json.dumps(doc).encode() + b"\n")
    lines.flush()
    answer = lines.readline()
    if not answer:
        raise ConnectionResetError
    return bool(json.loads(answer)["read"])


def main(arguments: list[str]) -> int:
    """Play a file; returns the exit status."""
    match arguments:
        case [home, file]:
            pages = map(json.loads, Path(file).read_text("utf-8").splitlines())
            for _ in play(AgentHome(Path(home)).socket, pages):
                pass
            return 0
    sys.stderr.write(__doc__ or "")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
