"""The auditor's chair: the log, read for one of the four purposes of the law, page by page."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.core.access.step_up import Act
from offmon.core.formats.dsse import digest_of
from offmon.core.ids import Id
from offmon.core.log.audit import Operation
from offmon.core.log.extract import MOST
from offmon.server.agencies import queries as agencies
from offmon.server.audit.actions.extracts import do_take
from offmon.server.audit.actions.look_ups import do_examine
from offmon.server.audit.extracts.queries import takeable
from offmon.server.audit.figures.queries import COUNTED, figures
from offmon.server.audit.look_ups.queries import look_ups
from offmon.server.audit.reading.queries import LogLine, Reading, lookers, read, reading
from offmon.server.base.actor import Actor
from offmon.server.base.web.permissions import requires
from offmon.server.faces.console import log_words, words
from offmon.server.faces.console.forms.log import ExamineForm, LogForm, TakeForm, choice_of, initially
from offmon.server.faces.console.log_opening import NO_CASE, open_log, to_log
from offmon.server.faces.console.pages import done, page, refusals_on, staff_of
from offmon.server.faces.console.stepping_up import shows_factor
from offmon.server.people.queries import case_referred, references_of


@requires(Permission.AUDIT_READ)
def log_page(request: HttpRequest) -> HttpResponse:
    """The log; before it, the question for what it is read."""
    actor = staff_of(request)
    opened = reading(actor=actor)
    if opened is None:
        return open_log(request, actor, "log")
    if request.method != "POST":
        return _entries(request, opened, actor)
    form = LogForm(request.POST, staff=_staff(actor))
    if form.is_valid():
        reference = form.cleaned_data["reference"]
        case = case_referred(reference, actor=actor) if reference else None
        if not reference or case is not None:
            return to_log(form, case)
        form.add_error("reference", NO_CASE)
    return page(request, "log.html", form=form, opened=opened, log_words=log_words, section="log")


@requires(Permission.AUDIT_READ)
def look_ups_page(request: HttpRequest) -> HttpResponse:
    """The look-ups to examine, one after the other; and what came of the others."""
    actor = staff_of(request)
    if reading(actor=actor) is None:
        return open_log(request, actor, "look-ups")
    rows = look_ups(actor=actor)
    waiting = [one for one in rows if one.examined_at is None and one.staff != actor.id]
    wanted = request.POST.get("look_up") or request.GET.get("look_up")
    chosen = next((one for one in waiting if one.id == wanted), waiting[0] if waiting else None)
    form = ExamineForm(request.POST or None, initial={"look_up": chosen.id if chosen else ""})
    if form.is_valid() and actor.may(Permission.LOOK_UP_EXAMINE):
        with refusals_on(form):
            do_examine(form.cleaned_data["look_up"], *form.found(), actor=actor)
            return done(request, "What you found is recorded.", "look-ups")
    people = {by for one in rows for by in (one.staff, one.examined_by) if by is not None}
    refs = references_of({one.about for one in rows if one.about is not None}, actor=actor)
    known = dict([*refs.items(), *agencies.names_of(people).items()])
    context = {"rows": rows, "waiting": waiting, "chosen": chosen, "known": known, "log_words": log_words}
    return page(request, "look-ups.html", form=form, section="log", **context)


@requires(Permission.AUDIT_READ)
def figures_page(request: HttpRequest) -> HttpResponse:
    """How often what was done, month by month, without content and without names."""
    actor = staff_of(request)
    if reading(actor=actor) is None:
        return open_log(request, actor, "log-figures")
    shown = figures(actor=actor)
    called = [log_words.COUNTED[verb] for verb in COUNTED]
    return page(request, "log-figures.html", figures=shown, called=called, section="log")


@requires(Permission.AUDIT_TAKE)
@shows_factor(Act.EXPORT)
def take_extract(request: HttpRequest) -> HttpResponse:
    """Take what a search found as one file that `offmon verify` checks. The address says the search, as on the log's page."""
    actor, search = staff_of(request), choice_of(request.GET.dict()).search
    if reading(actor=actor) is None:
        return open_log(request, actor, "take-extract")
    form = TakeForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            data = do_take(search, form.cleaned_data["recipient"], agencies.keys_of(actor.agency), actor=actor)
            answer = HttpResponse(data, content_type="application/json")
            answer["Content-Disposition"] = f'attachment; filename="offmon-log-{digest_of(data)[:8]}.json"'
            return answer
    known = _known([], {search.staff} if search.staff else set(), search.case, actor)
    found = {"search": search, "found": takeable(search, actor=actor), "most": MOST, "address": request.GET.urlencode()}
    return page(request, "take-extract.html", form=form, known=known, log_words=log_words, section="log", **found)


def _entries(request: HttpRequest, opened: Reading, actor: Actor) -> HttpResponse:
    given = request.GET.dict()
    choice = choice_of(given)
    shown = read(choice, actor=actor)
    looked = lookers(choice, actor=actor) if choice.after is None and _asks_who_looked(choice.operation) else []
    known = _known(list(shown.lines), {one.by for one in looked}, choice.case, actor)
    form = LogForm(initial=initially(choice, known.get(choice.case or "", "")), staff=_staff(actor))
    address = urlencode({name: value for name, value in given.items() if name != "after"})
    context = {"choice": choice, "shown": shown, "looked": looked, "known": known, "address": address}
    return page(request, "log.html", form=form, opened=opened, log_words=log_words, section="log", **context)


def _asks_who_looked(operation: Operation | None) -> bool:
    return operation in {None, Operation.CONSULTATION}


def _known(lines: list[LogLine], people: set[Id], case: Id | None, actor: Actor) -> dict[str, str]:
    """References of the cases on the page, and names of the staff."""
    said = {Id(one) for line in lines for one in log_words.ids_in(line.reason)}
    cases = {line.case for line in lines if line.case is not None} | said | ({case} if case else set())
    names = agencies.names_of({line.by for line in lines} | people | said)
    return dict([*references_of(cases, actor=actor).items(), *names.items()])


def _staff(actor: Actor) -> dict[Id, str]:
    """Everybody of the agency's staff, with their role."""
    found = agencies.staff_with(list(words.ROLE), actor.agency)
    return {one.id: f"{one.display_name}, {words.ROLE[one.role].lower()}" for one in found}
