"""The text of each page of the portal: with as much to say as there can be, with nothing, and with a form refused."""

from unittest.mock import patch

from django.test import Client
from syrupy.assertion import SnapshotAssertion

from offmon.core.authority.inventory import NEVER
from offmon.core.errors import Refused
from offmon.core.person.deadlines import RequestKind
from offmon.server.base.attempts import MustWait
from offmon.server.faces.portal import views
from offmon.words.catalogue import Language, translate
from tests.integration.portal import world
from tests.integration.portal.person import PIN, Person, portal, signed_in
from tests.support.snapshots import PageText, around, assert_welsh, fixed, read
from tests.support.story import Story

ASK = tuple(f"ask/{kind}/" for kind in RequestKind)
SENT = "ask/?asked=2&sent"
INSIDE = ("now/", "never/", "told/", "ask/", SENT, *ASK)  # the notice itself: tests/unit/words/test_snapshots.py
CODE = {"name": "abcdefgh", "code": "ABCDE12345"}
REFUSED: dict[str, tuple[str, dict[str, str], Exception | None]] = {
    "nothing-entered": ("", {}, None),
    "nothing-entered-first": ("first/", {}, None),
    "another-pin": ("first/", {**CODE, "pin_new": PIN, "pin_again": "830195"}, None),
    "weak-pin": ("first/", {**CODE, "pin_new": "111111", "pin_again": "111111"}, Refused("weak-pin", "")),
    "wrong-pin": ("", {"name": "abcdefgh", "pin": PIN}, Refused("not-right", "")),
    "too-many-tries": ("", {"name": "abcdefgh", "pin": PIN}, MustWait(300_000)),
}


def refused(path: str, given: dict[str, str], why: Exception | None, language: Language) -> str:
    with patch.object(views, "do_sign_in", side_effect=why), patch.object(views, "do_begin", side_effect=why):
        return Client().post(f"/{language}/{path}", given).content.decode()


def shown(person: Person, language: Language) -> dict[str, str]:
    """Every page by its name."""
    found = {
        name: Client().get(f"/{language}/{path}").content.decode()
        for name, path in (("sign-in", ""), ("first", "first/"), ("late", "?late"))
    }
    found |= {name: refused(path, given, why, language) for name, (path, given, why) in REFUSED.items()}
    with world.filled():
        for path in INSIDE:
            name = "sent" if path == SENT else path.strip("/").replace("/", "-")
            found[name] = person.browser.get(f"/{language}/{path}").content.decode()
    found["too-long"] = person.send(f"/{language}/{ASK[0]}", words="x" * 4001).content.decode()
    with world.emptied():
        for path in ("now", "notice", "told", "ask"):
            found[f"{path}-nothing"] = person.browser.get(f"/{language}/{path}/").content.decode()
    return found


def test_each_page_is_as_reviewed(story: Story, snapshot: SnapshotAssertion) -> None:
    person, text = signed_in(story), snapshot.use_extension(PageText)
    with portal(story):
        english, welsh = (shown(person, language) for language in Language)
    assert fixed(around(english["now"])) == text(name="around")
    for name, page in english.items():
        assert fixed(read(page)) == text(name=name)
        assert_welsh(welsh[name], page)


def test_nothing_is_left_out_of_what_is_never_collected_or_may_be_asked(story: Story) -> None:
    """R-RGT-4: each thing that is never collected, and each right that can be used, in both languages."""
    person = signed_in(story)
    with portal(story):
        for language in Language:
            never, ask = (
                read(person.browser.get(f"/{language}/{page}/").content.decode()) for page in ("never", "ask")
            )
            assert [n for n in range(len(NEVER)) if translate(language, f"inventory.never.{n}") not in never] == []
            assert [kind for kind in RequestKind if translate(language, f"portal.ask.{kind}.title") not in ask] == []
