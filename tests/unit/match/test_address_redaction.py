"""What an address loses before it is kept: secrets and payments that it names itself (R-LEG-30, issue 3)."""

import pytest

from offmon.match.address_redaction import kept_address
from offmon.match.pages import ENGINES

AT = "https://listed.example/login"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("?user=sam&password=hunter2", "?user=sam&password="),
        ("?name=Sam&card=4000000000000000&expiry=1229&cvc=123", "?name=Sam&card=&expiry=&cvc="),
        ("?PassWord=x&b=1&password=y&password=", "?PassWord=&b=1&password=&password="),
        (
            "?p%61ssw%6Frd=x&user%5Bpassword%5D=y&a=%26password%3D",
            "?p%61ssw%6Frd=&user%5Bpassword%5D=&a=%26password%3D",
        ),
        ("?a=1;password=hun;ter2;b=2&c;d=e", "?a=1;password=;b=2&c;d=e"),
        ("?password=a?b;c;&d=1", "?password=&d=1"),
        ("?password=a=b&c==d", "?password=&c==d"),
        ("?next=/login?token=x&y=1", "?next=/login?token=&y=1"),
        (";jsessionid=1A;v=2/a;b?c=d", ";jsessionid=;v=2/a;b?c=d"),
        ("?userPin=1&PINCode=2&user_pin=3&pin=4&new+pass=5", "?userPin=&PINCode=&user_pin=&pin=&new+pass="),
        (
            "?sid=1&PHPSESSID=2&access_token=3&id.token=4&auth=5&otp=6",
            "?sid=&PHPSESSID=&access_token=&id.token=&auth=&otp=",
        ),
        (
            "?cc-number=1&cardNo=2&cvv2=3&exp_month=4&iban=5&account_number=6&sort-code=7",
            "?cc-number=&cardNo=&cvv2=&exp_month=&iban=&account_number=&sort-code=",
        ),
        ("?cyfrinair=x&iaith=cy", "?cyfrinair=&iaith=cy"),
        ("#password=x", ""),
    ],
)
def test_of_what_an_address_names_as_a_secret_or_a_payment_the_name_alone_is_kept(sent: str, kept: str) -> None:
    assert kept_address(f"{AT}{sent}") == f"{AT}{kept}"


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "?",
        "?hunter2",
        "?&;?==",
        "?author=a&compass=b&shopping=c&postcard=d&passengers=e&spin=f&cc=gb&explain=g&inside=h&footpath=i&key=j",
        "?q=my+password+is+hunter2&password",
        "/password=x/token",
        "?%ff%=x&%=y&é=z",
    ],
)
def test_all_else_of_an_address_is_kept_as_it_stands(sent: str) -> None:
    assert kept_address(f"{AT}{sent}") == f"{AT}{sent}"


def test_what_was_searched_for_is_kept() -> None:
    """The notice says so: every word of it stands in the record."""
    for engine in ENGINES:
        url = f"https://{engine.hosts[0]}/{'/'.join(engine.path)}?{'&'.join(f'{n}=a' for n in (engine.term, *engine.more))}"
        assert kept_address(url) == url


@pytest.mark.parametrize(
    "part", ["a", "=", "?", "&", ";", "a;", "?a", ";=", "pass=", "%70", "%", "A", "\ud800", "é", "/"]
)
def test_much_of_one_thing_is_no_trouble(part: str) -> None:
    much = part * (100_000 // len(part))  # work that grew as its square would take minutes
    for url in (much, f"{AT}{much}", f"{AT}?{much}", f"{AT}?password={much}", f"{AT};{much}=x", f"{AT}?{much}=x"):
        kept_address(url)


def test_of_what_else_an_engine_puts_into_its_address_the_names_alone_are_kept() -> None:
    """It repeats what was typed before, plain and encoded."""
    sent = "https://www.google.com/search?q=pie&oq=samaritans&gs_lp=EgxzYW1hcml0YW5z&udm=2&as_q=b&%6Fq=c"
    assert kept_address(sent) == "https://www.google.com/search?q=pie&oq=&gs_lp=&udm=2&as_q=b&%6Fq="
    assert kept_address("https://www.bing.com/search?q=pie&pq=x") == "https://www.bing.com/search?q=pie&pq="
    assert kept_address("https://listed.example/search?q=pie&pq=x") == "https://listed.example/search?q=pie&pq=x"
