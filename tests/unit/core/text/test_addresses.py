"""How much of a listed place's address is said: no more than the list's entry names (R-LEG-30, R-DPA-8; issue 19)."""

import pytest

from offmon.core.text.addresses import as_listed


@pytest.mark.parametrize(
    ("what", "entry", "url", "said"),
    [
        ("a host", "listed.example", "https://listed.example/", "https://listed.example"),
        ("its path", "listed.example", "https://listed.example/a/b", "https://listed.example"),
        ("its query", "listed.example", "https://listed.example?a=b", "https://listed.example"),
        ("its fragment", "listed.example", "https://listed.example/#a", "https://listed.example"),
        ("its port", "listed.example", "http://listed.example:8080/", "http://listed.example"),
        ("user name and password", "listed.example", "https://sam:secret@listed.example/", "https://listed.example"),
        ("a host below it", "listed.example", "https://a.b.listed.example/x", "https://a.b.listed.example"),
        ("another spelling", "LISTED.example.", "HTTPS:\\\\Listed%2Eexample\\a", "https://listed.example"),
        ("beyond ASCII", "bücher.example", "http://BÜCHER.example/a", "http://xn--bcher-kva.example"),
        ("its source", "listed.example", "view-source:http://listed.example/a", "http://listed.example"),
        ("a path", "listed.example/a", "https://listed.example/a", "https://listed.example/a"),
        (
            "what lies below the path",
            "listed.example/a/b",
            "https://listed.example/a/b/c?d#e",
            "https://listed.example/a/b",
        ),
        (
            "a path in another spelling",
            "listed.example/%61%2fb/",
            "https://listed.example//a%2Fb/c",
            "https://listed.example/a%2Fb",
        ),
        ("parameters in the path", "listed.example/a", "https://listed.example/a;id=1/b", "https://listed.example"),
        ("a path beside it", "listed.example/a/b", "https://listed.example/a/c", "https://listed.example/a"),
        ("a path that only begins so", "listed.example/a", "https://listed.example/ab", "https://listed.example"),
        ("another site", "listed.example", "https://unlisted.example/", ""),
        ("a site that only ends so", "listed.example", "https://notlisted.example/", ""),
        ("the site above it", "a.listed.example", "https://listed.example/", ""),
        ("no web page", "listed.example", "file:///listed.example", ""),
        ("a host alone", "listed.example", "listed.example", ""),
        ("no entry", "", "https://listed.example/", ""),
        ("no address", "listed.example", "", ""),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_said_of_a_listed_place(what: str, entry: str, url: str, said: str) -> None:
    assert as_listed(url, entry) == said
    assert as_listed(said, entry) == said
