"""From the first page one comes to every page, and no link is dead (issue 3; R-WEB-3)."""

import re

import pytest
from django.test import Client

from offmon.server.faces.website import published
from offmon.words.catalogue import Language
from tests.integration.website.test_site import PAGES, path


def leads(site: Client, address: str) -> list[str]:
    """Where the links of a page lead; each that leads to a place of the page has one there."""
    answer = site.get(address)
    assert answer.status_code == 200, address
    page = answer.content.decode()
    found = re.findall(r'<a\s[^>]*href="([^"]*)"', page)
    assert [place for place in found if place.startswith("#") and f'id="{place[1:]}"' not in page] == [], address
    return [place for place in found if place.startswith("/")]


@pytest.mark.parametrize("language", Language)
def test_from_the_first_page_one_comes_to_every_page_and_no_link_is_dead(site: Client, language: Language) -> None:
    """In one language, by links; to the box and past it by the answers that lead there."""
    assert site.get("/")["Location"] == "/en/"
    reached, ahead = {f"/{language.other}/"}, [f"/{language}/"]
    while ahead:
        address = ahead.pop()
        reached.add(address)
        if address.startswith(f"/{language}/"):
            ahead += [place for place in leads(site, address) if place not in {*reached, *ahead}]
            if address == f"/{language}/contact/":
                ahead.append(site.post(address, {"about_a_person": "no"})["Location"])
                assert site.post(address, {"about_a_person": "yes"})["Location"] == f"/{language}/contact/directory/"
            if address == f"/{language}/contact/write/?about=no":
                ahead.append(site.post(address, {"message": "Why?", "reply": ""})["Location"])
        elif not address.startswith(f"/{language.other}/"):
            assert site.get(address).status_code == 200, address
    assert {path(route, language) for route in PAGES} <= reached
    assert {"/safeguards.json", "/files/trust.json", f"/files/{published.VERIFIER}"} <= reached
