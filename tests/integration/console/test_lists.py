"""Lists and the exclusion list through their pages: drafted, approved by another, paused, and unreadable (R-RGT-10, R-AI-1)."""

import html
import re
from dataclasses import replace
from datetime import date
from typing import Any, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from publicsuffixlist import PublicSuffixList

from offmon.core.access.roles import Role
from offmon.core.authority.bases import Basis
from offmon.core.authority.capability import Capability
from offmon.core.authority.lists import ListEntry
from offmon.core.errors import Malformed, Refused
from offmon.core.formats.event import Gravity
from offmon.core.formats.trust import KeyRole
from offmon.core.ids import Id, Slug
from offmon.core.log.audit import Verb
from offmon.core.states import ListState
from offmon.server.base.policies import Process
from offmon.server.deployments.actions import do_sign_profile
from offmon.server.detectors import entries, queries
from offmon.server.detectors.actions import do_approve, do_draft_list, do_sign
from offmon.server.detectors.entries import MAX_ENTRIES, MAX_LINE, Changed, changed
from tests.integration.console.office import Office, send, sign_in, sign_in_name
from tests.integration.console.test_acts import day, errors, the_id
from tests.prove.markers import proves
from tests.support import accounts
from tests.support.story import ENTRIES, a_list
from tests.unit.server.faces.matrix import Whose


def given(**other: object) -> dict[str, object]:
    """A list as an officer fills it in."""
    whole: dict[str, object] = {
        "called": "forums",
        "kind": "site",
        "why": "Forums on which adults meet children.",
        "bases": [Basis.SHPO_SC.value],
        "offence_types": ["contact_online", "iioc"],
        "sensitive": "no",
        **day("since", date(2026, 1, 15)),
        "entries": "forum-1, forum.invalid/chat, high\r\n\r\nforum-2, other.invalid, urgent\r\n",
    }
    return whole | other


def version(office: Office, row: str) -> queries.ListView:
    found = queries.list_version(Id(row), actor=office.story.officer)
    assert found is not None
    return found


def live(office: Office) -> str:
    """The row of the story's list of sites."""
    looking, _ = queries.register(actor=office.story.officer)
    return next(line.id for line in looking if line.name.startswith("site-list"))


def next_version(office: Office, *entries: ListEntry) -> str:
    return do_draft_list(a_list(Capability.SITE, *entries, version=2), actor=office.story.officer)


def sign(office: Office, row: str) -> None:
    with office.story.running(Process.SIGNER):
        do_sign(Id(row), office.story.keys[KeyRole.LIST], actor=office.story.signer)


def text_of(answer: Any) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.content.decode()))


def test_a_list_is_drafted_by_one_and_approved_by_another(office: Office) -> None:
    officer, supervisor = sign_in("officer"), sign_in("supervisor")
    row = the_id(send(officer, "/lists/new/", **given()), "lists")
    view = version(office, row)
    assert [(one.rule, one.pattern, one.gravity) for one in view.entries] == [
        ("forum-1", "forum.invalid/chat", Gravity.HIGH),
        ("forum-2", "other.invalid", Gravity.URGENT),
    ]
    assert view.line.declared is not None
    assert view.line.declared.offence_types == ("contact_online", "iioc")
    assert (view.line.name, view.line.state) == ("forums@1", ListState.DRAFT)
    page = text_of(officer.get(f"/lists/{row}/"))
    assert "waiting for a colleague’s approval" in page
    assert "Forums on which adults meet children." in page
    assert send(supervisor, f"/lists/{row}/approve/").status_code == 302
    assert version(office, row).line.state is ListState.APPROVED
    sign(office, row)
    assert version(office, row).line.state is ListState.LIVE
    assert "forums" in {
        declared.ref.name.partition("@")[0] for declared in queries.choosable(actor=office.story.officer)
    }
    verbs = [entry.verb for entry in office.story.entries(Verb.LIST_DRAFTED, Verb.LIST_APPROVED, Verb.LIST_PUBLISHED)]
    assert verbs[-3:] == [Verb.LIST_DRAFTED, Verb.LIST_APPROVED, Verb.LIST_PUBLISHED]


