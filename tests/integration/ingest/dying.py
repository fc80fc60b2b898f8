"""The face, in a process that is killed after its work and before a byte of its answer leaves.

`granian` serves this in place of the product's own module. It dies on a POST, while the file that OFFMON_TEST_DIE names exists.
"""

import os
import signal
from collections.abc import Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

from offmon.server.faces.ingest.wsgi import application as whole


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    answer = whole(environ, start_response)
    if environ["REQUEST_METHOD"] == "POST" and Path(os.environ["OFFMON_TEST_DIE"]).exists():
        os.kill(os.getpid(), signal.SIGKILL)
    return answer
