"""What a message says, where it may go, when it is tried again and when it is a dead letter (issue 20)."""

import re

import pytest

from offmon.core.alerts import reaching
from offmon.core.alerts.reaching import (
    LETTERS,
    LOST_MS,
    MOST_TRIES,
    REFERENCES,
    SHOWN_MS,
    WAITS_MS,
    ChannelKind,
    Purpose,
    Standing,
    Tried,
    TryOutcome,
    next_at,
    standing,
)
from offmon.core.errors import Malformed, Refused
from offmon.core.formats.event import Gravity
from offmon.core.ids import Ms
from tests.prove.markers import proves
from tests.unit.core.samples import NOW, code_of

SENT, UNREACHABLE, LOST, REFUSED, FORBIDDEN = (
    TryOutcome.SENT,
    TryOutcome.UNREACHABLE,
    TryOutcome.LOST,
    TryOutcome.REFUSED,
    TryOutcome.FORBIDDEN,
)


def tries(*outcomes: TryOutcome | None) -> list[Tried]:
    return [Tried(Ms(NOW + place), outcome) for place, outcome in enumerate(outcomes)]


@pytest.mark.parametrize(
    ("outcomes", "stands"),
    [
        ((), Standing.WAITING),
        ((None,), Standing.TRYING),
        ((UNREACHABLE,), Standing.WAITING),
        ((LOST,), Standing.WAITING),
        ((UNREACHABLE, None), Standing.TRYING),
        ((SENT,), Standing.SENT),
        ((LOST, SENT), Standing.SENT),
        ((SENT, None), Standing.SENT),
        ((REFUSED,), Standing.DEAD),
        ((UNREACHABLE, FORBIDDEN), Standing.DEAD),
        ((UNREACHABLE,) * (MOST_TRIES - 1), Standing.WAITING),
        ((UNREACHABLE,) * MOST_TRIES, Standing.DEAD),
        ((LOST,) * MOST_TRIES, Standing.DEAD),
        ((UNREACHABLE,) * (MOST_TRIES - 1) + (SENT,), Standing.SENT),
    ],
)
def test_how_a_message_stands_at_a_channel(outcomes: tuple[TryOutcome | None, ...], stands: Standing) -> None:
    assert standing(tries(*outcomes)) is stands


def test_it_is_tried_at_once_then_less_and_less_often_and_no_more_once_it_stands() -> None:
    assert next_at(NOW, []) == NOW
    for many in range(1, MOST_TRIES):
        made = tries(*[UNREACHABLE] * many)
        assert next_at(NOW, made) == made[-1].at + WAITS_MS[min(many, len(WAITS_MS)) - 1]
    assert list(WAITS_MS) == sorted(WAITS_MS)
    for ended in ((None,), (SENT,), (REFUSED,), (FORBIDDEN,), (UNREACHABLE,) * MOST_TRIES):
        assert next_at(NOW, tries(*ended)) is None


def test_all_the_tries_outlast_a_mail_server_that_is_down_for_two_hours() -> None:
    assert sum(WAITS_MS) + (MOST_TRIES - 1 - len(WAITS_MS)) * WAITS_MS[-1] > 4 * 3_600_000


@pytest.mark.parametrize(
    ("outcome", "age", "lost"), [(None, LOST_MS, True), (None, LOST_MS - 1, False), (SENT, LOST_MS, False)]
)
def test_a_try_without_an_outcome_is_lost_after_a_minute(outcome: TryOutcome | None, age: int, *, lost: bool) -> None:
    assert reaching.is_lost(Tried(NOW, outcome), Ms(NOW + age)) is lost


def test_each_number_has_a_reference_of_its_own_that_nobody_reads_wrongly() -> None:
    some = [*range(500), *range(REFERENCES - 500, REFERENCES)]
    found = {reaching.reference(number) for number in some}
    assert len(found) == len(some)
    assert all(re.fullmatch(rf"[{LETTERS}]{{4}}", one) for one in found)
    assert not set("0O1ILS5B8Z2AEU") & set(LETTERS) - {"2", "8"}
    assert len(set(LETTERS)) == len(LETTERS)


@proves("S187", reaching.check_fields, disabled=lambda fields: None)
def test_a_message_holds_the_gravity_and_the_reference_and_takes_no_other_field() -> None:
    assert code_of(reaching.check_fields, {"gravity", "name"}) == "template-field"
    said = reaching.values(Purpose.CALL, Gravity.URGENT, "4F7K")
    text = reaching.written(reaching.TEMPLATES[Purpose.CALL], said)
    assert text == "An urgent item waits in Offmon. Reference 4F7K. Sign in to acknowledge."
    for template in ("{name} waits", "{gravity.__class__}", "{0}", "{}", "{reference[0]}", "{reference!r} of {case}"):
        with pytest.raises(Refused) as refused:
            reaching.written(template, said)
        assert refused.value.code == "template-field"
    assert set(reaching.TEMPLATES) == set(Purpose)
    assert set(reaching.GRAVITIES) == set(Gravity)


