"""When somebody is open: a table of examples, over midnight, clock changes and two time zones."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from callhub.timetables.rules import (
    NEVER,
    Hours,
    Season,
    Timetable,
    UnusableHours,
    from_json,
    in_text,
    is_open,
    periods_in,
    to_json,
)

MADRID, CANARY = ZoneInfo("Europe/Madrid"), ZoneInfo("Atlantic/Canary")
MORNING = ((540, 840),)
OFFICE = (MORNING, ((540, 840), (990, 1140)), MORNING, MORNING, MORNING, (), ())  # Tuesday afternoons as well
SUMMER = Season("Summer", (6, 15), (9, 15), (((480, 840),),) * 5 + ((), ()))
CHRISTMAS = Season("Christmas", (12, 24), (1, 6), (((600, 780),),) * 5 + ((), ()))
POLICE = 7
NIGHT = ((1320, 360),)  # 22:00 to 6:00
FESTIVE = {date(2026, 12, 8): "Inmaculada", date(2026, 3, 28): "a Saturday"}
HOURS = Hours(
    {None: Timetable(OFFICE, (SUMMER, CHRISTMAS)), POLICE: Timetable((NIGHT,) * 7), 8: Timetable((((0, 1440),),) * 7)},
    closed={date(2026, 11, 2): "bridge"},
    working=frozenset({date(2026, 11, 9)}),
)


def at(text, zone=MADRID, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


@pytest.mark.parametrize(
    ("moment", "department", "expected"),
    [
        ("2026-11-30 08:59", None, False),
        ("2026-11-30 09:00", None, True),
        ("2026-11-30 13:59", None, True),
        ("2026-11-30 14:00", None, False),  # what closes at 14:00 is closed then
        ("2026-12-01 17:00", None, True),  # a Tuesday afternoon
        ("2026-12-02 17:00", None, False),
        ("2026-11-28 10:00", None, False),  # Saturday
        ("2026-12-08 10:00", None, False),  # a holiday of the calendar
        ("2026-11-02 10:00", None, False),  # a day it added
        ("2026-11-09 10:00", None, True),  # said to be worked
        ("2026-06-15 08:30", None, True),  # the first day of summer, by its other hours
        ("2026-06-12 08:30", None, False),
        ("2026-09-15 08:30", None, True),  # the last one
        ("2026-09-16 08:30", None, False),
        ("2026-12-31 09:30", None, False),  # a season that passes New Year's Eve
        ("2027-01-04 10:30", None, True),
        ("2026-11-30 10:00", 99, True),  # a department without hours of its own keeps the general ones
        ("2026-11-30 23:59", POLICE, True),
        ("2026-12-01 00:00", POLICE, True),
        ("2026-12-01 05:59", POLICE, True),
        ("2026-12-01 06:00", POLICE, False),
        ("2026-12-08 05:59", POLICE, True),  # the night that began before the holiday
        ("2026-12-08 23:00", POLICE, False),
        ("2026-12-09 01:00", POLICE, False),
        ("2026-11-30 00:00", 8, True),
        ("2026-11-30 23:59", 8, True),  # all day
    ],
)
def test_the_wall_clock_decides(moment, department, expected):
    assert is_open(at(moment), MADRID, HOURS, FESTIVE, department) is expected


@pytest.mark.parametrize(
    ("moment", "zone", "expected"),
    [
        # 29 March 2026: 2:00 becomes 3:00. 25 October 2026: 3:00 becomes 2:00 again.
        (datetime(2026, 3, 27, 8, 0, tzinfo=UTC), MADRID, True),  # 9:00 in winter
        (datetime(2026, 3, 27, 7, 59, tzinfo=UTC), MADRID, False),
        (datetime(2026, 3, 30, 7, 0, tzinfo=UTC), MADRID, True),  # 9:00 in summer
        (datetime(2026, 3, 30, 12, 0, tzinfo=UTC), MADRID, False),  # 14:00
        (datetime(2026, 10, 26, 8, 0, tzinfo=UTC), MADRID, True),
        (datetime(2026, 11, 30, 8, 0, tzinfo=UTC), CANARY, False),  # 8:00 there, 9:00 in Madrid
        (datetime(2026, 11, 30, 13, 30, tzinfo=UTC), CANARY, True),  # 13:30 there, 14:30 in Madrid
    ],
)
def test_each_zone_and_season_of_the_clock_has_its_own_nine_o_clock(moment, zone, expected):
    assert is_open(moment, zone, HOURS, {}) is expected


def test_the_hour_that_comes_twice_is_open_twice_and_a_night_over_the_change_goes_on():
    for fold in (0, 1):
        assert is_open(at("2026-10-25 02:30", fold=fold), MADRID, HOURS, {}, POLICE)
    assert is_open(datetime(2026, 3, 29, 1, 30, tzinfo=UTC), MADRID, HOURS, {}, POLICE)  # 3:30, after 1:59
    assert not is_open(datetime(2026, 3, 29, 4, 0, tzinfo=UTC), MADRID, HOURS, {}, POLICE)  # 6:00


def test_who_wrote_nothing_is_never_open():
    assert not is_open(at("2026-11-30 10:00"), MADRID, Hours(), {})
    assert Timetable().week == NEVER


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("9:00-14:00", ((540, 840),)),
        ("9-14", ((540, 840),)),
        ("16:30–19:00, 9:00–14:00", ((540, 840), (990, 1140))),
        ("9:00-14:00 y 16.30-19h", ((540, 840), (990, 1140))),
        ("9h - 14h; 17h-19h", ((540, 840), (1020, 1140))),
        ("0-24", ((0, 1440),)),
        ("22:00-6:00", ((1320, 360),)),
        ("9:00-14:00, 22:00-0:00", ((540, 840), (1320, 0))),
    ],
)
def test_hours_are_read_as_people_write_them(text, expected):
    assert periods_in(text) == expected
    assert periods_in(in_text(expected)) == expected


@pytest.mark.parametrize(
    ("text", "part", "overlaps"),
    [
        ("mornings", "mornings", False),
        ("9:00", "9:00", False),
        ("9:00-25:00", "9:00-25:00", False),
        ("9:70-14:00", "9:70-14:00", False),
        ("9:00-9:00", "9:00-9:00", False),
        ("24-6", "24-6", False),
        ("9:00-14:00, 13:00-19:00", "9:00-14:00, 13:00-19:00", True),
        ("20:00-6:00, 22:00-23:00", "20:00-6:00, 22:00-23:00", True),
        ("1-2,3-4,5-6,7-8,9-10,11-12,13-14", "1-2,3-4,5-6,7-8,9-10,11-12,13-14", False),
    ],
)
def test_what_is_no_opening_time_is_named(text, part, overlaps):
    with pytest.raises(UnusableHours) as caught:
        periods_in(text)
    assert (caught.value.text, caught.value.overlaps) == (part, overlaps)


def test_what_is_stored_is_what_was_said():
    assert from_json(to_json(HOURS)) == HOURS
    assert from_json(to_json(Hours())) == Hours()
