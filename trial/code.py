"""Whether the code is the same as before.

The digest is over names and contents: a changed time is no change, and what the interpreter compiled is none either.
"""

import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

READ: Final = (
    "src",
    "trial",
    "docs/specs",
    "docs/dpia",
    "bin/build-verifier",
    "requirements/run.txt",
    "pyproject.toml",
)
"""All that the steps of the trial read: the code, and what is published with it."""


def state_of_code(checkout: Path) -> str:
    """The digest of all that the steps read, and of the Python that runs them."""
    digest = sha256(f"{sys.version} {sys.prefix}".encode())
    for file in _files(checkout):
        content = sha256(file.read_bytes()).hexdigest()
        digest.update(f"\n{file.relative_to(checkout)} {content}".encode())
    return digest.hexdigest()


def _files(checkout: Path) -> Iterator[Path]:
    for name in READ:
        path = checkout / name
        found = (path,) if path.is_file() else sorted(path.rglob("*"))
        yield from (one for one in found if "__pycache__" not in one.parts and one.is_file())
