"""The operator changes an agency's keys: drafted, signed where the root is, published (formats §2; docs/howto/force-it.md)."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from offmon.core.clock import DAY_MS
from offmon.core.formats import dsse
from offmon.core.formats.trust import KeysDocument
from offmon.core.log.audit import Verb
from offmon.server.base.ids import new_id
from offmon.server.base.policies import MIGRATE
from tests.support.fake_device import now
from tests.support.instant_witness import seed_key
from tests.support.owner import by_hand
from tests.support.story import FORCE, ORIGIN, Story


class Operator:
    """One person, two machines: one that reaches the database, and one that has the root and nothing else."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.folder = story.folder
        self.code = {"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONWARNINGS": "error"}
        self.root = self.secret("root", story.root.private.private_bytes_raw())

    def secret(self, name: str, data: bytes) -> Path:
        file = self.folder / name
        file.touch(0o600)
        file.write_bytes(data)
        return file

    def does(
        self, *arguments: object, database: bool = True, typed: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        url = {"OFFMON_DATABASE_URL": self.story.database.url(MIGRATE)} if database else {}
        command = [sys.executable, "-m", "offmon.server.processes.operator", *map(str, arguments)]
        return subprocess.run(command, env=self.code | url, input=typed, capture_output=True, text=True, check=False)

    def offline(self, *arguments: object) -> str:
        done = self.does(*arguments, database=False)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def online(self, *arguments: object, typed: str | None = None) -> str:
        done = self.does(*arguments, typed=typed)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def refused(self, *arguments: object, typed: str | None = None) -> str:
        done = self.does(*arguments, typed=typed)
        assert (done.returncode, done.stdout) == (1, "")
        assert "Traceback" not in done.stderr
        return done.stderr

    def draft(self, **changed: Any) -> Path:
        """The next statement, as it comes out of the editor."""
        doc = json.loads(self.online("draft", "86")) | changed
        return self.secret(f"draft-{new_id()}.json", json.dumps(doc, indent=4).encode())

    def signed(self, draft: Path, name: str = f"{FORCE}/root") -> Path:
        return self.secret(f"statement-{new_id()}.json", self.offline("sign", draft, name, self.root).encode())


@pytest.fixture
def operator(story: Story) -> Operator:
    return Operator(story)


def test_a_key_is_replaced_from_draft_to_publication(operator: Operator, story: Story) -> None:
    made = operator.offline("new-key", f"{ORIGIN}/profile", operator.folder / "new-profile")
    vkey = made.split()[1]
    assert (operator.folder / "new-profile").stat().st_mode & 0o777 == 0o600
    assert len((operator.folder / "new-profile").read_bytes()) == 32
    listed = json.loads(operator.online("draft", story.agency))["keys"]
    listed.append({"role": "profile", "vkey": vkey, "period": {"since": now() - DAY_MS, "until": None}})
    statement = operator.signed(operator.draft(keys=listed))
    assert "Keys statement 2 of An invented force is published" in operator.online("keys", "86", statement)
    shown = operator.online("show", "86")
    assert story.root.public.fingerprint in shown
    assert made.split()[3] in shown  # the new key's fingerprint, as it was printed when it was made
    assert shown.count("Keys statement") == 2
    with story.database.connect_as_owner() as owner:
        rows = owner.execute("select document from agencies_keysstatement order by version").fetchall()
    assert [dsse.peek(KeysDocument, document).version for (document,) in rows] == [1, 2]


def test_a_root_may_be_kept_as_digits_on_paper(operator: Operator, story: Story) -> None:
    operator.root = operator.secret("digits", story.root.private.private_bytes_raw().hex().encode() + b"\n")
    assert "published" in operator.online("keys", "86", operator.signed(operator.draft()))


def test_what_would_break_the_chain_is_refused_with_its_sentence(operator: Operator, story: Story) -> None:
    before = operator.online("show", "86")
    listed = json.loads(operator.online("draft", "86"))["keys"]
    unsigned = operator.draft()
    foreign = operator.secret("foreign", seed_key("x").private.private_bytes_raw())
    for arguments, sentence in (
        (("keys", "86", operator.signed(operator.draft(keys=listed[1:]))), "The statement leaves out a"),
        (("keys", "86", unsigned), "[not-canonical]"),
        (("keys", "86", operator.folder / "nowhere"), "cannot be read"),
        (("keys", "43", operator.signed(operator.draft())), "No agency of this installation"),
        (("show", "43"), "No agency of this installation"),
    ):
        assert sentence in operator.refused(*arguments)
    operator.root = foreign
    assert "not signed by a root that you trust" in operator.refused("keys", "86", operator.signed(operator.draft()))
    assert operator.online("show", "86") == before


def test_a_draft_is_refused_before_the_root_signs_it(operator: Operator) -> None:
    draft = json.loads(operator.draft().read_text())
    long = operator.draft(period={"since": now(), "until": now() + 401 * DAY_MS})
    assert "at most 400 days" in operator.refused("sign", long, f"{FORCE}/root", operator.root)
    mistyped = operator.draft(keys=[draft["keys"][0] | {"vkey": draft["keys"][0]["vkey"][:-1]}])
    assert "public key" in operator.refused("sign", mistyped, f"{FORCE}/root", operator.root).lower()
    more = operator.draft(surprise=1)
    assert "[bad-field]" in operator.refused("sign", more, f"{FORCE}/root", operator.root)
    no_json = operator.secret("no-json", b"version: 2")
    assert "not JSON" in operator.refused("sign", no_json, f"{FORCE}/root", operator.root)
    operator.root.chmod(0o644)
    assert "can be read by others" in operator.refused("sign", operator.draft(), f"{FORCE}/root", operator.root)


def test_a_key_is_never_written_over(operator: Operator) -> None:
    there = operator.root.read_bytes()
    assert "Choose a new file" in operator.refused("new-key", f"{ORIGIN}/log", operator.root)
    assert operator.root.read_bytes() == there
    assert "no space and no plus" in operator.refused("new-key", "a name+with", operator.folder / "other")


def test_a_chain_that_does_not_hold_is_not_shown_as_one(operator: Operator, story: Story) -> None:
    with story.database.connect_as_owner() as owner:
        owner.execute("update agencies_agency set root = %s", [seed_key("other.invalid/root").public.vkey])
    assert "not signed by a root that you trust" in operator.refused("show", "86")


def test_accounts_are_opened_changed_and_closed_each_with_an_entry(operator: Operator, story: Story) -> None:
    typed = "an invented password\n"
    assert "can sign in" in operator.online(
        "staff", "86", "add", "robin", "Robin Invented", "supervisor", "North", typed=typed
    )
    for what in (("name", "Robin Otherwise"), ("role", "offender_manager"), ("closed",), ("open",)):
        assert "is changed" in operator.online("account", "robin", *what)
    assert "is changed" in operator.online("account", "robin", "password", typed="another invented one\n")
    assert "robin  Robin Otherwise  offender_manager  North  open\n" in operator.online("staff", "86")
    [added] = [one for one in story.entries(Verb.STAFF_ADDED) if (one.reason or "").startswith("by ")]
    changed = story.entries(Verb.STAFF_CHANGED)
    assert {one.id for entry in changed for one in entry.touched} == {added.touched[0].id}
    assert [(entry.reason or "").partition(",")[0] for entry in changed] == [
        *("display_name", "role", "is_active", "is_active", "password"),
    ]
    assert typed.strip() not in repr([added, *changed])


def test_an_account_that_was_changed_by_hand_is_changed_no_further_until_the_log_says_how_it_stands(
    operator: Operator, story: Story
) -> None:
    by_hand(story, "agencies_staff", "update agencies_staff set role = 'tenant_admin' where sign_in = 'officer'")
    assert "officer  Officer Invented  tenant_admin  North  open  NOT AS THE LOG SAYS" in operator.online("staff", "86")
    assert "account-not-as-logged" in operator.refused("account", "officer", "role", "offender_manager")
    assert "so:\nofficer  Officer Invented  tenant_admin  North  open\n" in operator.online(
        "account", "officer", "confirm"
    )
    operator.online("account", "officer", "role", "offender_manager")
    assert "NOT" not in operator.online("staff", "86")


@pytest.mark.parametrize(
    ("arguments", "typed", "code"),
    [
        (("staff", "43"), None, "unknown-agency"),
        (("staff", "86", "add", "officer", "X", "supervisor", "North"), "an invented password\n", "sign-in-taken"),
        (("staff", "86", "add", "robin", "X", "supervisor", "Nowhere"), "an invented password\n", "unknown-team"),
        (("staff", "86", "add", "robin", "X", "service", "North"), "an invented password\n", "unknown-role"),
        (("account", "officer", "password"), "short\n", "short-password"),
        (("account", "nobody", "closed"), None, "unknown-staff"),
        (("account", "officer", "everything", "x"), None, "unknown-change"),
    ],
)
def test_what_cannot_be_done_to_an_account_is_refused(
    operator: Operator, arguments: tuple[str, ...], typed: str | None, code: str
) -> None:
    assert f"[{code}]" in operator.refused(*arguments, typed=typed)


def test_what_is_not_understood_is_explained(operator: Operator) -> None:
    done = operator.does("rotate")
    assert done.returncode == 2
    assert "keys AGENCY FILE" in done.stderr


def test_the_operator_says_that_an_order_s_document_was_restored(operator: Operator) -> None:
    operator.story.orders()
    said = operator.online("restored", operator.story.instrument)
    assert "Whoever opens the document next" in said
    with operator.story.database.connect_as_owner() as owner:
        [(instrument, at)] = owner.execute("select instrument_id, at from orders_restored").fetchall()
    assert instrument.hex == operator.story.instrument
    assert abs(at - now()) < 60_000


@pytest.mark.parametrize("order", [new_id(), "86"])
def test_nobody_says_so_of_an_order_that_is_not_here(operator: Operator, order: str) -> None:
    assert "no-such-order" in operator.refused("restored", order)