@pytest.mark.parametrize("purpose", [Purpose.TEST, Purpose.BEAT])
def test_a_test_says_that_it_is_one(purpose: Purpose) -> None:
    text = reaching.written(reaching.TEMPLATES[purpose], reaching.values(purpose, None, "4F7K"))
    assert "test message" in text
    assert "urgent" not in text


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("07700 900123", "+447700900123"),
        ("+44 7700 900123", "+447700900123"),
        ("+44 (0)7700 900123", "+447700900123"),
        ("0044 7700-900123", "+447700900123"),
        ("020 7946 0123", "+442079460123"),
        ("+353 20 910 1234", "+353209101234"),
        ("", None),
        ("999", None),
        ("07700 90012", "+44770090012"),
        ("07700 9001", None),
        ("09090 900123", None),  # whoever calls pays more
        ("0800 900 1234", None),
        ("+1 900 555 0100", None),
        ("07700 9001234", None),
        ("77009 00123", None),
        ("07700 900I23", None),
        ("٠٧٧٠٠٩٠٠١٢٣", None),
        ("+0 7700 900123", None),
        ("07700900123;07700900124", None),
    ],
)
def test_a_telephone_number_is_one_or_is_refused(written: str, number: str | None) -> None:
    if number is None:
        with pytest.raises(Malformed, match="no-telephone"):
            reaching.telephone(written)
    else:
        assert reaching.telephone(written) == number


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (" duty@police.invalid ", True),
        ("duty+86@a.police.invalid", True),
        ("duty", False),
        ("duty@police", False),
        ("duty@@police.invalid", False),
        ("a@b.invalid, c@d.invalid", False),
        ("duty@police.invalid\nBcc: x@y.invalid", False),
        ("Duty <duty@police.invalid>", False),
        (".duty@police.invalid", False),
        ("du..ty@police.invalid", False),
        ("duty@-police.invalid", False),
        ("duty@[127.0.0.1]", False),
        ("d" * 65 + "@police.invalid", False),
    ],
)
def test_a_mailbox_is_one_or_is_refused(text: str, *, is_one: bool) -> None:
    assert (code_of(reaching.mailbox, text) is None) is is_one


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("https://control.police.invalid/offmon", None),
        ("https://control.police.invalid", None),
        ("https://8.8.8.8:8443/x?y=1", None),
        ("https://[2606:4700::1]/x", None),
        ("http://control.police.invalid/", "webhook-not-https"),
        ("https://127.0.0.1/", "webhook-inside"),
        ("https://10.1.2.3/", "webhook-inside"),
        ("https://169.254.169.254/latest", "webhook-inside"),
        ("https://[::1]/", "webhook-inside"),
        ("https://[fd00::1]/", "webhook-inside"),
        ("https://[::ffff:10.0.0.1]/", "webhook-inside"),
        ("https://[64:ff9b::a00:1]/", "webhook-inside"),
        ("https://0x7f000001/", "webhook-inside"),
        ("https://2130706433/", "webhook-inside"),
        ("https://127.1/", "webhook-inside"),
        ("https://localhost/", "webhook-inside"),
        ("https://console.localhost/", "webhook-inside"),
        ("https://printer.local/", "webhook-inside"),
        ("https://metadata.google.internal/", "webhook-inside"),
        ("https://control.police.invalid:0/", "no-webhook"),
        ("https://control.police.invalid:99999/", "no-webhook"),
        ("https://user@control.police.invalid/", "no-webhook"),
        ("https://control.police.invalid/a#b", "no-webhook"),
        ("https://control.police.invalid/a b", "no-webhook"),
        ("https://control.police.invalid\\@127.0.0.1/", "no-webhook"),
        ("ftp://control.police.invalid/", "no-webhook"),
        ("file:///etc/passwd", "no-webhook"),
        ("https://control.police.invalid/\r\nX: y", "no-webhook"),
    ],
)
@proves("S189", reaching.is_outside, disabled=lambda address: True)
def test_a_webhook_goes_over_https_to_a_place_outside_the_network(address: str, code: str | None) -> None:
    assert code_of(reaching.webhook, address) == code


def test_a_place_inside_takes_webhooks_only_where_the_configuration_names_its_host_and_port() -> None:
    named = ("127.0.0.1:8099",)
    found = reaching.webhook("http://127.0.0.1:8099/x", named)
    assert (found.is_secure, found.host, found.port, found.path, found.is_named) == (
        False,
        "127.0.0.1",
        8099,
        "/x",
        True,
    )
    assert code_of(reaching.webhook, "http://127.0.0.1:8098/x", named) == "webhook-not-https"
    assert code_of(reaching.webhook, "https://127.0.0.1/", named) == "webhook-inside"


@pytest.mark.parametrize(
    ("address", "outside"),
    [
        *[(one, True) for one in ("8.8.8.8", "2606:4700::1")],
        *[(one, False) for one in ("0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "169.254.0.1", "172.16.0.1")],  # noqa: S104  # no interface
        *[(one, False) for one in ("192.168.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "203.0.113.1")],
        *[(one, False) for one in ("::", "::1", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1", "::7f00:1")],
        *[
            (one, False)
            for one in ("::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:1::", "nowhere", "")
        ],
    ],
)
def test_an_address_of_the_internet_is_outside_and_every_other_is_inside(address: str, *, outside: bool) -> None:
    assert reaching.is_outside(address) is outside


@pytest.mark.parametrize(
    ("kind", "written", "kept"),
    [
        (ChannelKind.EMAIL, " duty@police.invalid", "duty@police.invalid"),
        (ChannelKind.TEXT, "07700 900123", "+447700900123"),
        (ChannelKind.WEBHOOK, " https://c.police.invalid/x ", "https://c.police.invalid/x"),
    ],
)
def test_each_kind_of_address_is_kept_in_one_form(kind: ChannelKind, written: str, kept: str) -> None:
    assert reaching.checked_address(kind, written) == kept


@proves("S190", reaching.shows_itself, disabled=lambda shown_at, at: True)
def test_a_channel_works_that_showed_itself_within_eight_days() -> None:
    assert reaching.shows_itself(Ms(NOW - SHOWN_MS + 1), NOW)
    assert not reaching.shows_itself(Ms(NOW - SHOWN_MS), NOW)
    assert not reaching.shows_itself(None, NOW)
