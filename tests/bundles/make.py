"""Makes the specimen of a release, once: `python -m tests.bundles.make NAME`. A specimen that is there is never made again."""

import sys
from pathlib import Path

from tests.support.forge import Forge, save_trust

HERE = Path(__file__).parent


def make(name: str) -> Path:
    """A forged bundle and the trust file that it verifies under."""
    folder = HERE / name
    folder.mkdir()  # refuses where there is one: old bundles do not change
    forged = Forge(name).build()
    (folder / "bundle.zip").write_bytes(forged.bundle())
    (folder / "trust.json").write_bytes(save_trust(forged.trust) + b"\n")
    return folder


if __name__ == "__main__":
    sys.stdout.write(f"{make(sys.argv[1])}\n")
