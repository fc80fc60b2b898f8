"""A site's published figures are judged by our own clock, and nothing else of them is believed (issue 3)."""

import io
import json
import sys

import pytest

from offmon.assure import app
from offmon.assure.app import TYPE, as_json, figures, main, read, text
from offmon.core.ids import Ms
from offmon.core.public.assurance import FRESH_MS, PROMISES, Control, ControlStanding, judge

NOW = Ms(1_800_000_000_000)


def published(standing: str = "holds", at: int = NOW) -> bytes:
    looks = {control: {"standing": standing, "at": at} for control in Control}
    return json.dumps({"type": TYPE, "at": NOW, "looks": looks}).encode()


def test_a_site_all_of_whose_controls_hold_keeps_every_promise() -> None:
    looks = read(published())
    assert {judge(promise, looks, NOW).standing for promise in PROMISES} == {ControlStanding.HOLDS}


def test_looks_that_stand_still_are_stale_whatever_the_site_says() -> None:
    looks = read(published(at=NOW - FRESH_MS - 1))
    assert {judge(promise, looks, NOW).standing for promise in PROMISES} == {ControlStanding.STALE}


@pytest.mark.parametrize(
    ("document", "status"),
    [
        (published(), 0),
        (published("not-held"), 0),
        (published("nothing-yet"), 0),
        (published("fails"), 1),
        (published(at=NOW - FRESH_MS - 1), 1),
    ],
)
def test_it_ends_with_1_where_something_is_broken_or_stale(
    document: bytes, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "_fetch", lambda _: document)
    monkeypatch.setattr(app, "now", lambda: NOW)
    assert main(["http://www.invalid"]) == status


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"type":"offmon/trust@1"}',
        b'{"type":"offmon/assurance@1","looks":[]}',
        b'{"type":"offmon/assurance@1","looks":{"no-such-control":{"standing":"holds","at":1}}}',
        b'{"type":"offmon/assurance@1","looks":{"doors":{"standing":"wonderful","at":1}}}',
        b'{"type":"offmon/assurance@1","looks":{"doors":{"standing":"holds"}}}',
        b'{"type":"offmon/assurance@1","looks":{"doors":{"standing":"holds","at":1,"paper":{"issuer":"x"}}}}',
        b'{"type":"offmon/assurance@1","looks":{"doors":{"standing":"holds","at":1,"paper":7}}}',
        b"[" * 200_000,
        b'{"type":"offmon/assurance@1","looks":{"doors":{"standing":"holds","at":Infinity}}}',
        b'{"type":"offmon/assurance@1","looks":{"doors":{"standing":"holds","at":1000000000000000000}}}',
        b'{"type":"offmon/assurance@1","looks":{"doors":{"standing":"holds","at":-1}}}',
        b'{"type":"offmon/assurance@1","looks":{"doors":{"standing":[],"at":1}}}',
        b'{"type":"offmon/assurance@1","looks":{"doors":{"standing":"holds","at":1,"figure":[[]]}}}',
        b'{"type":"offmon/assurance@1","looks":{"doors":{"standing":"holds","at":1,"paper":{"issuer":[],"until":1}}}}',
        b'{"type":"offmon/assurance@1","looks":{"doors":{"standing":"holds","at":1,"paper":{"issuer":"x","until":1e300}}}}',
    ],
)
def test_anything_else_is_no_answer_and_breaks_no_promise(
    document: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(app, "_fetch", lambda _: document)
    assert main(["http://www.invalid"]) == 2
    assert "no-assurance" in capsys.readouterr().err


def test_a_line_names_the_promise_its_controls_and_the_time() -> None:
    said = text(judge(PROMISES[0], read(published("fails")), NOW), {})
    assert said.startswith("BROKEN    It is there to keep people safe")
    by = "by authority (broken), decided-by-people (broken), roles (broken)"
    assert f"{by}; last looked at 2027-01-15T08:00:00.000Z" in said


def test_the_figures_are_those_of_the_page_and_a_papers_issuer_and_end_are_said() -> None:
    paper = {"issuer": "An invented body\x1b[2J", "until": NOW}
    looks: dict[str, object] = {"paper-iwf": {"standing": "holds", "at": NOW, "figure": None, "paper": paper}}
    looks |= {"authority": {"standing": "holds", "at": NOW, "figure": "<10", "paper": None}}
    looks |= {"decided-by-people": {"standing": "fails", "at": NOW, "figure": None, "paper": None}}
    document = json.dumps({"type": TYPE, "at": NOW, "looks": looks}).encode()
    seen, shown = [judge(promise, read(document), NOW) for promise in PROMISES], figures(document)
    by_slug = {str(one.promise.slug): text(one, shown) for one in seen}
    assert "by authority (<10), decided-by-people (broken), roles;" in by_slug["purpose"]
    assert "held from An invented body" in by_slug["watch-foundation"]
    assert "until 2027-01-15T08:00:00.000Z" in by_slug["watch-foundation"]
    assert "\x1b" not in by_slug["watch-foundation"]
    docs = {doc["promise"]["slug"]: doc for doc in json.loads(as_json(seen, shown))}
    assert all(set(doc["words"]) == {"text", "how", "behind", "shown", "check"} for doc in docs.values())
    assert [look["figure"] for look in docs["purpose"]["looks"]] == ["<10", None]
    assert docs["watch-foundation"]["looks"][0]["paper"] == paper


@pytest.mark.parametrize(
    "address",
    [
        *("", "www.example", "ftp://www.example/", "http://", "http://[", "http://www.invalid:99999/", "http://a\0b/"),
        *(f"http://{'a' * 70}.invalid/", "http://\udcff.invalid/"),
    ],
)
def test_an_address_that_is_none_is_said_so(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([address]) == 2
    assert "no-address" in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["ascii", "cp437"])
def test_a_terminal_without_a_letter_still_gets_its_answer(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    monkeypatch.setattr(app, "_fetch", lambda _: published())
    monkeypatch.setattr(app, "now", lambda: NOW)
    monkeypatch.setattr(app, "translate", lambda *_: "What a person’s device keeps")
    assert main(["http://www.invalid"]) == 0
    sys.stdout.flush()
    assert rb"a person\u2019s device" in raw.getvalue()
