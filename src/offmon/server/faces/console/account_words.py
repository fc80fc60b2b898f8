"""What the pages about accounts call things, and the rows of what was asked of one."""

from typing import Final

from offmon.core.access.accounts import AccountAct
from offmon.server.agencies.accounts.queries import ChangeView
from offmon.server.faces.console import words

ACT: Final = {
    AccountAct.JOIN: "Open an account",
    AccountAct.ROLE: "Change a role",
    AccountAct.MOVE: "Change a team",
    AccountAct.RESET: "Give a one-time password",
}


def facts(one: ChangeView) -> list[tuple[str, str]]:
    """What is asked, as rows: of what changes, what it is now too."""
    rows = [("Who", f"{one.display_name}, signs in as {one.sign_in}")]
    if one.act is not AccountAct.RESET:
        role, team = (None, None) if one.now is None else one.now
        rows.append(("Role", _becomes(words.ROLE[one.role], None if role is None else words.ROLE[role])))
        rows.append(("Team", _becomes(one.team, team)))
    return [*rows, ("Why", one.reason), ("Asked by", f"{one.asker}, {words.when(one.asked_at)}")]


def _becomes(new: str, now: str | None) -> str:
    return new if now is None or now == new else f"{new}; {now} now"
