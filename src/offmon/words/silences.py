"""What a person was permitted and what is left out, in words: the same on the notice, the device and their page (R-LEG-15, R-LEG-27)."""

from dataclasses import dataclass

from offmon.core.authority.silence import Silence, Week
from offmon.words.catalogue import Language, translate
from offmon.words.dates import day, moment


@dataclass(frozen=True, slots=True)
class Said:
    """A text of the catalogue by `key`, with the officer's `text`, in Welsh where `is_welsh`, what else staff wrote, and what is ours."""

    key: str
    text: str
    is_welsh: bool
    written: dict[str, str]
    ours: dict[str, str]

    def line(self, of: Language) -> str:
        """The whole."""
        return translate(of, self.key, text=self.text, **self.written, **self.ours)


def said_of(one: Silence, of: Language) -> Said:
    """What the person reads of one."""
    is_welsh = of is Language.WELSH and bool(one.said_welsh)
    text = one.said_welsh if is_welsh and one.said_welsh else one.said
    if one.site is not None:
        return Said("notice.when.left-out-site", text, is_welsh, {"name": one.site}, {})
    if one.week is not None:
        return Said("notice.when.left-out-week", text, is_welsh, {}, _week(one.week, of))
    until = one.period.until
    times = {
        "since": moment(of, one.period.since),
        "until": day(of, one.period.since) if until is None else moment(of, until),
    }
    return Said("notice.when.permitted", text, is_welsh, {"name": one.given_by or ""}, times)


def _week(week: Week, of: Language) -> dict[str, str]:
    days = ", ".join(translate(of, f"date.weekday.{one}") for one in week.days)
    return {"days": days, "since": _time(week.since), "until": _time(week.until)}


def _time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
