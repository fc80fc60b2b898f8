"""Text messages through GOV.UK Notify, by its own client, against a server that keeps its contract (issue 20)."""

import pytest

from offmon.core.alerts.reaching import WAITS_MS, ChannelKind
from offmon.core.errors import Refused
from offmon.server.processes.notify.govuk import GovUkNotify
from tests.integration.notify.office import MAIL, add, later, sending, told
from tests.support.govuk import KEY, SECRET, GovUk
from tests.support.govuk import MAIL as MAIL_TEMPLATE
from tests.support.govuk import TEXT as TEXT_TEMPLATE
from tests.support.story import Story

NUMBER = "07700 900123"


def test_a_text_message_is_handed_in_with_gravity_and_reference_and_nothing_else(story: Story) -> None:
    add(story, ChannelKind.TEXT, NUMBER)
    with GovUk().up() as govuk, sending(story, **govuk.settings()) as office:
        office.turn()
    [said] = govuk.handed_in
    assert (said["path"], said["phone_number"]) == ("/v2/notifications/sms", "+447700900123")
    assert said["template_id"] == TEXT_TEMPLATE
    assert said["personalisation"]["gravity"] == "A high-priority item"
    assert set(said["personalisation"]) == {"gravity", "reference"}
    assert told(story) == [(1, "sent")]


def test_without_a_mail_server_it_takes_the_mail_too(story: Story) -> None:
    add(story)
    with GovUk().up() as govuk, sending(story, **govuk.settings()) as office:
        office.turn()
    [said] = govuk.handed_in
    assert (said["path"], said["email_address"], said["template_id"]) == (
        "/v2/notifications/email",
        MAIL,
        MAIL_TEMPLATE,
    )


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(400, "refused"), (403, "unreachable"), (429, "unreachable"), (500, "unreachable"), (302, "unreachable")],
)
def test_what_it_answers_says_whether_it_is_tried_again(story: Story, status: int, outcome: str) -> None:
    add(story, ChannelKind.TEXT, NUMBER)
    with GovUk(status=status).up() as govuk, sending(story, **govuk.settings()) as office:
        office.turn()
    assert told(story) == [(1, outcome)]
    assert govuk.handed_in == []


def test_whoever_has_another_key_is_not_taken_for_us(story: Story) -> None:
    add(story, ChannelKind.TEXT, NUMBER)
    with GovUk().up() as govuk:
        other = govuk.settings() | {"OFFMON_GOVUK_KEY": KEY.replace(SECRET, SECRET[::-1])}
        with sending(story, **other) as office:
            office.turn()
    assert (told(story), govuk.handed_in) == ([(1, "unreachable")], [])


def test_what_it_took_before_the_line_was_cut_is_not_handed_in_again(story: Story) -> None:
    add(story, ChannelKind.TEXT, NUMBER)
    with GovUk(status=0).up() as govuk, sending(story, **govuk.settings()) as office:
        office.turn()
        later(story, WAITS_MS[0])
        office.turn()
    assert told(story) == [(1, "unreachable"), (2, "sent")]
    assert len(govuk.handed_in) == 1


def test_a_template_that_asks_for_a_name_is_not_used(story: Story) -> None:
    add(story, ChannelKind.TEXT, NUMBER)
    with GovUk(fields=("gravity", "name")).up() as govuk, sending(story, **govuk.settings()) as office:
        office.turn()
    assert (told(story), govuk.handed_in) == ([(1, "forbidden")], [])


def test_our_key_goes_to_no_server_elsewhere_in_clear() -> None:
    with pytest.raises(Refused, match="notify-address"):
        GovUkNotify("http://notify.invalid", KEY, {})
