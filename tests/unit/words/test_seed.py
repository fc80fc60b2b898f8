"""Every sentence of the public page's first text has its promise (issue 3, R-WEB-1).

That text is not ours to repeat. Each of its sentences appears here by its place and its subject, in our words. A sentence with more than
one claim has a promise for each. Removing a promise removes it from a sentence, and must be said here.
"""

import pytest

from offmon.core.public.assurance import PROMISES
from offmon.server.faces.website.groups import GROUPS
from offmon.words.catalogue import Language, texts

PARTS = ("text", "how", "behind", "shown", "check")
SENTENCES = (
    (1, "there for people's safety; within the law, and in proportion", "purpose"),
    (2, "what the page explains, and how plainly", "plain-terms"),
    (3, "whose staff, for whose supervision", "who-uses-it"),
    (4, "on powers that there are already", "existing-powers"),
    (5, "a ground in law each time", "lawful-basis"),
    (6, "open", "overt"),
    (7, "people are told; it is put on as their order or licence says", "told as-ordered"),
    (8, "no secret", "not-secret"),
    (9, "an impact assessment, and two statutes", "assessed data-protection-law"),
    (10, "evidence: kept safe, who may see it, what each did", "evidence-secure access accounted-for"),
    (11, "one aim for data", "purpose-bound"),
    (12, "named people, what matters to their case, little burden on the device", "targeted relevant light"),
    (13, "measured, not for everybody", "proportionate"),
    (14, "standards of others", "anchored"),
    (15, "a membership and two yardsticks", "watch-foundation cloud-principles ai-checklist"),
    (16, "a trail all the way", "every-stage"),
    (17, "questions are welcome", "ask-us"),
    (18, "about somebody: ask whoever supervises; who is responsible stands elsewhere", "right-place roles-explained"),
    (19, "why visits are counted", "analytics-why"),
    (20, "not before a yes", "analytics-off"),
)
SLUGS = [slug for _, _, slugs in SENTENCES for slug in slugs.split()]


def test_each_sentence_has_its_promises_and_each_promise_its_sentence() -> None:
    assert [place for place, _, _ in SENTENCES] == list(range(1, 21))
    assert [promise.slug for promise in PROMISES] == SLUGS
    assert [slug for _, slugs in GROUPS for slug in slugs] == SLUGS


@pytest.mark.parametrize("language", Language)
def test_each_promise_of_a_sentence_has_all_its_words(language: Language) -> None:
    said = texts(language)
    wanted = [f"site.safeguards.promise.{slug}.{part}" for slug in SLUGS for part in PARTS]
    assert [key for key in wanted if not said.get(key)] == []
