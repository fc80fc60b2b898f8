"""Each row of a case, and each page of the console, is reached by links from somebody's start page (issue 17)."""

import re
from collections import deque

from django.test import Client

from offmon.core.access.roles import Role
from tests.integration.console.addresses import Addresses
from tests.integration.console.office import sign_in, sign_in_as
from tests.unit.server.faces.matrix import Whose

ROW = re.compile(r"(.*<id:\w+>/|cases/<id:case_id>/\w+/|[^<]*)")
"""What shows a row, or a part of a case. The rest is an act, which its page offers while it can be done."""
ELSEWHERE = {
    "alerts/<id:alert_id>/emergency/": "for a duty inspector, to whom the alert came",
    "alerts/<id:alert_id>/emergency/open/": "from there",
    "cases/<id:case_id>/confirm/": "while several conditions wait",
    "cases/<id:case_id>/copy/<id:request_id>/": "from a request for data",
    "cases/<id:case_id>/history/": "while a device keeps one, or after an opening",
    "cases/<id:case_id>/history/<id:ask_id>/": "from there",
    "cases/<id:case_id>/key/": "once, before there is one",
    "cases/<id:case_id>/review/": "for an authorising officer, on the page that others read first here",
    "cases/<id:case_id>/review/put-off/": "for a supervisor, from three days before it is due",
    "cases/<id:case_id>/resume/": "while the monitoring is suspended",
    "transfers/<id:offer_id>/": "for the agency that is asked, on its supervisor's first page",
    "transfers/<id:offer_id>/decline/": "from there",
    "how-you-are-reached/test/": "once one is reached somewhere",
    "how-you-are-reached/remove/": "from there",
    "on-call/control-room/test/": "once there is a control room",
    "on-call/control-room/remove/": "from there",
    "log/extract/": "of what a search of the log found",
    "log/samples/": "once the log is open",
    "log/samples/<id:sample_id>/": "from there",
    "alerts/<id:alert_id>/acknowledge/": "the button of whoever has an alert, and from a message",
    **dict.fromkeys(
        ("on-call/change/", "on-call/contact/", "on-call/shifts/new/"),
        "for who keeps it, on the page that others read first here",
    ),
    "on-call/times/change/": "for administrators, while no proposal waits",
    "on-call/copy/": "the button of the rota's page",
    "team/draw/": "the button of the team's page",
    "waiting/": "a script asks there",
}
BEGIN = (
    "/",
    "/cases/",
    "/requests/",
    "/restrictions/",
    "/lists/",
    "/assessments/",
    "/policies/",
    "/compliance/",
    "/staff/",
    "/on-call/",
)
ROLES = (
    Role.SUPERVISOR,
    Role.DATA_PROTECTION,
    Role.AUTHORISING_OFFICER,
    Role.EVIDENCE_OFFICER,
    Role.AUDITOR,
    Role.TENANT_ADMIN,
)


def crawl(browser: Client, reached: set[str]) -> None:
    """Follow every link from the start page and the menu that nobody followed before."""
    waiting = deque(BEGIN)
    while waiting:
        answer = browser.get(waiting.popleft(), follow=True)
        if not str(answer.headers.get("Content-Type", "")).startswith("text/html") or answer.status_code != 200:
            continue
        for link in re.findall(r'href="(/[^"#?]*)', answer.content.decode()):
            if link not in reached and not link.startswith("/static/") and "sign-out" not in link:
                waiting.append(link)
            reached.add(link)


def test_each_page_is_reached_by_links_from_somebodys_start_page(addresses: Addresses) -> None:
    reached: set[str] = set()
    crawl(sign_in("officer"), reached)
    for name in ("colleague", "supervisor"):
        crawl(sign_in(name), reached)
    for role in ROLES:
        crawl(sign_in_as(addresses.office, role, Whose.OWN), reached)
    crawl(sign_in_as(addresses.office, Role.OFFENDER_MANAGER, Whose.PARTYS), reached)
    wanted = {path: line.route for line, path in addresses.pages() if line.permission is not None}
    missing = {route for path, route in wanted.items() if path not in reached and ROW.fullmatch(route)}
    assert missing - ELSEWHERE.keys() == set()
