"""Forms of the rota: a shift."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django import forms

from offmon.core import clock
from offmon.core.alerts.rota import OFFICE, Office, Shift, Tier
from offmon.core.ids import Id, Ms
from offmon.server.agencies.queries import StaffView
from offmon.server.base.web.forms import DateField, Form
from offmon.server.faces.console import rota_words, words
from offmon.server.faces.console.forms.fields import time_of_day

_WHOLE: Final = "agency"


class ShiftForm(Form):
    """Who is on call, in which turn of which team, from when and until when."""

    from_day = DateField(label="Which day does it begin?", called="The day it begins")
    from_time = time_of_day("At what time does it begin?", "The time it begins")
    to_day = DateField(label="Which day does it end?", called="The day it ends")
    to_time = time_of_day("At what time does it end?", "The time it ends")

    def __init__(
        self,
        *args: Any,
        people: Iterable[tuple[StaffView, str]],
        teams: Mapping[Id, str],
        whole: bool,
        **kwargs: Any,
    ) -> None:
        """`whole`: whether its reader keeps the rota of the whole agency too."""
        super().__init__(*args, **kwargs)
        names = [(one.id, f"{one.display_name}, {words.ROLE[one.role].lower()}, {team}") for one, team in people]
        self.fields["staff"] = _choice("Who is on call?", names, "Select who is on call")
        self.fields["post"] = _choice("For whom?", _posts(teams, whole=whole), "Select for whom they are on call")
        self.order_fields(["staff", "post", "from_day", "from_time", "to_day", "to_time"])

    @staticmethod
    def initially(at: Ms, office: Office = OFFICE) -> dict[str, Any]:
        """Tonight: from the close of the office or, where that is over, from this hour on, to the next opening."""
        now = datetime.fromtimestamp(at / 1000, clock.LONDON)
        begins = office.closes if office.opens <= now.time() < office.closes else now.time().replace(minute=0)
        ends = now.date() if now.time() < office.opens else now.date() + timedelta(days=1)
        days = {"from_day": _boxes(now.date()), "to_day": _boxes(ends)}
        return days | {"from_time": begins.strftime("%H:%M"), "to_time": office.opens.strftime("%H:%M")}

    def shift(self) -> Shift:
        """What the action takes."""
        given = self.cleaned_data
        tier, team = given["post"].split("/")
        since, until = (clock.at_time(given[f"{end}_day"], given[f"{end}_time"]) for end in ("from", "to"))
        return Shift(None if team == _WHOLE else Id(team), Tier(tier), Id(given["staff"]), since, until)


def _boxes(day: date) -> tuple[str, str, str]:
    return str(day.day), str(day.month), str(day.year)


def _posts(teams: Mapping[Id, str], *, whole: bool) -> list[tuple[str, str]]:
    on_call = (Tier.FIRST, Tier.SECOND)
    posts = [(f"{tier}/{team}", f"{rota_words.TIER[tier]}, {name}") for team, name in teams.items() for tier in on_call]
    if whole:
        posts += [(f"{tier}/{_WHOLE}", f"{rota_words.TIER[tier]}, {rota_words.WHOLE}") for tier in on_call]
        posts.append((f"{Tier.INSPECTOR}/{_WHOLE}", rota_words.TIER[Tier.INSPECTOR]))
    return posts


def _choice(label: str, choices: Sequence[tuple[str, str]], empty: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=[("", "Choose one"), *choices],
        error_messages=dict.fromkeys(("required", "invalid_choice"), empty),
    )
