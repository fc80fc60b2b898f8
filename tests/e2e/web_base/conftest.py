"""The sample face under granian, and Chromium in front of it."""

from collections.abc import Iterator

import pytest

from tests.e2e.serving import chromium, face_served

__all__ = ["chromium"]


@pytest.fixture(scope="module")
def face(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the sample face, on a port of this machine."""
    log = tmp_path_factory.mktemp("sample") / "sample.log"
    with face_served("tests.unit.server.base.web.sample.wsgi", {}, log) as port:
        yield f"http://127.0.0.1:{port}"
