"""A decision closes what its form showed, and no more: where more was sent meanwhile, the page comes back with it (issue 2; S93)."""

from offmon.core.audit import Verb
from offmon.core.event import Gravity
from offmon.server.triage import queries
from tests.integration.console.office import Office, hidden, sign_in
from tests.integration.triage.test_decide import REASON
from tests.integration.triage.test_pass_on import grow


def test_a_form_that_was_opened_before_comes_back_with_what_was_added(office: Office) -> None:
    """And what was written in it is still there."""
    story, [alert] = office.story, office.story.alerts
    officer = sign_in("officer")
    path = f"/alerts/{alert}/decide/"
    given = {**hidden(officer.get(path)), "outcome": "not_a_match", "reason": REASON, "owner": story.officer.id}
    grow(story, Gravity.URGENT)
    looks = len(story.entries(Verb.ALERT_REVIEW))
    answer = officer.post(path, given)
    assert answer.status_code == 200
    assert "More was sent since you looked" in answer.content.decode()
    assert REASON in answer.content.decode()
    assert len(story.entries(Verb.ALERT_REVIEW)) == looks + 1  # it shows the alert as it now is
    assert officer.post(path, given).status_code == 200  # sent again as it was, it closes nothing either
    assert officer.post(path, given | hidden(answer)).status_code == 302
    assert len(story.entries(Verb.ALERT_REVIEW)) == looks + 2  # an answer that shows nothing is no look
    shown = queries.alert(alert, actor=story.officer)
    assert shown is not None
    assert shown.decision is not None
