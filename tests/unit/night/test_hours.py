"""How the hours of a device's days were spent, counted by hand; and a script is one of its seed (issue 20)."""

from datetime import date

from night.hours import MINUTE, Away, Spell, days_between, is_watching, midnight, spent
from night.script import START, Size, written
from night.telling import messages
from offmon.core.ids import Ms

DAY, HOUR = 86_400_000, 60 * MINUTE
END = Ms(START + 30 * DAY)


def test_a_day_is_covered_but_for_its_spells_and_a_spell_is_of_both_days_that_it_is_in() -> None:
    night = Away(Ms(START + 22 * HOUR), Ms(START + 31 * HOUR), Spell.OFF)
    cut = Away(Ms(START + 12 * HOUR), Ms(START + 12 * HOUR + 30 * MINUTE), Spell.POWER_LOST)
    assert spent(date(2026, 3, 16), (night, cut), START, END) == {"off": 120, "device_fault": 30, "covered": 1290}
    assert spent(date(2026, 3, 17), (night, cut), START, END) == {"off": 420, "covered": 1020}
    assert not is_watching((night,), START + 23 * HOUR)


def test_the_day_on_which_the_clocks_change_has_an_hour_less() -> None:
    assert spent(date(2026, 3, 29), (), START, END) == {"covered": 23 * 60}


def test_a_night_ends_in_the_middle_of_a_day_where_it_crosses_that() -> None:
    assert len(days_between(START, END)) == 31
    assert spent(date(2026, 4, 15), (), START, END) == {"covered": 60}
    assert midnight(date(2026, 3, 16)) == START


def test_a_script_follows_from_its_seed_and_holds_what_the_issue_names() -> None:
    size = Size()
    assert written(7, size) == written(7, size) != written(8, size)
    script = written(7, size)
    spells = [one for agency in script.agencies for device in agency.devices for one in device]
    assert sum(map(len, (agency.devices for agency in script.agencies))) == 120
    assert {Spell.REMOVED, Spell.FULL} <= {one.spell for one in spells}
    assert max(one.until - one.since for one in spells if one.spell is Spell.SLEPT) > 7 * DAY
    assert script.mail_down[1] - script.mail_down[0] == 2 * HOUR
    assert script.down[1] - script.down[0] == HOUR
    for agency in script.agencies:  # what fails meets messages that it holds up
        leaves = [one.leaves for one in messages(alert.chain for alert in agency.alerts)]
        assert any(agency.room_fails[0] < at < agency.room_fails[1] for at in leaves)
        assert any(script.mail_down[0] < at < script.mail_down[1] for at in leaves)
