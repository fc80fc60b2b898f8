"""A person's own solicitor, doctor or faith contact goes on a list of their own, and no text says that it goes on the shared one.

Each device of the agency receives the shared list in clear, so other supervised people could read who helps whom (R-RGT-10, THREATS).
"""

import re
from pathlib import Path

import pytest

from offmon.agent.presence import words
from offmon.agent.presence.details import IndicatorNow, Section, page_of
from offmon.agent.presence.states import AgentState
from offmon.core.authority.inventory import NEVER
from offmon.core.ids import Ms
from offmon.match.exclusions import Excluded
from offmon.match.exclusions_default import CATEGORIES, default_exclusions
from offmon.words.catalogue import Language, texts
from offmon.words.easy_read import easy
from offmon.words.notice import write
from tests.support.fake_agency import FakeAgency
from tests.unit.core.authority.test_notice import content
from trial import invented

ROOT = Path(__file__).parents[3]
PAGES = (
    *("README.md", "docs/safeguards.md", "docs/dpia/trial.md", "docs/reference/data-inventory.md"),
    *(str(file.relative_to(ROOT)) for file in (ROOT / "docs" / "howto").glob("*.md")),
)
AT = Ms(1_800_000_000_000)
MARKER = "marker0123456789abcdef"

OWN = re.compile(r"\b(solicitor|lawyer|doctor|faith)|\b(c|ch|g|ngh)yfreithiwr|\b[mf]eddyg\b|\bffydd\b", re.I)
TO_BE_ADDED = re.compile(
    r"\bask for (their|your|its)\b[^.]*\bleft out|\bgofynnwch am (adael|i'w)\b"
    r"|\b(until|it takes|must)\b[^.]*\btwo officers|\btwo officers (have|must) (put|do|done)"
    r"|\b(nes bod|rhaid i) ddau swyddog (wedi|wneud)"
    r"|\bput on it for\b|\b(solicitor|lawyer|doctor|faith contact) who is on the list|\broddwyd arni ar gyfer",
    re.I,
)

SAYS_SO = ("notice.advice.excluded", "portal.never", "site.person.body.advice.text", "easy.advice")
THEIRS = {
    Language.ENGLISH: (
        r"\b(All|Every) [^.]*devices? [^.]*list\b",
        r"\bfor public places\b",
        r"\b[Tt]ell your officer (of|about) your own\b[^.]*\bfaith contact\b",
        r"\b[Tt]wo officers\b",
        r"\bon your devices (alone|only)\b",
        r"\bnot (protected|left out)",
    ),
    Language.WELSH: (
        r"\b([Pp]ob dyfais|[Hh]oll ddyfeisiau)\b[^.]* rhestr\b",
        r"\bar gyfer lleoedd cyhoeddus\b",
        r"\bDywedwch wrth eich swyddog am eich\b[^.]*\bffydd\b",
        r"\bddau swyddog|dau swyddog\b",
        r"\bar eich dyfeisiau chi yn unig\b",
        r"(ei|wedi'i) (warchod|adael allan)",
    ),
}
EXAMPLES = {
    "health": r"\bhealth services\b|\bgwasanaethau iechyd\b",
    "court": r"\bcourts\b|\bllysoedd\b",
    "crisis_and_suicide": r"\bhelp ?lines\b|\bllinellau cymorth\b",
}


def read_by_people(language: Language) -> dict[str, str]:
    """Each text of the catalogue, and what is made of them: Easy Read's lines of advice together, notice, Easy Read and device page."""
    said = dict(texts(language))
    advice = " ".join(text for key, text in said.items() if re.fullmatch(r"easy\.advice\.\d+", key))
    notice = write(content(), language)
    short = easy(notice, language)
    assert short is not None
    now = IndicatorNow(AgentState.STARTING, AT, ())
    root, spoken = content().controllers[0].root, words.IndicatorLanguage(language)
    held = FakeAgency(AT).next_profile()
    device = [page_of(held, root, now, AT, spoken, section=section) for section in Section]
    on_device = "\n".join(block.text for page in device for block in page.blocks)
    never = f"{said['portal.never.kept']} {said['portal.never.own-lead']}"
    return said | {
        "easy.advice": advice,
        "portal.never": never,
        "notice": notice.text,
        "Easy Read": short.text,
        "the device": on_device,
    }


def advice_in(text: str) -> list[str]:
    """The sentences that say a person's own contacts are put on the shared list."""
    return [one for one in re.split(r"(?<=[.?!])\s+|\n\n", text) if TO_BE_ADDED.search(one)]


@pytest.mark.parametrize("language", Language)
def test_no_text_has_a_person_put_their_own_contacts_on_the_list(language: Language) -> None:
    found = {key: advice_in(text) for key, text in read_by_people(language).items()}
    assert {key: said for key, said in found.items() if said} == {}
    assert [said for said in NEVER if advice_in(said)] == []


@pytest.mark.parametrize("page", PAGES)
def test_no_page_of_the_documents_does(page: str) -> None:
    assert advice_in((ROOT / page).read_text("utf-8")) == []


@pytest.mark.parametrize("language", Language)
def test_whoever_is_monitored_reads_whom_the_list_is_for_and_how_their_own_contacts_are_protected(
    language: Language,
) -> None:
    """The own contacts of a person are on no list that the software brings; a public place of each kind that is named is on it."""
    said = read_by_people(language)
    assert [(key, one) for key in SAYS_SO for one in THEIRS[language] if not re.search(one, said[key])] == []
    excluded = Excluded(default_exclusions())
    assert not excluded.covers("https://some-solicitor.invalid/")
    hosts = {category.name: category.hosts for category in CATEGORIES}
    for kind, named in EXAMPLES.items():
        assert all(excluded.covers(f"https://{host}/") for host in hosts[kind])
        assert [key for key in SAYS_SO if key != "easy.advice" and not re.search(named, said[key])] == [], kind


def test_the_trial_has_public_places_on_its_list_and_nobodys_own_contacts() -> None:
    pages = invented.web(MARKER)
    places = [one for one in invented.excluded_pages(MARKER) if not one.startswith(invented.HELP_SOUGHT)]
    assert len(places) == 2
    assert [one for one in places if OWN.search(one) or OWN.search(pages[one]) or "public" not in pages[one]] == []
