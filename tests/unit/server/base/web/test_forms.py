"""A form says what to do, next to the box and in the summary, and keeps the input."""

import re
from datetime import date
from typing import Any

import pytest
from django import forms
from django.test import Client
from django.utils.datastructures import MultiValueDict

from offmon.core.clock import end_of_day, start_of_day
from offmon.core.ids import CHECKS, Ms
from offmon.server.base.web.forms import DateField, Form, component_of, summary_of
from tests.unit.server.base.web.sample.urls import EveryField

GOOD = {
    "reference": "86XX0000123",
    "ends-day": "27",
    "ends-month": "3",
    "ends-year": "2027",
    "basis": "shpo",
    "devices": ["computer"],
    "court": "b",
    "months": "12",
    "password": "an invented password",
    "served": "on",
}


class EndDate(Form):
    ends = DateField(label="When does it end?", called="The end date")


def filled(**changes: Any) -> EveryField:
    data = {name: value if isinstance(value, list) else [value] for name, value in (GOOD | changes).items()}
    return EveryField(MultiValueDict(data))


def dated(day: str, month: str, year: str) -> EndDate:
    return EndDate({"ends-day": day, "ends-month": month, "ends-year": year})


def test_a_good_form_is_taken(nobody: Client) -> None:
    assert filled().is_valid()
    assert nobody.post("/form/", GOOD).status_code == 302


@pytest.mark.parametrize(
    ("name", "macro"),
    [
        ("reference", "input"),
        ("email", "input"),
        ("ends", "date-input"),
        ("basis", "radios"),
        ("devices", "checkboxes"),
        ("court", "select"),
        ("months", "input"),
        ("note", "character-count"),
        ("order", "file-upload"),
        ("password", "password-input"),
        ("served", "checkboxes"),
    ],
)
def test_each_field_has_its_component(name: str, macro: str) -> None:
    assert component_of(EveryField()[name]).macro == macro


def test_a_widget_without_a_component_is_refused_by_name() -> None:
    class Odd(Form):
        when = forms.CharField(widget=forms.SplitDateTimeWidget())

    with pytest.raises(TypeError, match="SplitDateTimeWidget"):
        component_of(Odd()["when"])


def test_an_optional_field_says_so() -> None:
    assert component_of(EveryField()["email"]).params["label"]["text"] == "Email address (optional)"
    assert component_of(EveryField()["reference"]).params["label"]["text"] == "Order reference"


def test_nothing_stops_a_person_typing_without_a_word() -> None:
    for bound in EveryField():
        if not bound.is_hidden:
            assert {"maxlength", "min", "required"}.isdisjoint(component_of(bound).params["attributes"])


def test_where_a_browser_must_not_check_spelling_the_page_says_so_however_the_form_does(nobody: Client) -> None:
    page = nobody.get("/form/").content.decode()
    for name in ("reference", "email", "note", "password"):
        (box,) = re.findall(rf'<(?:input|textarea)[^>]* id="id_{name}"[^>]*>', page)
        assert 'spellcheck="false"' in box, name


def test_an_empty_form_says_what_to_do_in_the_order_of_its_boxes() -> None:
    assert summary_of(EveryField({})) == [
        {"text": "Enter order reference", "href": "#id_reference"},
        {"text": "Enter the end date", "href": "#id_ends-day"},
        {"text": "Select kind of order", "href": "#id_basis"},
        {"text": "Select devices it covers", "href": "#id_devices"},
        {"text": "Select court", "href": "#id_court"},
        {"text": "Enter length in months", "href": "#id_months"},
        {"text": "Enter your password", "href": "#id_password"},
        {"text": "Confirm service", "href": "#id_served"},
    ]


def test_a_form_not_sent_has_no_summary() -> None:
    assert summary_of(EveryField()) == []
    assert summary_of(None) == []


