"""Each table that asks a second person has its words and its pages on the start page."""

from tests.server import set_up_django

set_up_django()

from django.test import override_settings  # noqa: E402  # after Django is set up
from django.urls import reverse  # noqa: E402

from offmon.core.ids import Id, Ms  # noqa: E402
from offmon.server.base.rows import CaseRow  # noqa: E402
from offmon.server.faces.console import start_words  # noqa: E402
from offmon.server.start_page.second_person import Asked, OwnAsked, asking  # noqa: E402

CASE, ROW = Id("ca" * 16), Id("5e" * 16)


def test_every_table_of_two_people_has_its_words_and_no_other() -> None:
    assert {model.KIND for model in asking()} == set(start_words.ASKED)


@override_settings(ROOT_URLCONF="offmon.server.faces.console.urls")
def test_every_kind_leads_to_a_page() -> None:
    assert reverse("home") == "/"
    for model in asking():
        case = CASE if issubclass(model, CaseRow) else None
        assert ROW in start_words.answer_at(Asked(model.KIND, ROW, case, Ms(0), "x"))
        assert ROW in start_words.follow_at(OwnAsked(model.KIND, ROW, case, Ms(0), (), None))
