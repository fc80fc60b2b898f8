"""The real agent process, in the person's own account, under a real display, against an ingest that checks every signature."""

import os
import secrets
import shutil

import pytest

from offmon.agent.sources.frames import MAX_FRAMES
from offmon.core.formats.event import GapReason
from tests.integration.agent.devices import AGENT_UID, Device, await_true, device, raw_line
from tests.integration.agent.page_marks import PageMarks


def page(url: str, title: str = "A page", **more: object) -> dict[str, object]:
    return {"url": url, "title": title, **more}


def test_of_twenty_pages_of_known_truth_exactly_the_listed_ones_arrive(person: Device, marks: PageMarks) -> None:
    marker = marks.head
    listed = {
        "https://listed.example/": "https://listed.example",
        "https://www.listed.example/a?b=c": "https://www.listed.example",
        "http://LISTED.example:8080/x": "http://listed.example",
        "https://big.example/forum/thread/1": "https://big.example/forum",  # the list names so much of the path
        "https://listed.example./again": "https://listed.example",
    }
    unlisted = [
        f"https://notlisted.example/{marker}",
        f"https://listed.example.evil.invalid/{marker}",
        f"https://big.example/forums/{marker}",
        "https://big.example/",
        "about:blank",
        "file:///home/someone/listed.example",
        f"https://other.invalid/?u=https://listed.example/{marker}",
        "not a url",
    ]
    excluded = [
        f"https://helpline.example/{marker}",
        f"https://sub.helpline.example/?q={marker}",
        f"https://www.google.co.uk/search?q=crisis+line+{marker}",
        f"https://helpline.example:8443/#{marker}",
        f"https://user:{marker}@helpline.example/",
        f"https://HELPLINE.example/{marker}",
        f"https://duckduckgo.com/?q=Crisis%20Line+{marker}",
    ]
    person.start()
    barred = [page(url, f"title {marks.title}", text=f"text {marks.body}") for url in (*excluded, *unlisted)]
    told = [url.replace("http://", f"http://user:{marks.body}@") for url in listed]  # a password, which goes no further
    pages = [*barred, *(page(url) for url in told)]
    assert len(pages) == 20
    wanted = person.tell(*pages)
    assert wanted == [False] * 20
    await_true(lambda: len(person.ingest.disclosures()) >= len(listed))
    peak = person.peak_kib()
    results = page(f"https://www.google.com/search?q={marker}", marks.title, text=f"purple elephant {marks.body}")
    assert person.tell(results) == [False]  # no list of phrases may use it
    said = person.stop()
    assert sorted(map(str, person.disclosed())) == sorted(listed.values())
    assert {body.title for _, body in person.ingest.disclosures()} == {None}
    assert {envelope.claim.rule for envelope, _ in person.ingest.disclosures()} == {"listed-1", "forum-1"}
    assert (person.gaps(GapReason.QUARANTINED), said) == ([], "")
    marks.assert_nowhere()
    print(f"peak RSS of the agent: {peak} KiB")  # noqa: T201 - a figure for whoever runs it with -s


def test_nothing_in_clear_lies_in_the_home_folder_which_is_the_persons_alone(person: Device) -> None:
    marker = secrets.token_hex(12)
    person.start()
    owner = (person.home / "pages.sock").stat()
    assert owner.st_uid == (AGENT_UID if os.geteuid() == 0 else os.geteuid())
    assert owner.st_mode & 0o777 == 0o600
    assert person.home.stat().st_mode & 0o777 == 0o700
    person.tell(page(f"https://listed.example/{marker}", marker))
    await_true(lambda: len(person.ingest.disclosures()) == 1)
    person.stop()
    assert [path for path, data in person.files() if marker.encode() in data] == []


