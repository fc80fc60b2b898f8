"""A signed request with any changed part is refused (RFC 9421, RFC 9530)."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from offmon.core.formats import httpsig
from offmon.core.formats.httpsig import MAX_LIFE_S, Message, content_digest
from offmon.core.formats.keys import PublicKey
from tests.prove.markers import proves
from tests.unit.core.samples import NOW, code_of, key

KEY = key("device.invalid/one")
MESSAGE = Message("POST", "https://ingest.invalid/v1/batches", b'{"type":"offmon/batch@1"}')
NONCE = "0f" * 16
HEADERS = httpsig.sign(MESSAGE, KEY, NOW, NONCE)


def refused(
    message: Message = MESSAGE, by: PublicKey = KEY.public, changed: Mapping[str, str] | None = None
) -> str | None:
    """The code with which the request is refused, as ingest reads it."""
    headers = HEADERS | dict(changed or {})

    def read() -> None:
        given = httpsig.parse(headers["Signature-Input"])
        httpsig.check(message, headers["Content-Digest"], given, headers["Signature"], by)

    return code_of(read)


def test_an_honest_request_is_read() -> None:
    assert refused() is None
    given = httpsig.parse(HEADERS["Signature-Input"])
    assert (given.created, given.expires, given.nonce) == (NOW // 1000, NOW // 1000 + MAX_LIFE_S, NONCE)
    assert given.keyid == KEY.public.keyid


@pytest.mark.parametrize(
    "message",
    [
        replace(MESSAGE, method="PUT"),
        replace(MESSAGE, method="post"),
        replace(MESSAGE, uri="https://ingest.invalid/v1/enrol"),
        replace(MESSAGE, uri="https://ingest.invalid/v1/batches?a"),
        replace(MESSAGE, uri="http://ingest.invalid/v1/batches"),
        replace(MESSAGE, uri="https://other.invalid/v1/batches"),
        replace(MESSAGE, body=MESSAGE.body + b" "),
        replace(MESSAGE, body=b""),
    ],
)
@proves("S14", httpsig.check, disabled=lambda message, digest, given, signature, key: None)
def test_another_request_is_refused(message: Message) -> None:
    assert refused(message) == "bad-signature"
    assert refused(message, changed={"Content-Digest": content_digest(message.body)}) == "bad-signature"


@pytest.mark.parametrize("header", sorted(HEADERS))
def test_no_character_of_a_header_can_be_changed(header: str) -> None:
    honest = HEADERS[header]
    for index, char in enumerate(honest):
        for other in {"0", "A", "b", " ", "=", chr(ord(char) ^ 1)} - {char}:
            spoiled = honest[:index] + other + honest[index + 1 :]
            assert refused(changed={header: spoiled}) is not None, spoiled
        assert refused(changed={header: honest[:index] + honest[index + 1 :]}) is not None
    for longer in (honest + " ", " " + honest, honest + "," + honest, honest + ";x", honest + "\n", ""):
        assert refused(changed={header: longer}) is not None


PARTS = re.fullmatch(
    r"sig1=\((.*)\);(created=.*);(expires=.*);(nonce=.*);(keyid=.*);(alg=.*);(tag=.*)", HEADERS["Signature-Input"]
)


@pytest.mark.parametrize("dropped", range(6))
def test_no_parameter_can_be_dropped_or_moved(dropped: int) -> None:
    assert PARTS is not None
    covered, *parts = PARTS.groups()
    without = parts[:dropped] + parts[dropped + 1 :]
    moved = [parts[dropped], *without] if dropped else [*without, parts[0]]
    for chosen in (without, moved, [*parts, parts[dropped]]):
        assert refused(changed={"Signature-Input": f"sig1=({covered});" + ";".join(chosen)}) == "unsigned"


@pytest.mark.parametrize("covered", ['"@method" "@target-uri"', '"@target-uri" "@method" "content-digest"', ""])
def test_all_three_components_are_covered_in_their_order(covered: str) -> None:
    spoiled = HEADERS["Signature-Input"].replace('"@method" "@target-uri" "content-digest"', covered)
    assert refused(changed={"Signature-Input": spoiled}) == "unsigned"


def test_a_number_has_one_spelling() -> None:
    created = str(NOW // 1000)
    arabic = created.translate({ord("0") + n: chr(0x660 + n) for n in range(10)})
    for other in ("0" + created, arabic, "+" + created, created + ".0"):
        spoiled = HEADERS["Signature-Input"].replace(f"created={created}", f"created={other}")
        assert refused(changed={"Signature-Input": spoiled}) == "unsigned"


@pytest.mark.parametrize("life", [0, -1, MAX_LIFE_S + 1])
def test_a_signature_lives_five_minutes_at_most(life: int) -> None:
    created = NOW // 1000
    spoiled = HEADERS["Signature-Input"].replace(f"expires={created + MAX_LIFE_S}", f"expires={created + life}")
    assert refused(changed={"Signature-Input": spoiled}) == "unsigned"


def test_another_key_or_name_does_not_hold() -> None:
    assert refused(by=key("device.invalid/two").public) == "bad-signature"
    assert refused(by=replace(KEY.public, name="device.invalid/two")) == "bad-signature"


def test_no_line_of_the_base_can_be_slipped_in() -> None:
    """Two requests that differ must never have one signature base."""
    split = '\n"@target-uri": '
    one = Message("POST", "https://a.invalid/" + split + "https://b.invalid/", b"")
    two = Message("POST" + split + "https://a.invalid/", "https://b.invalid/", b"")
    for message in (one, two, replace(MESSAGE, uri="https://ingest.invalid/é"), replace(MESSAGE, uri="\ud800")):
        assert code_of(httpsig.sign, message, KEY, NOW, NONCE) == "unsigned"
        assert refused(message, changed={"Content-Digest": content_digest(message.body)}) == "bad-signature"
