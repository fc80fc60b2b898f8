"""The page of an alert whose disclosures were all erased."""

from tests.integration.console.office import Office, sign_in
from tests.integration.triage.test_erased import erase


def test_an_alert_whose_disclosures_are_all_erased_says_that_nothing_is_left_to_show(office: Office) -> None:
    erase(office.story)
    answer = sign_in("officer").get(f"/alerts/{office.story.alerts[0]}/")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "The disclosures were erased" in page
    assert "occurred 3 times" in page
    assert ">Occurrences<" not in page
