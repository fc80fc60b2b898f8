"""Staff say how they are reached, see that it works, and are told why they were called (issue 20)."""

import re

from offmon.core.access.roles import Role
from offmon.core.log.audit import Verb
from offmon.server.base.policies import Process
from offmon.server.reaching.queries import public_standing
from tests.integration.console.office import Office, send, sign_in, sign_in_name
from tests.integration.console.test_start_page import links, text
from tests.integration.notify.office import later, sending
from tests.prove.markers import proves
from tests.support.mailbox import Mailbox
from tests.support.taken import superuser
from tests.unit.server.faces.matrix import Whose

OWN, MAIL = "/how-you-are-reached/", "duty-86@police.invalid"
ADMIN = sign_in_name(Role.TENANT_ADMIN, Whose.OWN)
DAY = 86_400_000


def deliver(office: Office, mailbox: Mailbox, *, beats: bool = False) -> None:
    with sending(office.story, mailbox) as post:
        post.turn(beats=beats)


def choice(page: str) -> str:
    """The channel that a page offers."""
    return str(re.findall(r'value="([0-9a-f]{32})"', page)[0])


def test_an_officer_adds_their_mail_tests_it_reads_how_it_went_and_removes_it(office: Office) -> None:
    officer = sign_in("officer")
    assert OWN in links(officer, "/your-passkeys/")
    assert "You have added none" in text(officer, OWN)
    for wrong, said in (("07700 9", "Enter a telephone number"), ("", "Enter the e-mail address or telephone number")):
        assert said in send(officer, f"{OWN}new/", kind="text", address=wrong).content.decode()
    assert send(officer, f"{OWN}new/", kind="email", address=MAIL).status_code == 302
    assert "This is added already" in send(officer, f"{OWN}new/", kind="email", address=f" {MAIL}").content.decode()
    assert "No test message yet" in text(officer, OWN)
    channel = choice(officer.get(f"{OWN}test/").content.decode())
    assert send(officer, f"{OWN}test/", channel=channel).status_code == 302
    assert "in the last minute" in send(officer, f"{OWN}test/", channel=channel).content.decode()
    with Mailbox().up() as mailbox:
        deliver(office, mailbox)
    [test] = [one for one in mailbox.texts if "test message" in one]
    reference = re.findall(r"Reference (\w{4})", test)[0]
    assert f"Sent : test message {reference}" in text(officer, OWN)
    assert "Showed itself working" in text(officer, OWN)
    assert send(officer, f"{OWN}remove/", channel=channel).status_code == 302
    assert "You have added none" in text(officer, OWN)
    verbs = (Verb.CHANNEL_ADDED, Verb.CHANNEL_REMOVED)
    assert [one.actor.id for one in office.story.entries(*verbs)] == [office.story.officer.id] * 2


def test_nobody_sees_tests_or_removes_a_colleague_s_channel(office: Office) -> None:
    officer, colleague = sign_in("officer"), sign_in("colleague")
    send(officer, f"{OWN}new/", kind="email", address=MAIL)
    channel = choice(officer.get(f"{OWN}test/").content.decode())
    assert MAIL not in colleague.get(OWN).content.decode()
    for act in ("test", "remove"):
        assert send(colleague, f"{OWN}{act}/", channel=channel).status_code == 200  # it is not among theirs
    assert office.story.entries(Verb.CHANNEL_REMOVED) == []
    with superuser(office.story) as hand:
        kept = hand.execute("select address, secret from reaching_channel").fetchall()
    assert MAIL.encode() not in bytes(kept[0][0]), "it is enclosed"


def test_whoever_was_called_finds_the_reference_and_the_alert_on_their_start_page(office: Office) -> None:
    officer, colleague, [alert] = sign_in("officer"), sign_in("colleague"), office.story.alerts
    with superuser(office.story) as hand:
        [(reference,)] = hand.execute("select reference from reaching_message").fetchall()
    assert f", {reference}" in text(officer)
    assert f"/alerts/{alert}/" in links(officer)
    assert reference not in text(colleague)


@proves("S188", drop="alter policy offmon_console on reaching_attempt using (false)")
def test_the_administrator_reads_on_their_start_page_what_was_not_delivered_and_to_whom(office: Office) -> None:
    officer, admin = sign_in("officer"), sign_in(ADMIN)
    send(officer, f"{OWN}new/", kind="email", address=MAIL)
    with Mailbox(refused={MAIL}).up() as mailbox:
        deliver(office, mailbox)
    assert admin.get("/").headers["Location"] == "/staff/"
    assert "Staff may not be reached" in text(admin, "/staff/")
    assert "/on-call/messages/" in links(admin, "/staff/")
    page = text(admin, "/on-call/messages/")
    assert "Officer Invented" in page
    assert "The address was refused" in page
    assert MAIL not in page, "an administrator needs no address of a colleague"


def test_who_is_called_and_has_no_channel_is_shown_too(office: Office) -> None:
    with Mailbox().up() as mailbox:
        deliver(office, mailbox)
    assert "They have added no way to be reached" in text(sign_in(ADMIN), "/on-call/messages/")


def test_the_control_room_is_refused_inside_and_its_secret_is_shown_once(office: Office) -> None:
    admin, new = sign_in(ADMIN), "/on-call/control-room/new/"
    for address in ("https://10.0.0.1/", "https://localhost/x", "http://control.police.invalid/"):
        assert send(admin, new, address=address).status_code == 200
    assert "inside the network" in send(admin, new, address="https://169.254.169.254/").content.decode()
    shown = send(admin, new, address="https://control.police.invalid/offmon").content.decode()
    [secret] = re.findall(r">(whsec_[0-9A-Za-z+/=]{44})<", shown)
    page = admin.get("/on-call/messages/").content.decode()
    assert "https://control.police.invalid/offmon" in page
    assert secret not in page
    channel = choice(admin.get("/on-call/control-room/test/").content.decode())
    assert send(admin, "/on-call/control-room/test/", channel=channel).status_code == 302
    assert send(admin, "/on-call/control-room/remove/", channel=channel).status_code == 302
    assert sign_in("officer").get(new).status_code == 403


@proves("S190", drop="alter policy offmon_backstop on reaching_attempt using (false)")
def test_a_weekly_message_shows_that_a_channel_works_and_its_silence_is_said_to_everybody(office: Office) -> None:
    officer, agency = sign_in("officer"), office.story.agency

    def public() -> str:
        with office.story.running(Process.WEBSITE):
            return public_standing(agency)

    assert public() == "none"
    send(officer, f"{OWN}new/", kind="email", address=MAIL)
    assert public() == "failing"
    with Mailbox().up() as mailbox:
        deliver(office, mailbox)  # the call alone shows nothing to everybody
        assert public() == "failing"
        deliver(office, mailbox, beats=True)
        deliver(office, mailbox, beats=True)
    assert len([one for one in mailbox.texts if "weekly" in one]) == 1
    assert public() == "working"
    with superuser(office.story) as hand:
        hand.execute("update reaching_attempt set ended_at = ended_at - %s", [8 * DAY])
    assert public() == "failing"
    assert "Officer Invented" in text(sign_in(ADMIN), "/on-call/messages/")
    later(office.story, 7 * DAY)
    with Mailbox().up() as mailbox:
        deliver(office, mailbox, beats=True)
    assert public() == "working"
