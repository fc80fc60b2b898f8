"""The staff of an agency: who has an account, what is asked of them, and resetting a lost app (`core.access.accounts`)."""

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.core.ids import Id
from offmon.server.agencies.accounts import queries as accounts
from offmon.server.agencies.accounts.actions import changes
from offmon.server.agencies.accounts.queries import AccountLine, ChangeView
from offmon.server.agencies.authentication import queries
from offmon.server.agencies.authentication.actions import do_reset_factor
from offmon.server.agencies.rota.queries import gaps_told
from offmon.server.agencies.times.queries import times_waiting
from offmon.server.base.web.permissions import requires
from offmon.server.faces.console import account_words, start_words
from offmon.server.faces.console.forms.accounts import AccountForm, MoveForm, TeamForm, WhyForm
from offmon.server.faces.console.forms.authentication import NoFields, ResetForm
from offmon.server.faces.console.pages import CheckPage, done, or_404, page, refusals_on, refuse_page, select, staff_of
from offmon.server.orders.licences.queries import feed_shown
from offmon.server.reaching.queries import reach_news
from offmon.server.start_page.second_person import own_refused


@requires(Permission.STAFF_MANAGE)
def staff(request: HttpRequest) -> HttpResponse:
    """What waits for an administrator, and everyone of the agency."""
    actor = staff_of(request)
    lines, asked = accounts.accounts(actor=actor), accounts.changes(actor=actor)
    shown = {"accounts": lines, "asked": asked, "feed": feed_shown(actor=actor), "account_words": account_words}
    shown |= {"gaps": gaps_told(actor=actor), "reach": reach_news(actor=actor), "times": times_waiting(actor=actor)}
    return page(request, "staff.html", section="staff", refused=own_refused(actor), start_words=start_words, **shown)


@requires(Permission.STAFF_MANAGE)
def account(request: HttpRequest, staff_id: Id) -> HttpResponse:
    """One account: who it is, how they sign in, and what can be done about it."""
    actor = staff_of(request)
    one = _account(request, staff_id)
    colleague = next((each for each in queries.colleagues(actor=actor) if each.id == staff_id), None)
    waits = [each for each in accounts.changes(actor=actor) if each.staff == staff_id]
    behind = accounts.left_behind(staff_id, actor=actor)
    shown = {"account": one, "colleague": colleague, "asked": waits, "behind": behind, "account_words": account_words}
    return page(request, "account.html", form=NoFields(), section="staff", **shown)


@requires(Permission.STAFF_MANAGE)
def open_account(request: HttpRequest) -> HttpResponse:
    """A colleague joins: open an account, or ask a second administrator to agree to it."""
    actor = staff_of(request)
    form = AccountForm(request.POST or None, teams=accounts.teams(actor=actor))
    if form.is_valid():
        with refusals_on(form):
            new, team, reason = form.joiner()
            given = changes.do_ask_account(new, team, reason, actor=actor)
            if given is None:
                return done(request, "A second administrator must agree. They get the one-time password.", "staff")
            return page(
                request, "given-password.html", name=new.display_name, sign_in=new.sign_in, given=given, section="staff"
            )
    return page(request, "open-account.html", form=form, section="staff")


@requires(Permission.STAFF_MANAGE)
def move_account(request: HttpRequest, staff_id: Id) -> HttpResponse:
    """Another role or team."""
    actor, one = staff_of(request), _account(request, staff_id)
    teams = accounts.teams(actor=actor)
    now = {"role": one.role, "team": next((team for team, name in teams.items() if name == one.team), "")}
    form = MoveForm(request.POST or None, teams=teams, initial=now)
    if form.is_valid():
        with refusals_on(form):
            changes.do_ask_move(staff_id, *form.change(), actor=actor)
            return done(
                request, "It is asked. What needs no second administrator happens within seconds.", "account", staff_id
            )
    return page(request, "move-account.html", account=one, form=form, section="staff")


@requires(Permission.STAFF_MANAGE)
def ask_password(request: HttpRequest, staff_id: Id) -> HttpResponse:
    """A colleague lost their password: ask a second administrator to give them a one-time one."""
    one, form = _account(request, staff_id), WhyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            changes.do_ask_password(staff_id, form.cleaned_data["reason"], actor=staff_of(request))
            return done(
                request, "A second administrator must agree. They get the one-time password.", "account", staff_id
            )
    return page(request, "ask-password.html", account=one, form=form, section="staff")


