"""The invented web serves only its own pages, under the key that the browser was given, and reports the requests."""

import http.client
import ssl
from collections.abc import Iterator

import pytest

from tests.integration.agent.devices import await_true
from tests.support.patience import PATIENCE_S
from trial import invented
from trial.places import TrialHome, reachable_code
from trial.web import Web

MARKER = "marker0123456789abcdef"


@pytest.fixture
def web(home: TrialHome) -> Iterator[Web]:
    one = Web(reachable_code(home), invented.web(MARKER))
    yield one
    one.close()


def ask(web: Web, host: str, path: str) -> tuple[int, str, bytes]:
    """Status, page, and the certificate that came with it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection("127.0.0.1", web.port, context=context, timeout=PATIENCE_S)
    connection.connect()
    certificate = ssl.SSLSocket.getpeercert(connection.sock, binary_form=True) or b""
    connection.request("GET", path, headers={"Host": host})
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    return answer.status, page, certificate


def test_it_serves_its_pages_and_no_other_and_says_what_was_asked_for(web: Web) -> None:
    status, page, _ = ask(web, invented.HELPLINE, f"/{MARKER}")
    assert (status, MARKER in page) == (200, True)
    assert ask(web, "elsewhere.example", f"/{MARKER}")[0] == 404
    assert ask(web, "duckduckgo.com", "/?q=elephants")[0] == 200
    await_true(lambda: len(web.asked) >= 2)
    assert web.asked == [invented.excluded_pages(MARKER)[0], invented.RESULTS]


def test_every_page_is_invented_and_only_those_that_nobody_may_hear_of_carry_the_mark() -> None:
    """In address, title and text; the page that leads to all of them apart."""
    pages = invented.web(MARKER)
    barred = {*invented.unlisted_pages(MARKER), *invented.excluded_pages(MARKER)}
    assert {address for address, page in pages.items() if MARKER in page} - {invented.START} == barred
    for address in barred:
        head, _, body = pages[address].partition("</h1>")
        assert [part for part in (address, head, body) if MARKER not in part] == []
    hosts = {address.split("/")[2] for address in pages}
    assert {host for host in hosts if not host.endswith(".example")} == {"duckduckgo.com"}