def test_poison_of_an_excluded_place_yields_nothing_and_other_is_quarantined_once_and_never_jams(
    person: Device, marks: PageMarks
) -> None:
    person.start(heartbeat_s=1)
    before, beats = len(person.ingest.leaves()), person.ingest.heartbeats
    excluded = f"https://helpline.example/{marks.head}"
    person.tell(page(f"{excluded}\0"), page(excluded + "x" * 1_000_000))
    await_true(lambda: person.ingest.heartbeats >= beats + 5)  # a checkpoint goes all the same
    assert (len(person.ingest.leaves()), person.ingest.unasked) == (before, [])
    poison = [
        page(f"https://listed.example/{marks.head}\0"),
        page(f"https://listed.example/{marks.head}-half-\ud800-a-pair"),
        page(f"https://listed.example/{marks.head}" + "x" * 1_000_000),
        page("https://listed.example/", within=[f"https://other.example/{marks.head}" + "y" * 1_000_000]),
    ]
    person.tell(*poison)
    person.tell(page("https://after.listed.example"))
    await_true(lambda: person.quarantined() > 0)
    await_true(lambda: len(person.ingest.disclosures()) == 1)
    person.stop()
    assert person.quarantined() == len(poison)
    marks.assert_nowhere()


def test_of_ten_thousand_frames_those_past_the_limit_are_quarantined_once_and_never_jam(
    person: Device, marks: PageMarks
) -> None:
    person.start()
    around = [f"https://other.example/{marks.head}"]
    frames = [page(f"https://notlisted.example/{marks.head}/{n}", within=around) for n in range(10_000)]
    frames[0] = page("https://first.listed.example", within=around)
    frames[-1] = page("https://last.listed.example", within=around)
    person.tell(*frames, page("https://after.listed.example"))
    await_true(lambda: len(person.ingest.disclosures()) == 2)
    assert person.stop() == ""
    assert person.disclosed() == ["https://first.listed.example", "https://after.listed.example"]
    assert person.quarantined() == len(frames) - MAX_FRAMES
    marks.assert_nowhere()


def test_two_pages_whose_frames_come_in_turn_have_no_more_of_them_each(person: Device, marks: PageMarks) -> None:
    person.start()
    turns = [
        page(f"https://{host}.example/{marks.head}/{n}", within=[f"https://{host}.example/{marks.head}"])
        for n in range(2 * MAX_FRAMES)
        for host in ("notlisted", "other")
    ]
    turns[0]["url"] = turns[-1]["url"] = "https://listed.example/"
    person.tell(*turns, page("https://after.listed.example"))
    await_true(lambda: len(person.ingest.disclosures()) == 2)
    assert person.stop() == ""
    assert person.disclosed() == ["https://listed.example", "https://after.listed.example"]
    assert person.quarantined() == 2 * MAX_FRAMES
    marks.assert_nowhere()


def test_what_stands_too_deep_in_frames_is_quarantined_once_and_the_talk_goes_on(
    person: Device, marks: PageMarks
) -> None:
    person.start()
    long = f"https://other.example/?{marks.head}" + "x" * 32_000
    deep = [page("https://deep.listed.example", within=[f"https://other.example/{marks.head}"] * 51)]
    much = [page("https://much.listed.example", within=[long] * n) for n in (5, 50, 100)]
    around = [long] * 100 + [f"https://helpline.example/{marks.head}"]
    excluded = page(f"https://listed.example/{marks.head}", within=around)
    person.tell(*deep, *much, excluded, page("https://after.listed.example"))  # over one connection
    await_true(lambda: person.disclosed() == ["https://after.listed.example"])
    person.stop()
    assert person.quarantined() == 4
    marks.assert_nowhere()