def test_a_heading_is_left_out_and_the_officer_is_told(office: Office) -> None:
    officer = sign_in("officer")
    for n, heading in enumerate(["host,label", "Name, Site, Gravity", '"name","what","gravity"', "label,url,severity"]):
        entries = f"\r\n{heading}\r\nforum-1, https://forum.invalid/chat, high"
        answer = send(officer, "/lists/new/", **given(entries=entries, called=f"forums-{n}"))
        row = the_id(answer, "lists")
        assert [(one.rule, one.pattern) for one in version(office, row).entries] == [("forum-1", "forum.invalid/chat")]
        assert f"The heading “{heading}” was left out." in html.unescape(text_of(officer.get(answer["Location"])))
        assert "was left out" not in text_of(officer.get(answer["Location"]))


def test_an_address_is_listed_without_its_scheme_and_a_phrase_as_it_is(office: Office) -> None:
    officer = sign_in("officer")
    sites = "a, https://a.invalid/, high\r\nb, HTTP://b.invalid/chat, high"
    row = the_id(send(officer, "/lists/new/", **given(entries=sites)), "lists")
    assert [one.pattern for one in version(office, row).entries] == ["a.invalid/", "b.invalid/chat"]
    phrases = given(called="words", kind="phrase", entries="a, https://a.invalid, high")
    row = the_id(send(officer, "/lists/new/", **phrases), "lists")
    assert [one.pattern for one in version(office, row).entries] == ["https://a.invalid"]


def test_a_heading_and_a_scheme_are_left_out_of_the_exclusions_too(office: Office) -> None:
    officer = sign_in("officer")
    more = {
        "hosts": "Host\r\nhttps://helpline.invalid\r\nhttp://clinic.invalid/help",
        "intents": "crisis line",
        "why": "",
    }
    answer = send(officer, "/lists/exclusions/new/", **more)
    assert "The heading “Host” was left out." in text_of(officer.get(answer["Location"]))
    found = queries.exclusions_version(Id(the_id(answer, "exclusions")), actor=office.story.officer)
    assert found is not None
    assert found.exclusions.hosts == ("helpline.invalid", "clinic.invalid/help")
    labelled = more | {"hosts": "host,label\r\nhelpline.invalid,Helpline"}
    assert "Line 2: Enter one web address a line, without a comma" in errors(
        send(officer, "/lists/exclusions/new/", **labelled)
    )


def test_who_drafted_does_not_approve(office: Office) -> None:
    row = next_version(office, ENTRIES[Capability.SITE])
    accounts.change(office.story.database, office.story.officer.id, role=Role.SUPERVISOR)
    browser = sign_in("officer")
    assert "a colleague must approve it" in text_of(browser.get(f"/lists/{row}/approve/"))
    browser.handler.enforce_csrf_checks = False
    answer = browser.post(f"/lists/{row}/approve/", {"sent": "outright"})
    assert "needs a second person" in errors(cast("HttpResponse", answer))
    assert version(office, row).line.state is ListState.DRAFT


def test_the_approver_sees_what_changes(office: Office) -> None:
    [old] = version(office, live(office)).entries
    regraded = ListEntry(old.rule, "elsewhere.invalid", Gravity.URGENT)
    draft = a_list(Capability.SITE, regraded, ListEntry(Slug("added"), "added.invalid", Gravity.STANDARD), version=2)
    row = do_draft_list(replace(draft, offence_types=(*draft.offence_types, Slug("iioc"))), actor=office.story.officer)
    page = text_of(sign_in("supervisor").get(f"/lists/{row}/approve/"))
    assert "Changes since site-list@1" in page
    assert "1 added, 0 removed, 1 regraded, 1 reworded; 2 in all" in page
    assert "listed.invalid elsewhere.invalid" in page
    assert "added.invalid" in page
    assert (
        "Sexual communication with a child online, Indecent images of children Before: Sexual communication with a child online"
        in page
    )
    assert page.count("Before:") == 1


