"""Random marks for pages of which nobody may hear, and the search for them afterwards: one means for every test (issue 2).

They are sought in the requests to ingest, on every loopback socket, and in every file of the run (`trial.seeking`). That is the person's
folder, and wherever else their account may have written since the marks were drawn.

Where a mark may be
- `body`, in the page's text: nowhere, not even in the browser's own files. Only text in fields may be in its Sessions, so that its person
  finds a form again as they left it.
- `title`, in its title: in the browser's files for its person, and not in the question to the agent.
- `head`, in its address, about which the agent is asked: in that question, and in the browser's files for its person.
"""

import secrets

from offmon.core.formats.problem import ProblemBody
from offmon.core.ids import Ms
from tests.integration.agent.devices import Device
from tests.support.fake_ingest import Request
from tests.support.loopback import Loopback, may_watch
from trial.seeking import SoughtRun, beside

# Below the person's folder: profiles of their browsers, and what stands between browser and shim in a test.
ASKING, BROWSERS_OWN, FIELDS = "native-port", "profile-*", "profile-*/*/Sessions"


class PageMarks:
    """Three marks of one run, watched for from now on: in what ingest is sent, and on every loopback socket."""

    def __init__(self, person: Device) -> None:
        self.body, self.head, self.title = (secrets.token_hex(12) for _ in range(3))
        self._person = person
        self._run = SoughtRun(person.folder, person.uids)
        self._heard = bytearray()
        self._wire = Loopback((self.body, self.head, self.title)) if may_watch() else None
        handle = person.ingest.handle

        def hear(request: Request, at: Ms) -> ProblemBody | None:
            self._heard.extend(repr(request).encode())
            return handle(request, at)

        person.ingest.handle = hear  # type: ignore[method-assign]

    def assert_nowhere(self) -> None:
        """End the agent, so that it has said all it will, and seek each."""
        person = self._person
        if person.running is not None and person.running.poll() is None:
            person.stop()
        self.close()
        assert self._heard
        opened = repr([person.ingest.disclosures(), person.ingest.gaps(), person.ingest.notes()]).encode()
        for mark in (self.body.encode(), self.head.encode(), self.title.encode()):
            assert mark not in self._heard
            assert mark not in opened, "enclosed, but sent all the same"
            assert mark not in "".join(person.log).encode()
        found = self._run.found([self.body, self.title, self.head])
        browsers_own = {*person.folder.glob(BROWSERS_OWN)}
        may_hold = {
            self.body: {*person.folder.glob(FIELDS)},
            self.title: browsers_own,
            self.head: {*browsers_own, person.folder / ASKING},
        }
        stray = {one for one in found if beside({one}, may_hold[one[0]])}
        assert stray == set(), stray

    def close(self) -> None:
        """End the watch over the loopback: no mark has gone by."""
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.close()
            assert (wire.seen, wire.missed) == (set(), 0)
