"""The notice: made from the rows in every language, served as a printed document, and recorded (R-RGT-1, R-RGT-2).

Rules
- A served notice names the document that was made, and records the digest of that very text.
- The text is kept to show later, whatever the rows then say. It names the person, so it is enclosed with the person's key.
- The signer, not this module, checks in the rows whether the newest notice covers what it will sign.
"""

from dataclasses import dataclass

from offmon.core import clock as time
from offmon.core.access.roles import Permission
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.states import DeploymentState
from offmon.server.audit import queries as log
from offmon.server.audit.actions import append
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.columns import person_key
from offmon.server.base.ids import new_id
from offmon.server.base.rows import once
from offmon.server.base.scope import action
from offmon.server.deployments import models
from offmon.server.deployments.actions.moves import move
from offmon.server.deployments.policy import newest_authorised
from offmon.server.deployments.queries.notices import content_of
from offmon.server.people.queries import language_of
from offmon.words.catalogue import Language
from offmon.words.notice import write


@dataclass(frozen=True, slots=True)
class Served:
    """How a notice was served (R-RGT-2). `interpreter`: the language of one. `read_back`: the person said what it means."""

    at: Ms
    method: str
    acknowledged: bool
    interpreter: str = ""
    read_back: bool = False
    questions: str = ""


@action
def do_make_notice(deployment: Id, *, actor: Actor) -> Id:
    """Make the notice of what is authorised, in every language. Returns the paper in the person's own.

    One that would say the same to the word is there already, and that paper is returned. Raises Refused `notice-incomplete`, naming what
    is missing, and `made-already` where a colleague makes the same at this moment.
    """
    actor.check(Permission.NOTICE_SERVE)
    row = models.Deployment.objects.get(id=deployment)
    authorisation = newest_authorised(deployment)
    if authorisation is None:
        raise Refused("not-authorised", "An authorising officer must authorise the monitoring first.")
    at, note = clock.now(), log.latest_cosigned(actor)
    checkpoint = "" if note is None else Checkpoint.parse(note.text).text
    content = content_of(authorisation, checkpoint, at)
    written = {language: write(content, language) for language in Language}
    own = language_of(row.case)
    same = models.NoticePaper.objects.defer("words").filter(deployment=row, text=written[own].digest).first()
    if same is not None:
        return same.id
    papers: dict[Language, models.NoticePaper] = {}
    for language, paper in written.items():
        paper_id = new_id()
        papers[language] = models.NoticePaper(
            id=paper_id,
            agency=row.agency,
            case=row.case,
            deployment=row,
            authorisation=authorisation,
            language=language,
            made_by=actor.id,
            made_at=at,
            checkpoint=checkpoint,
            text=paper.digest,
            words=person_key().enclose(paper.text, models.NoticePaper, paper_id, "words"),
        )
        with once(
            "notice_paper_text_once", "made-already", "A colleague created this notice a moment ago. Print that one."
        ):
            papers[language].save(force_insert=True)
    append(actor, Verb.NOTICE_MADE, case=row.case, touched=tuple(papers.values()))
    return papers[own].id


@action
def do_serve_notice(paper: Id, served: Served, *, actor: Actor) -> Id:
    """Record that a paper was served. A refusal to acknowledge is recorded and stops nothing (R-RGT-2)."""
    actor.check(Permission.NOTICE_SERVE)
    handed = models.NoticePaper.objects.defer("words").get(id=paper)
    row = as_left(models.Deployment.objects.select_for_update().get(id=handed.deployment_id))
    if served.at > clock.now():
        raise Refused("not-yet", "A notice cannot have been served in the future. Correct the time.")
    if served.at + time.MINUTE_MS <= handed.made_at:  # people write times to the minute
        raise Refused("served-before-made", "A notice cannot have been served before it was created. Correct the time.")
    if models.Notice.objects.filter(
        deployment=row, text=handed.text, served_at=served.at, method=served.method
    ).exists():
        raise Refused("served-already", "This service is recorded already. Go on with the visit.")
    notice = models.Notice(
        agency=row.agency,
        case=row.case,
        deployment=row,
        served_by=actor.id,
        served_at=served.at,
        method=served.method,
        language=handed.language.value,
        acknowledged=served.acknowledged,
        text=handed.text,
        interpreter=served.interpreter.strip() or None,
        read_back=served.read_back,
        questions=served.questions.strip() or None,
    )
    notice.save(force_insert=True)
    if row.state is DeploymentState.AUTHORISED:
        move(row, DeploymentState.NOTICE_SERVED)
    append(actor, Verb.NOTICE_SERVED, case=row.case, touched=(notice, row))
    return notice.id