def test_the_next_version_begins_as_the_one_before_and_takes_its_place_when_signed(office: Office) -> None:
    officer, before = sign_in("officer"), live(office)
    page = officer.get(f"/lists/{before}/next/").content.decode()
    assert "host, listed.invalid, high" in page
    more = given(entries="host, listed.invalid, high\r\nnew, new.invalid, standard", file="")
    row = the_id(send(officer, f"/lists/{before}/next/", **more), "lists")
    assert version(office, row).line.name == "site-list@2"
    assert version(office, before).line.state is ListState.LIVE
    do_approve(Id(row), actor=office.story.supervisor)
    sign(office, row)
    assert [version(office, one).line.state for one in (before, row)] == [ListState.REPLACED, ListState.LIVE]
    names = [one.ref.name for one in queries.choosable(actor=office.story.officer)]
    assert names == ["phrase-list@1", "site-list@2"]


def test_an_older_draft_is_never_approved(office: Office) -> None:
    first = next_version(office, ENTRIES[Capability.SITE])
    do_draft_list(a_list(Capability.SITE, ENTRIES[Capability.SITE], version=3), actor=office.story.officer)
    with pytest.raises(Refused, match="bad-move"):
        do_approve(Id(first), actor=office.story.supervisor)


def test_an_entry_that_is_a_public_suffix_by_now_is_not_approved(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(entries, "_suffixes", lambda: PublicSuffixList("com"))
        row = next_version(office, ListEntry(Slug("all"), "github.io", Gravity.HIGH))
    with pytest.raises(Malformed, match="Strangers have their sites below this name"):
        do_approve(Id(row), actor=office.story.supervisor)
    assert version(office, row).line.state is ListState.DRAFT


def test_a_version_follows_the_newest_and_goes_on_looking_for_the_same(office: Office) -> None:
    for other in (3, 1):
        with pytest.raises(Refused, match="other-version"):
            do_draft_list(a_list(Capability.SITE, ENTRIES[Capability.SITE], version=other), actor=office.story.officer)


@proves("S36", queries._in_use, disabled=lambda signed: [it for _, it in signed])
def test_a_paused_list_is_chosen_no_more_and_gives_no_next_profile(office: Office) -> None:
    story, row = office.story, live(office)
    supervisor = sign_in("supervisor")
    page = text_of(supervisor.get(f"/lists/{row}/pause/"))
    assert "at most 30 days" in page
    assert "Enter why it is paused" in errors(send(supervisor, f"/lists/{row}/pause/", reason=" "))
    answer = send(supervisor, f"/lists/{row}/pause/", reason="Too many false matches.")
    assert answer.status_code == 302
    assert version(office, row).line.state is ListState.PAUSED
    [entry] = story.entries(Verb.LIST_PAUSED)
    assert (entry.actor.id, entry.reason) == (story.supervisor.id, "Too many false matches.")
    assert [one.ref.name for one in queries.choosable(actor=story.officer)] == ["phrase-list@1"]
    officer = sign_in("officer")
    assert "Too many false matches." in text_of(officer.get(f"/lists/{row}/"))
    profile = story.ask_profile()
    with story.running(Process.SIGNER):
        do_sign_profile(profile, story.signing(), actor=story.signer)
    page = text_of(officer.get(f"/cases/{story.case}/monitoring/"))
    assert "refused by the signer, because a list that it names is paused, out of date, or not signed" in page


def test_what_cannot_be_read_is_said_by_its_line_and_nothing_is_lost(office: Office) -> None:
    officer = sign_in("officer")
    for typed, says in (
        ("", "Enter at least one entry"),
        ("one, listed.invalid", "Line 1: Enter a short name, the site and its gravity"),
        ("a, a.invalid, high\r\nb, b.invalid, dire", "Line 2: The gravity must be urgent, high or standard"),
        ("A B, a.invalid, high", "Line 1: A name has at most 64 small letters"),
        ("a, invalid, high", "Line 1: A site is listed as host or host/path, with at least two labels"),
        ("a, a.invalid, high\nb, co.uk/forum, high", "Line 2: Strangers have their sites below this name"),
        ("site,name,gravity\r\na, a.invalid, high", "Line 1: The columns are in another order"),
        ("a, a.invalid, high\r\nname, what, gravity", "Line 2: The gravity must be urgent"),
        ("name, what, gravity", "Enter at least one entry"),
        ("a, a.invalid, high\r\na, b.invalid, high", "Line 2: The same name is on line 1 already"),
        ("a, a.invalid, high\r\nb, A.INVALID., high", "Line 2: The same site is on line 1 already"),
        ("a, a.inv\x00alid, high", "Line 1: We cannot read a character in it"),
        ("a, a\ufffd.invalid, high", "Line 1: We cannot read a character in it"),
        ('a, "a.invalid, high', "Line 1: The quotation marks do not match"),
        (f"a, a.invalid, high\r\n{'x' * (MAX_LINE + 1)}", "Line 2: The line has 1,001 characters"),
    ):
        answer = send(officer, "/lists/new/", **given(entries=typed))
        assert says in errors(answer).replace("&quot;", '"'), typed
        page = answer.content.decode()
        assert "Forums on which adults meet children." in page
        assert 'value="forums"' in page
        [kept] = re.findall(r'<textarea[^>]*name="entries"[^>]*>(.*?)</textarea>', page, re.DOTALL)
        assert len(kept.strip()) >= len(typed.strip()), typed
    assert office.story.entries(Verb.LIST_DRAFTED)[3:] == []


def test_a_file_with_a_fault_is_shown_in_the_box_so_that_it_can_be_put_right(office: Office) -> None:
    file = SimpleUploadedFile(
        "list.csv", b"\xef\xbb\xbfname,what,gravity\r\na,a.invalid,high\r\nb,b.invalid,dire\r\n", "text/csv"
    )
    page = send(sign_in("officer"), "/lists/new/", **given(file=file, entries=""))
    assert "Line 3: The gravity must be" in errors(page)
    assert "b,b.invalid,dire" in page.content.decode()


def test_a_bad_file_is_refused_in_words(office: Office) -> None:
    officer = sign_in("officer")
    for data, says in (
        (b"a,a.invalid,high\nb,caf\xe9.invalid,high\n", "Line 2: This is not UTF-8"),
        (b"a,\xed\xa0\x80.invalid,high\n", "Line 1: This is not UTF-8"),
        (b"a,a.invalid,high\x00\n", "Line 1: We cannot read a character in it"),
        (b"x" * 1_000_000, "Line 1: The line has 1,000,000 characters"),
        (b"x" * ((1 << 20) + 1), "The file must be 1 MB or smaller"),
        (b"", "The file is empty"),
        (b"".join(b"a%d,a%d.invalid,high\n" % (n, n) for n in range(MAX_ENTRIES + 2)), "at most 10,000 entries"),
        (b"a,a.invalid,high\n" * (MAX_ENTRIES + 1), "9,975 more lines have errors"),
    ):
        page = send(officer, "/lists/new/", **given(file=SimpleUploadedFile("list.csv", data, "text/csv")))
        assert (page.status_code, says in page.content.decode()) == (200, True), says
    assert "forums@1" not in {line.name for line in queries.register(actor=office.story.officer)[0]}


def test_as_many_entries_as_a_list_may_have_are_drafted_and_shown_page_by_page(office: Office) -> None:
    data = b"name,what,gravity\n" + b"".join(b"a%d,a%d.invalid,high\n" % (n, n) for n in range(MAX_ENTRIES))
    browser = sign_in("officer")
    row = the_id(send(browser, "/lists/new/", **given(file=SimpleUploadedFile("l.csv", data, "text/csv"))), "lists")
    assert "a199.invalid" in browser.get(f"/lists/{row}/").content.decode()
    last = browser.get(f"/lists/{row}/?page=50").content.decode()
    assert "a9999.invalid" in last
    assert 'rel="next"' not in last
    assert "10000 entries" in browser.get("/lists/").content.decode()


@proves("S35", changed, disabled=lambda before, after: Changed((), ()))
def test_taking_something_out_of_the_exclusions_needs_a_reason_that_the_approver_sees_first(office: Office) -> None:
    officer, supervisor = sign_in("officer"), sign_in("supervisor")
    page = officer.get("/lists/exclusions/new/").content.decode()
    assert "helpline.invalid" in page
    taken = {"hosts": "solicitor.invalid", "intents": "crisis line", "why": ""}
    assert "Enter why entries are removed" in errors(send(officer, "/lists/exclusions/new/", **taken))
    row = the_id(send(officer, "/lists/exclusions/new/", **taken | {"why": "It closed down."}), "exclusions")
    page = text_of(supervisor.get(f"/lists/exclusions/{row}/approve/"))
    assert page.index("Removed") < page.index("It closed down.") < page.index("Added")
    assert page.index("helpline.invalid") < page.index("solicitor.invalid")
    assert send(supervisor, f"/lists/exclusions/{row}/approve/").status_code == 302
    sign(office, row)
    [line] = queries.register(actor=office.story.officer)[1]
    assert (line.name, line.state) == ("exclusions@2", ListState.LIVE)


def test_whoever_reads_drafts_or_approves_the_exclusions_is_told_who_receives_them(office: Office) -> None:
    """One list goes to every device in clear, so a person's own contact on it tells others who helps them (THREATS)."""
    officer, supervisor = sign_in("officer"), sign_in("supervisor")
    more = {"hosts": "helpline.invalid\r\nclinic.invalid", "intents": "crisis line", "why": ""}
    row = the_id(send(officer, "/lists/exclusions/new/", **more), "exclusions")
    pages = [
        officer.get("/lists/"),
        officer.get("/lists/exclusions/new/"),
        officer.get(f"/lists/exclusions/{row}/"),
        supervisor.get(f"/lists/exclusions/{row}/approve/"),
    ]
    for page in pages:
        said = " ".join(text_of(page).split())
        assert "Every supervised person’s device receives this list. Add only public addresses" in said
        assert "Never add one person’s own solicitor, doctor or faith contact" in said
    assert "Every supervised person’s device receives" not in text_of(officer.get("/lists/new/"))


def test_adding_to_the_exclusions_needs_no_reason(office: Office) -> None:
    more = {"hosts": "HELPLINE.invalid.\r\nsolicitor.invalid", "intents": "Crisis  line!", "why": ""}
    officer = sign_in("officer")
    answer = send(officer, "/lists/exclusions/new/", **more)
    assert answer.status_code == 302  # written otherwise is not taken out
    bad = {"hosts": "localhost\r\na.invalid\r\na.invalid", "intents": "…", "why": ""}
    said = errors(send(officer, "/lists/exclusions/new/", **bad))
    assert "Line 1: A site is listed as host" in said
    assert "Line 3: The same is on line 2 already" in said
    assert "Line 1: It contains no word." in said


def test_another_agencys_lists_are_not_there(office: Office) -> None:
    row = live(office)
    [never] = queries.register(actor=office.story.officer)[1]
    browser = sign_in(sign_in_name(Role.SUPERVISOR, Whose.ANOTHER_AGENCYS))
    assert "site-list" not in browser.get("/lists/").content.decode()
    for path in ("", "approve/", "pause/"):
        assert browser.get(f"/lists/{row}/{path}").status_code == 404
    assert browser.get(f"/lists/exclusions/{never.id}/approve/").status_code == 404