def test_a_folder_that_is_put_back_goes_on_and_says_what_it_does_not_know(person: Device) -> None:
    """Stopped, copied, started; a leaf arrives; stopped, put back, started: it delivered nothing ever again (issue 13)."""
    copy = person.folder / "copy"
    person.start()
    person.tell(page("https://listed.example/1"))
    await_true(lambda: len(person.ingest.disclosures()) == 1)
    person.stop()
    shutil.copytree(person.home, copy, ignore=shutil.ignore_patterns("*.sock"))
    person.start()
    person.tell(page("https://listed.example/2"))
    await_true(lambda: len(person.ingest.disclosures()) == 2)
    person.stop()
    for file in copy.iterdir():
        shutil.copyfile(file, person.home / file.name)
    person.start()
    await_true(lambda: len(person.ingest.journals) == 2)
    person.tell(page("https://listed.example/3"), page("https://listed.example/4"))
    await_true(lambda: len(person.ingest.disclosures()) == 4)
    assert {GapReason.NEW_EPOCH, GapReason.STORE_DAMAGED} <= {gap.reason for gap in person.ingest.gaps()}


def test_nonsense_ends_the_talk_and_is_declared_once(person: Device, marks: PageMarks) -> None:
    person.start()
    assert person.say(b"\xff\xfe not json\n", b'{"url": "https://listed.example/"}\n') == b""
    assert person.say(f'{{"url": "https://listed.example/{marks.head}", "command": "rm"}}\n'.encode()) == b""
    assert person.say(f'{{"text": "never asked for {marks.body}"}}\n'.encode()) == b""
    await_true(lambda: sum(gap.lost or 0 for gap in person.ingest.gaps()) == 3)
    assert person.ingest.disclosures() == []
    marks.assert_nowhere()


def test_a_page_that_claims_another_time_than_now_or_comes_from_another_account_is_not_taken(
    person: Device, marks: PageMarks
) -> None:
    person.start()
    if os.geteuid() == 0:  # only root can be another account than the agent's
        told = f'{{"url": "https://listed.example/{marks.head}"}}\n'.encode()
        assert raw_line(person.home / "pages.sock", told) == b""
        assert person.ingest.gaps() == []
    wrong = (page(f"https://listed.example/{marks.head}", at=at_ms) for at_ms in (0, 4_000_000_000_000))
    person.tell(*wrong, page("https://listed.example/now"))
    await_true(lambda: len(person.ingest.disclosures()) == 1)
    marks.assert_nowhere()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start an agent as root")
def test_root_is_refused_as_the_account(person: Device) -> None:
    person.as_root = True
    status, said = person.call("run", "--home", str(person.folder / "roots"), "--server", person.url)
    assert (status, "[root]" in said) == (1, True)


def test_without_a_display_it_collects_nothing_and_says_what_helps(person: Device) -> None:
    person.display = None
    status, said = person.call("run", "--home", str(person.home), "--server", person.url)
    assert status == 3
    assert "xvfb-run" in said
    assert person.ingest.journals == {}


def test_a_server_that_the_code_does_not_name_gets_no_device(screen: str) -> None:
    with device(screen) as honest, device(screen) as stranger:
        honest.url = stranger.url
        stranger.ingest.secret = honest.ingest.secret
        status, said = honest.enrol()
        assert (status, "[other-root]" in said) == (1, True)
        assert honest.call("run", "--home", str(honest.home), "--server", honest.url)[0] == 1


def test_what_is_new_waits_for_no_heartbeat_and_status_says_what_is_monitored_and_nothing_of_what_was_sent(
    person: Device,
) -> None:
    assert "Nothing is monitored" in person.call("status", "--home", str(person.home))[1]
    person.start(heartbeat_s=3600)
    person.tell(page("https://listed.example/1"))
    await_true(lambda: len(person.ingest.disclosures()) == 1)
    person.stop()
    await_true(lambda: len(person.ingest.notes()) == 2)
    said = person.call("status", "--home", str(person.home))[1]
    assert "visits to sites that are on a list" in said
    assert "ymweliadau â safleoedd sydd ar restr" in said  # the session's locale says neither language
    assert "1" not in said.partition("all monitoring ends")[0]
