"""docs/reference/problem-types.md is drawn from core.formats.problem and from what the device does with each."""

import os
from pathlib import Path

from offmon.agent.transport import TABLE, Do
from offmon.core.formats.problem import CONTENT_TYPE, Problem

DOCUMENT = Path(__file__).parents[5] / "docs/reference/problem-types.md"
DEVICE = {
    Do.ACK: "takes it as received",
    Do.RETRY: "sends the same again, later, with a new signature",
    Do.QUARANTINE: "sends less, down to one item; one that stays refused is set aside and declared as a gap",
    Do.RESEND_FROM: "sends the leaves from `n` on",
    Do.RESYNC_CLOCK: "takes the signed time in `time`, then sends the same again",
    Do.NEW_EPOCH: "closes this journal and begins another, which names the head in `epoch` and `size`",
}


def document() -> str:
    """The page."""
    lines = [
        "# Problem types",
        "",
        "Generated from `core/formats/problem.py` and `agent/transport.py`. The closed list of what ingest answers when it does not",
        f"do what a device asked (RFC 9457, `{CONTENT_TYPE}`). No answer says anything of a person. A request whose signature was",
        "checked leaves an audit entry, at most one a minute for each device and problem, with a count; any other is only counted.",
        "What is not HTTP (a length that is no number, a NUL byte, a header too long) the server itself refuses, with a bare 400, 414",
        "or 431.",
        "",
        "| Type | Status | Title | The device |",
        "| --- | --- | --- | --- |",
    ]
    lines += [f"| `{p.uri}` | {p.status} | {p.title} | {DEVICE[TABLE[p]]} |" for p in Problem]
    return "\n".join([*lines, ""])


def test_the_page_is_what_the_code_says() -> None:
    if os.environ.get("OFFMON_WRITE_REFERENCE"):
        DOCUMENT.write_text(document(), encoding="utf-8")
    said = DOCUMENT.read_text(encoding="utf-8")
    assert said == document(), "run this test with OFFMON_WRITE_REFERENCE=1, and look at the difference"
