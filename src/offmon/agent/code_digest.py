"""Which code this is: a digest over the agent's own source files, as device checkpoints carry it.

Rules
- The digest is over a canonical list of names and SHA-256 sums. Anyone can compute it again from the published source.
- It covers the files on the disk at start. A changed interpreter or library is outside it (THREATS).
"""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import offmon
from offmon.core.formats import canon, dsse
from offmon.core.ids import Digest

_PARTS: Final = ("agent", "core", "match")


@cache
def release() -> Digest:
    """The digest of this release."""
    root = Path(offmon.__file__).parent
    files = sorted(path for part in _PARTS for path in (root / part).rglob("*.py"))
    return dsse.digest_of(canon.encode({str(f.relative_to(root)): sha256(f.read_bytes()).hexdigest() for f in files}))


if __name__ == "__main__":  # `python -m offmon.agent.code_digest`: what an agency publishes, and anyone can make again
    print(release())  # noqa: T201  # a command's answer
