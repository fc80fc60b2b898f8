"""The text of each page of the console, as the first role that may open it meets it: with something of each kind to see."""

import re

from syrupy.assertion import SnapshotAssertion

from tests.integration.console.addresses import Addresses
from tests.integration.console.office import sign_in_as
from tests.support.snapshots import PageText, around, fixed, read
from tests.unit.server.faces.matrix import ROLES, Line, Whose

ITS_OWN = "passkey"  # of these a script asks for more; and of a document's page and a file there is no text
ANY_ORDER = {
    "start",
    *("on-call", "on-call-copy"),  # gaps that begin at once, in the order of their teams' ids
    *("alerts", "cases", "cover", "data-protection", "tasks", "team", "requests", "restrictions"),
    *(
        f"cases-case_id{more}"
        for more in (
            "",
            "-orders",
            "-monitoring",
            "-visit-sheet",
            "-confirm",
            "-people",
            "-parties-party_id-end",
            "-scans-scan_id",
            "-notices-paper_id",
        )
    ),
    "cases-case_id-copy-request_id",
    *(f"cases-case_id-instruments-instrument_id{more}" for more in ("", "-end")),
}
"""Here people of one name, and cases, grants and conditions of one moment, stand in the order of their ids: their lines are sorted."""


def named(line: Line) -> str:
    """The route, as a file's name."""
    return re.sub(r"<\w+:(\w+)>", r"\1", line.route).strip("/").replace("/", "-") or "start"


def test_each_page_is_as_reviewed(addresses: Addresses, snapshot: SnapshotAssertion) -> None:
    text = snapshot.use_extension(PageText)
    browsers = {role: sign_in_as(addresses.office, role, Whose.OWN) for role in ROLES}
    foot = ""
    for line, path in addresses.pages():
        if "/pages/" in path or ITS_OWN in path or path == "/sign-out/" or path.endswith("/file/"):
            continue
        if line.route.startswith("transfers/<id:") or "/emergency/" in path:
            continue  # of the agency that is asked, or of an inspector to whom the alert came: e2e looks at it
        role = next(role for role in ROLES if line.expected(role, Whose.OWN) == 200)
        answer = browsers[role].get(path, follow=True)
        assert answer.status_code == 200, path
        page = answer.content.decode()
        foot = foot or around(page)
        lines = fixed(read(page)).splitlines(keepends=True)
        assert "".join(sorted(lines) if named(line) in ANY_ORDER else lines) == text(name=named(line))
    assert fixed(foot) == text(name="around")