def test_an_error_about_no_box_is_in_the_summary_without_a_link() -> None:
    form = filled()
    form.add_error(None, "The order has ended")
    assert summary_of(form) == [{"text": "The order has ended"}]


def test_limits_are_told_in_words() -> None:
    assert filled(reference="x" * 13).errors["reference"] == ["Order reference must be 12 characters or fewer"]


@pytest.mark.parametrize(
    ("typed", "message", "first_box"),
    [
        (("", "", ""), "Enter the end date", "day"),
        (("27", "3", ""), "The end date must include a year", "year"),
        (("", "3", ""), "The end date must include a day and a year", "day"),
        (("31", "2", "2027"), "The end date must be a real date", "day"),
        (("27", "March", "2027"), "The end date must be a real date, in numbers", "month"),
        (("٢٧", "3", "2027"), "The end date must be a real date, in numbers", "day"),
        (("27", "3", "27"), "The end date must have a year of 4 numbers", "year"),
        (("0", "3", "2027"), "The end date must be a real date", "day"),
        (("27", "3", "1970"), "The end date must have a year from 1971 to 2199", "year"),
        (("31", "12", "9999"), "The end date must have a year from 1971 to 2199", "year"),
        (("1", "1", "2200"), "The end date must have a year from 1971 to 2199", "year"),
        (("27", "3", "99999"), "The end date must be a real date, in numbers", "year"),
    ],
)
def test_a_date_that_is_none_says_which_box_is_wrong(typed: tuple[str, str, str], message: str, first_box: str) -> None:
    form = dated(*typed)
    assert summary_of(form) == [{"text": message, "href": f"#id_ends-{first_box}"}]
    boxes = component_of(form["ends"]).params["items"]
    assert tuple(box["value"] for box in boxes) == typed
    wrong = [box["label"].lower() for box in boxes if "govuk-input--error" in box["classes"]]
    assert wrong[0] == first_box


def test_a_date_is_read_with_spaces_and_leading_noughts() -> None:
    form = dated(" 07", "03 ", "2027")
    assert form.is_valid()
    assert form.cleaned_data["ends"] == date(2027, 3, 7)


@pytest.mark.parametrize("typed", [("1", "1", "1971"), ("31", "12", "2199")])
def test_a_date_at_the_edge_is_one_that_core_reads(typed: tuple[str, str, str]) -> None:
    form = dated(*typed)
    assert form.is_valid()
    day = form.cleaned_data["ends"]
    assert all(CHECKS[Ms](at) for at in (start_of_day(day), end_of_day(day)))


def test_a_date_known_before_fills_the_boxes() -> None:
    boxes = component_of(EndDate(initial={"ends": date(2027, 3, 7)})["ends"]).params["items"]
    assert [box["value"] for box in boxes] == ["7", "3", "2027"]


def test_an_optional_date_may_stay_empty() -> None:
    class Optional(Form):
        ends = DateField(required=False)

    form = Optional({})
    assert form.is_valid()
    assert form.cleaned_data["ends"] is None


def test_the_error_and_the_hint_are_tied_to_the_box(nobody: Client) -> None:
    page = nobody.post("/form/", {"reference": "x" * 13}).content.decode()
    assert 'aria-describedby="id_reference-hint id_reference-error"' in page
    assert '<a href="#id_reference">Order reference must be 12 characters or fewer</a>' in page
    assert "<title>Error: Record an order" in page
    for bound in EveryField():
        if not bound.is_hidden:
            assert f'id="{bound.auto_id}"' in page


def test_what_was_typed_comes_back_as_text_and_a_password_does_not(nobody: Client) -> None:
    hostile = '"></textarea><script>alert(1)</script>'
    sent = {"reference": hostile, "note": hostile, "email": hostile, "password": hostile, "ends-day": hostile}
    page = nobody.post("/form/", sent | {"basis": hostile, "devices": [hostile, "phone"]}).content.decode()
    assert "<script>alert(1)" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 4  # every one but the password and the choices
    assert 'value="phone" checked' in page
