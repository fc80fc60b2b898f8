"""A sheet beside the bundle gives the names behind its ids: to whoever may ask for bundles, and of the case's own log (issue 15)."""

from offmon.core.clock import Period
from offmon.core.ids import Ms
from offmon.server.evidence.actions import ExportRequest, do_ask_export
from tests.integration.console.office import Office, sign_in
from tests.support.fake_device import now


def test_a_sheet_says_who_is_behind_each_id_of_the_report(office: Office) -> None:
    story = office.story
    story.decide()
    opened = Period(Ms(0), Ms(now() + 1))
    export = do_ask_export(
        story.case, ExportRequest("The court", "trial", opened, tuple(story.alerts)), actor=story.officer
    )
    path = f"/cases/{story.case}/exports/{export}/names/"
    page = sign_in("officer").get(path).content.decode()
    for one in (story.officer, story.authoriser):
        assert one.id in page
    assert story.stranger.id not in page
    assert export in page
    assert sign_in("authoriser").get(path).status_code == 403
    assert sign_in("stranger").get(path).status_code == 404
