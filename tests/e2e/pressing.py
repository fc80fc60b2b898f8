"""What people do at a page: press a button, follow a link, fill in a date, sign in."""

import re
from datetime import date
from typing import Literal

from playwright.sync_api import Page


def press(page: Page, button: str) -> None:
    """Send the page's form, and wait for what it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()


def follow(page: Page, name: str | re.Pattern[str], role: Literal["link", "button"] = "link") -> None:
    """Follow a link (some look like buttons), and wait for the page."""
    with page.expect_navigation():
        page.get_by_role(role, name=name).first.click()


def fill_date(page: Page, legend: str, on: date) -> None:
    group = page.get_by_role("group", name=legend, exact=True)
    for label, value in (("Day", on.day), ("Month", on.month), ("Year", on.year)):
        group.get_by_label(label).fill(str(value))


def give_password(page: Page, name: str, password: str) -> None:
    page.get_by_label("Sign-in name").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    press(page, "Sign in")


def sign_in(page: Page, name: str, password: str, code: str) -> None:
    """At the console, by password and code."""
    give_password(page, name, password)
    page.get_by_label("Code from your authenticator app").fill(code)
    press(page, "Sign in")
