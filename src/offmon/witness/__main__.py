"""Start a witness, or make its key.

- python -m offmon.witness CONFIG            serve, as the file says
- python -m offmon.witness new-key NAME FILE make a key file (mode 0600) and print the public key to publish
"""

import sqlite3
import sys
from functools import partial
from pathlib import Path

from offmon.core.errors import OffmonError
from offmon.serving.__main__ import serve
from offmon.witness import app, config, keyfile


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit status (0 done, 1 refused, 2 not understood)."""
    try:
        match arguments:
            case ["new-key", name, file]:
                sys.stdout.write(f"{keyfile.create(name, Path(file)).vkey}\n")
            case [path] if not path.startswith("-"):
                _serve(Path(path))
            case _:
                sys.stderr.write(__doc__ or "")
                return 2
    except (OffmonError, sqlite3.Error) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _serve(path: Path) -> None:
    settings = config.load(path)
    app.build(path)  # here, so that what is wrong is said at once and not by a worker that dies
    serve(partial(app.build, path), settings.host, settings.port)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
