"""A key that was destroyed, and who stood behind that (R-RET-9, R-RET-10)."""

from dataclasses import replace
from typing import Any

import pytest

from offmon.core.ids import Digest, Ms
from offmon.core.log.audit import Verb
from offmon.core.log.records import DeploymentRecord, DestructionRecord
from offmon.core.states import DestructionState
from offmon.verify.checks import actors
from offmon.verify.verdict import Name
from tests.prove.markers import proves
from tests.support.forge import Forge
from tests.support.tamper import built, fails, holds
from tests.support.world import ROLE

ASKED, APPROVED, REFUSED = Verb.DESTRUCTION_ASKED, Verb.DESTRUCTION_APPROVED, Verb.DESTRUCTION_REFUSED
DISPOSED, DONE = Verb.DISPOSED, Verb.DESTRUCTION_DONE


class Destroying(Forge):
    """A world in which the key is destroyed, by these steps. `second`: who approves."""

    steps = (ASKED, APPROVED, DISPOSED, DONE)
    second = "confirmer"
    names_request = True

    def erase(self) -> None:
        super().erase()
        none = dict.fromkeys(("approved_by", "approved_at", "refused_by", "refused_at", "refused_reason"))
        none |= dict.fromkeys(("stopped_at", "stopped_why", "done_at"))
        asked = DestructionRecord(
            id=self.id(),
            deployment=self.deployment,
            key=Digest(self.draw("a fingerprint").hex()),
            state=DestructionState.ASKED,
            asked_by=self.people["officer"],
            asked_at=Ms(self.now),
            reason="The order ended.",
            **none,
        )
        for verb in self.steps:
            asked = self.step(verb, asked)

    def step(self, verb: Verb, asked: DestructionRecord) -> DestructionRecord:
        agreed = {"state": DestructionState.APPROVED, "approved_by": self.people[self.second], "approved_at": self.now}
        changes: dict[Verb, dict[str, Any]] = {
            ASKED: {"asked_at": Ms(self.now)},
            APPROVED: agreed,
            DONE: {"state": DestructionState.DONE, "done_at": Ms(self.now)},
        }
        changed = replace(asked, **changes.get(verb, {}))
        rows = [self.row(changed)] if self.names_request else []
        if verb is DISPOSED:
            rows = [self.row(self.all(DeploymentRecord)[0]), *rows]
        self.act(verb, {ASKED: "officer", APPROVED: self.second, REFUSED: "confirmer"}.get(verb, "vault"), *rows)
        return changed


@pytest.fixture(autouse=True)
def roles(monkeypatch: pytest.MonkeyPatch) -> None:
    """A supervisor approves, and refuses."""
    for verb in (APPROVED, REFUSED):
        monkeypatch.setitem(ROLE, verb, ROLE[Verb.EXPORT_APPROVED])


def test_what_two_people_had_destroyed_verifies_and_so_does_a_request_that_waits() -> None:
    for steps in (Destroying.steps, (ASKED,), (ASKED, APPROVED), (ASKED, APPROVED, DISPOSED)):
        holds(built(Destroying, steps=steps))


@proves("S120", actors.check_disposed, disabled=lambda case, deployment: None)
def test_a_key_is_destroyed_that_nobody_asked_for() -> None:
    forged = built(Destroying, names_request=False, steps=(DISPOSED,))
    fails(forged, Name.AUTHORISED, "destruction-not-asked", "nobody had asked")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"second": "officer"}, "one-person"),
        ({"steps": (ASKED, DISPOSED, APPROVED, DONE)}, "act-not-logged"),
        ({"steps": (ASKED, DISPOSED)}, "act-not-logged"),
        ({"steps": (ASKED, APPROVED, DONE)}, "disposal-not-logged"),
    ],
    ids=["by one person", "approved afterwards", "never approved", "and the log does not say so"],
)
def test_a_key_is_destroyed_on_no_two_peoples_word(more: dict[str, Any], code: str) -> None:
    fails(built(Destroying, **more), Name.AUTHORISED, code, "")


def test_a_key_is_destroyed_that_a_second_person_refused() -> None:
    forged = built(Destroying, steps=(ASKED, REFUSED, APPROVED, DISPOSED, DONE))
    fails(forged, Name.AUTHORISED, "destruction-refused", "a second person refused")
