"""While PostgreSQL is away, whoever asks for a page is told so (issue 35). How soon: `tests/unit/server/base/test_settings.py`."""

import http.client
import secrets
from contextlib import closing
from pathlib import Path

from offmon.server.base.policies import Process
from offmon.server.base.web.wiring import SESSION_COOKIE_NAME
from tests.e2e.serving import face_served, free_port
from tests.integration.console.office import ENVIRONMENT
from tests.support.patience import PATIENCE_S


def test_a_page_says_that_there_is_a_problem(tmp_path: Path) -> None:
    nowhere = f"postgresql://{Process.CONSOLE}@127.0.0.1:{free_port()}/none"
    told = ENVIRONMENT | {"OFFMON_DATABASE_URL": nowhere, "OFFMON_SECRET_KEY": secrets.token_urlsafe(48)}
    with face_served("offmon.server.faces.console.wsgi", told, tmp_path / "log") as port:
        for _ in range(2):
            status, page = asked(port)
            assert status == 500
            assert "there is a problem with the service" in page


def asked(port: int) -> tuple[int, str]:
    """A page for somebody who had signed in."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)) as connection:
        connection.request("GET", "/", headers={"Host": "testserver", "Cookie": f"{SESSION_COOKIE_NAME}={'a' * 32}"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
