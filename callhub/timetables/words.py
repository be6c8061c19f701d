"""Hours as people read them."""

from datetime import date
from itertools import groupby

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from callhub.timetables.rules import Season, Timetable, Week, in_text
from shell.days import day_and_month

_LEAP = 2024  # 29 February is a day of the year too


def week_in_words(week: Week) -> str:
    """``Mon–Fri 9:00–14:00; Sat 10:00–13:00``: days that follow each other with the same hours are told together."""
    told = []
    for periods, days in groupby(range(7), key=lambda day: week[day]):
        if periods:
            numbers = list(days)
            names = [str(WEEKDAYS_ABBR[day]) for day in {numbers[0]: 0, numbers[-1]: 0}]
            told.append(f"{'–'.join(names)} {in_text(periods)}")
    return "; ".join(told) or _("Closed")


def season_in_words(season: Season) -> str:
    """``Summer, from 15 June to 15 September: Mon–Fri 8:00–14:00``."""
    first, last = (day_and_month(date(_LEAP, *at)) for at in (season.first, season.last))
    return _("%(name)s, from %(first)s to %(last)s: %(week)s") % {
        "name": season.name, "first": first, "last": last, "week": week_in_words(season.week),
    }  # fmt: skip


def timetable_in_words(timetable: Timetable) -> list[str]:
    """The usual week, and each season."""
    return [week_in_words(timetable.week), *(season_in_words(one) for one in timetable.seasons)]
