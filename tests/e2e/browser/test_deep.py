"""Deeply nested frames, each with the longest address allowed: quarantined, and the exchange goes on (issue 2, "Poison").

A report of a hundred and thirty of them exceeded the shim's message size. A browser needs a minute for so many.
"""

import json

from playwright.sync_api import Page

from offmon.agent.sources.frames import MAX_AROUND, MAX_DEPTH
from offmon.core.formats.event import GapReason
from tests.e2e.browser.browsing import Browsing
from tests.integration.agent.devices import await_true
from tests.integration.agent.page_marks import PageMarks

FRAMES, LOOKED_AT = MAX_DEPTH + 10, 5  # four have all their addresses in 128 KiB, and the first has but the page's
NEST = f"""<script>
  const n = Number(new URLSearchParams(location.search).get('n') ?? 0);
  if (n < {FRAMES}) {{
    const frame = document.createElement('iframe');
    frame.src = `?n=${{n + 1}}&pad=${{'x'.repeat(32000)}}`;
    document.documentElement.append(frame);
  }}
</script>"""


def test_frames_in_each_other_with_long_addresses_are_quarantined_once_and_the_talk_goes_on(
    page: Page, browsing: Browsing, marks: PageMarks
) -> None:
    nest = browsing.web.put(f"https://unlisted.example/{marks.head}", f"<p>{marks.body}{NEST}", marks.title)
    page.goto(nest, wait_until="commit")
    await_true(lambda: len(browsing.asked_about()) == FRAMES + 1)
    told = [message for message in browsing.told() if "url" in message]
    assert max(len(json.dumps(message)) for message in told) < MAX_AROUND + 64 * 1024
    within = [around for around in (message["within"] for message in told) if isinstance(around, list)]
    assert max(map(len, within)) == MAX_DEPTH + 1
    assert {around[-1] for around in within if around} == {nest}
    assert len({message["page"] for message in told}) == 1
    browsing.await_all_asked(page)
    browsing.person.stop()
    gaps = browsing.person.ingest.gaps()
    assert {gap.reason for gap in gaps} == {GapReason.QUARANTINED}
    assert sum(gap.lost or 0 for gap in gaps) == FRAMES - LOOKED_AT
    assert browsing.hellos() == 1
    marks.assert_nowhere()
