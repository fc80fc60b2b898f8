"""A policy document in the console: one prepares it, another who opened it agrees or refuses (R-DPA-4)."""

import re

import pytest
from django.test import Client

from offmon.core.access.roles import Role
from offmon.core.authority.policy_document import PolicyStanding
from offmon.core.log.audit import Verb
from offmon.server.faces.console import sensitive_words
from tests.integration.console.office import Office, send, sign_in, sign_in_name
from tests.integration.console.test_acts import day, errors, the_id
from tests.integration.console.test_assessments import paper
from tests.support.days import in_days
from tests.support.papers import PDF
from tests.unit.server.faces.matrix import Whose


def a_version(ahead: int = 90) -> dict[str, object]:
    return {
        "title": "Sensitive data",
        "principles": "Only listed places leave the device.",
        "retention": "90 days.",
        "owner": "Head of data protection",
        "document": paper(),
        **day("since", in_days(-1)),
        **day("review_on", in_days(ahead)),
    }


def add(browser: Client) -> str:
    return f"/policies/{the_id(send(browser, '/policies/new/', **a_version()), '/policies')}/"


def stands(browser: Client, path: str) -> PolicyStanding:
    [tag] = re.findall(r"govuk-tag[^>]*>\s*([^<]+?)\s*<", browser.get(path).content.decode())
    return next(one for one, called in sensitive_words.POLICY.items() if called == tag)


def test_one_prepares_and_another_who_opened_it_agrees_or_refuses(office: Office) -> None:
    supervisor, officer = sign_in("supervisor"), sign_in("data_protection")
    agreed, refused = add(supervisor), add(supervisor)
    assert officer.get("/").content.decode().count("Agree to a policy document") == 2
    for path in (f"{agreed}agree/", f"{agreed}refuse/"):
        assert supervisor.get(path).status_code == 403
        given = {"statement": "on", "reason": "It says nothing of erasure."}
        assert "You have not opened the document" in errors(send(officer, path, **given))
    for path in (agreed, refused):
        assert stands(officer, path) is PolicyStanding.WAITING
        assert officer.get(f"{path}pages/1/").content == PDF
    assert "Confirm that you have read it" in errors(send(officer, f"{agreed}agree/"))
    assert send(officer, f"{agreed}agree/", statement="on").status_code == 302
    assert "Enter why you refuse it" in errors(send(officer, f"{refused}refuse/"))
    assert send(officer, f"{refused}refuse/", reason="It says nothing of erasure.").status_code == 302
    assert (stands(supervisor, agreed), stands(supervisor, refused)) == (
        PolicyStanding.IN_FORCE,
        PolicyStanding.REFUSED,
    )
    assert "It says nothing of erasure." in supervisor.get(refused).content.decode()
    assert "answered already" in officer.get(f"{refused}agree/").content.decode()
    verbs = [Verb.POLICY_PREPARED] * 2 + [Verb.POLICY_OPENED] * 2 + [Verb.POLICY_AGREED, Verb.POLICY_REFUSED]
    assert [entry.verb for entry in office.story.entries(*set(verbs))] == verbs
    assert sign_in("officer").get(agreed).status_code == 200  # who drafts may read it
    assert sign_in(sign_in_name(Role.DATA_PROTECTION, Whose.ANOTHER_AGENCYS)).get(agreed).status_code == 404


@pytest.mark.parametrize("change", ["changed", "missing"])
def test_a_document_that_is_not_what_was_prepared_is_neither_shown_nor_agreed_to(office: Office, change: str) -> None:
    supervisor, officer = sign_in("supervisor"), sign_in("data_protection")
    before = {*office.story.documents.iterdir()}
    path = add(supervisor)
    assert officer.get(f"{path}pages/1/").status_code == 200
    [kept] = {*office.story.documents.iterdir()} - before
    assert b"%PDF" not in kept.read_bytes()
    kept.chmod(0o640)
    if change == "missing":
        kept.unlink()
    else:
        kept.write_bytes(b"another")
    answer = officer.get(f"{path}pages/1/")
    assert (answer.status_code, b"changed or is missing" in answer.content) == (409, True)
    assert "from a backup" in errors(send(officer, f"{path}agree/", statement="on"))
    assert stands(officer, path) is PolicyStanding.WAITING
