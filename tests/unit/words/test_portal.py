"""The portal's first pages disclose nothing of the site's purpose, and each message has its words (R-RGT-5; issue 3)."""

import re

from offmon.core.access.roles import Role
from offmon.core.formats.event import GapReason
from offmon.core.person import delay
from offmon.core.person.coverage import NotCovered
from offmon.words.catalogue import Language, texts

AREAS = ("tab", "name", "pin", "pin-new", "pin-again", "code", "sign-in", "first", "wait", "refused")
FIRST = ("frame.", *(f"portal.{area}." for area in AREAS))
TELLING = re.compile(
    r"monitor|officer|order|licence|police|probation|offmon|supervis|swyddog|gorchymyn|trwydded|heddlu", re.I
)


def test_what_a_bystander_sees_tells_nothing() -> None:
    for language in Language:
        every = texts(language).items()
        said = {key: text for key, text in every if key.startswith(FIRST) or key == "portal.frame.name"}
        assert len(said) > 20
        assert {key: text for key, text in said.items() if TELLING.search(text)} == {}


def test_every_look_role_and_gap_has_its_words() -> None:
    known = texts(Language.ENGLISH)
    people = [role for role in Role if role not in {Role.SERVICE, Role.SUPERVISED_PERSON}]
    wanted = [f"look.{verb}" for verb in delay.LOOKS]
    wanted += [f"role.{role}" for role in people] + [f"gap.{reason}" for reason in (*GapReason, *NotCovered)]
    assert [key for key in wanted if f"portal.{key}" not in known] == []
