"""The sample face under granian, and Chromium in front of it."""

import os
from collections.abc import Iterator

import pytest

from tests.e2e.serving import ROOT, chromium, free_port, listens, running, serving, waited_for

__all__ = ["chromium"]


@pytest.fixture(scope="module")
def face(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the sample face, on a port of this machine."""
    port, log = free_port(), tmp_path_factory.mktemp("sample") / "sample.log"
    told = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    with (
        running(serving("tests.unit.server.base.web.sample.wsgi", port), told, log),
        waited_for(lambda: listens(port), log),
    ):
        yield f"http://127.0.0.1:{port}"