@requires(Permission.STAFF_MANAGE)
def close_account(request: HttpRequest, staff_id: Id) -> HttpResponse:
    """A colleague leaves: close their account, at once. What they leave behind is said first."""
    actor, one = staff_of(request), _account(request, staff_id)
    form = WhyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            changes.do_close_account(staff_id, form.cleaned_data["reason"], actor=actor)
            said = "The account is closed. Nothing that they had open answers any more."
            return done(request, said, "account", staff_id)
    behind = accounts.left_behind(staff_id, actor=actor)
    return page(request, "close-account.html", account=one, behind=behind, form=form, section="staff")


@requires(Permission.STAFF_MANAGE)
def still_needed(request: HttpRequest, staff_id: Id) -> HttpResponse:
    """Say that an account is still needed: asked once a quarter."""
    one, form = _account(request, staff_id), NoFields(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            changes.do_confirm_needed(staff_id, actor=staff_of(request))
            return done(request, f"Recorded: {one.display_name} still needs their account.", "staff")
    return page(request, "still-needed.html", account=one, form=form, section="staff")


@requires(Permission.STAFF_MANAGE)
def account_change(request: HttpRequest, change_id: Id) -> HttpResponse:
    """What a colleague asked of an account: agree to it, or go on to refuse it."""
    one, form = _change(request, change_id), NoFields(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            given = changes.do_agree_change(change_id, actor=staff_of(request))
            if given is None:
                return done(request, "You agreed. It happens within seconds.", "staff")
            shown = {"name": one.display_name, "sign_in": one.sign_in, "given": given}
            return page(request, "given-password.html", section="staff", **shown)
    return page(
        request,
        "account-change.html",
        change=one,
        title=account_words.ACT[one.act],
        facts=account_words.facts(one),
        form=form,
        section="staff",
    )


@requires(Permission.STAFF_MANAGE)
def refuse_change(request: HttpRequest, change_id: Id) -> HttpResponse:
    """… or say no to it, for a reason; whoever asked takes it back here."""
    one = _change(request, change_id)
    said = CheckPage(f"Refuse: {account_words.ACT[one.act].lower()}", "The account stays as it is.", "Refuse it")
    stands = "" if one.refused is None and not one.agreed and one.applied_at is None else "It was answered already."
    actor = staff_of(request)
    return refuse_page(
        request,
        said,
        lambda reason: changes.do_refuse_change(change_id, reason, actor=actor),
        ("account-change", change_id),
        facts=account_words.facts(one),
        stands=stands,
        section="staff",
    )


@requires(Permission.STAFF_MANAGE)
def teams(request: HttpRequest) -> HttpResponse:
    """The agency's teams, and a new one."""
    actor, form = staff_of(request), TeamForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            changes.do_add_team(form.cleaned_data["name"], actor=actor)
            return done(request, "The team is added. Give colleagues to it on their own pages.", "teams")
    counts = [one.team for one in accounts.accounts(actor=actor) if one.is_active]
    there = [(name, counts.count(name)) for name in accounts.teams(actor=actor).values()]
    return page(request, "teams.html", teams=there, form=form, section="staff")


@requires(Permission.STAFF_MANAGE)
def reset_factor(request: HttpRequest, staff_id: Id) -> HttpResponse:
    """A colleague lost their app: take it away, with a reason. They set a new one up when they sign in next."""
    colleague = select(tuple(queries.colleagues(actor=staff_of(request))), staff_id)
    form = ResetForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            do_reset_factor(staff_id, form.cleaned_data["reason"], actor=staff_of(request))
            return done(request, "The app is reset. They set up a new one when they next sign in.", "account", staff_id)
    return page(request, "reset-factor.html", colleague=colleague, form=form, section="staff")


def _account(request: HttpRequest, staff_id: Id) -> AccountLine:
    return select(tuple(accounts.accounts(actor=staff_of(request))), staff_id)


def _change(request: HttpRequest, change_id: Id) -> ChangeView:
    return or_404(accounts.a_change(change_id, actor=staff_of(request)))
