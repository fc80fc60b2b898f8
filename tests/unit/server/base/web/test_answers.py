"""What every answer has beside its page: headers, the request's identifier, error pages, the layout."""

import logging

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from offmon.server.base.web.request_id import RequestId, RequestIdFilter, current_request_id

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


@pytest.mark.parametrize("address", ["/", "/nowhere/", "/unmarked/", "/breaks/", "/records/7/"])
def test_every_answer_carries_the_security_headers(address: str, nobody: Client) -> None:
    answer = nobody.get(address)
    assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "no-store"
    for refused in ("camera=()", "microphone=()", "geolocation=()"):
        assert refused in answer["Permissions-Policy"]


def test_a_public_view_may_say_how_long_it_is_kept(nobody: Client) -> None:
    assert nobody.get("/keeps/")["Cache-Control"] == "max-age=60"


def test_each_request_has_its_own_identifier_and_never_the_callers(nobody: Client) -> None:
    theirs = "0" * 32
    first, second = (nobody.get("/", headers={"X-Request-Id": theirs})["X-Request-Id"] for _ in range(2))
    assert len({first, second, theirs}) == 3
    assert all(len(identifier) == 32 and int(identifier, 16) >= 0 for identifier in (first, second))
    assert current_request_id() == ""


def test_log_lines_carry_the_identifier() -> None:
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        record = logging.makeLogRecord({})
        RequestIdFilter().filter(record)
        seen.append(record.__dict__["request_id"])
        return HttpResponse()

    answer = RequestId(view)(RequestFactory().get("/"))
    assert seen == [answer["X-Request-Id"]]


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/nowhere/86XX0000123/", 404, "Page not found"),
        ("/records/missing/", 404, "Page not found"),
        ("/breaks/", 500, "Sorry, there is a problem with the service"),
    ],
)
def test_an_error_page_gives_the_reference_and_no_detail(
    address: str, status: int, says: str, reader: Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = reader.get(address)
    page = answer.content.decode()
    assert answer.status_code == status
    assert says in page
    assert answer["X-Request-Id"] in page
    for detail in ("a detail that nobody outside may see", "86XX0000123", "RuntimeError", "missing"):
        assert detail not in page


def test_an_error_page_tells_family_and_visitors_nothing(nobody: Client) -> None:
    page = nobody.get("/nowhere/").content.decode().lower()
    for telling in ("court", "order", "supervis", "monitor", "offence", "police", "probation", "sensitive"):
        assert telling not in page, telling


def test_the_forbidden_page_says_whom_to_ask() -> None:
    answer = Client(headers={"X-Actor": "write"}).get("/records/7/")
    assert "You cannot open this page" in answer.content.decode()
    assert answer["X-Request-Id"] in answer.content.decode()


def test_a_host_that_is_not_ours_gets_the_plain_400_page(nobody: Client) -> None:
    answer = nobody.get("/", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "We could not read that request" in answer.content.decode()
    assert "elsewhere" not in answer.content.decode()


def test_a_form_without_its_token_is_not_accepted() -> None:
    answer = Client(enforce_csrf_checks=True).post("/send/")
    assert answer.status_code == 403
    assert "The page was open too long" in answer.content.decode()


def test_what_a_person_typed_is_text_and_never_markup(nobody: Client) -> None:
    page = nobody.get("/", {"shown": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert(1)" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 3  # title, heading and text


def test_the_title_and_the_heading_are_one(nobody: Client) -> None:
    page = nobody.get("/").content.decode()
    assert "<title>Possible breach – Supervision console</title>" in page
    assert '<h1 class="govuk-heading-l">Possible breach</h1>' in page
    assert '<html lang="en"' in page
    assert "OFFICIAL-SENSITIVE" in page


def test_no_page_holds_a_script_or_a_style_or_another_host(nobody: Client) -> None:
    for page in (nobody.get("/").content.decode(), nobody.post("/form/").content.decode()):
        scripts = [part for part in page.split("<script")[1:] if not part.startswith(' src="/static/')]
        assert scripts == []
        for forbidden in ("<style", "style=", "onclick", "://", "crown", "GOV.UK"):
            assert forbidden not in page, forbidden
