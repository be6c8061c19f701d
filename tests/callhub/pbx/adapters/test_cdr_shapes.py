"""Detail rows of every form that Asterisk writes say the same about the same call."""

import pytest

from callhub.pbx.adapters import SourceFormat, adapter_for
from callhub.pbx.adapters.base import CdrRecord, ReadOptions, Rejected

READ = adapter_for(SourceFormat.CDR).reader(ReadOptions("Europe/Madrid"))
START = 1_795_450_265.0
PLAIN = '"","600111222","938000000","entrada","","PJSIP/troncal-0000000a","","Dial","PJSIP/301"'
ID, LINKED = "1795450265.10", "1795450260.4"

HEAD = '"","600111222","938000000","entrada","""Anna"" <600111222>","PJSIP/troncal-0000000a","PJSIP/301-0000000b","Dial","PJSIP/301,20"'
CLID_FIRST = '"""Anna"" <600111222>","600111222","938000000","entrada","PJSIP/troncal-0000000a","PJSIP/301-0000000b","Dial","PJSIP/301,20"'
TIMES = '"2026-11-23 17:11:05","2026-11-23 17:11:08","2026-11-23 17:11:20"'
REST = '15,12,"ANSWERED","DOCUMENTATION"'

SHAPES = {
    "16 columns, without ids": (f"{HEAD},{TIMES},{REST}", "20780/PJSIP/troncal-0000000a", None),
    "17 columns, unique id": (f'{HEAD},{TIMES},{REST},"{ID}"', ID, None),
    "18 columns, unique id and user field": (f'{HEAD},{TIMES},{REST},"{ID}","matter 7"', ID, None),
    "18 columns, user field that is empty": (f'{HEAD},{TIMES},{REST},"{ID}",""', ID, None),
    "19 columns, linked id": (f'{HEAD},{TIMES},{REST},"{ID}","","{LINKED}"', ID, LINKED),
    "20 columns, linked id before the user field": (f'{HEAD},{TIMES},{REST},"{ID}","{LINKED}","","peer"', ID, LINKED),
    "21 columns, sequence": (f'{HEAD},{TIMES},{REST},"{ID}","{LINKED}","","peer","7"', ID, LINKED),
    "ids with the name of the system": (f'{HEAD},{TIMES},{REST},"pbx-{ID}","","pbx-{LINKED}"', f"pbx-{ID}", f"pbx-{LINKED}"),
    "19 columns, clid first": (f'{CLID_FIRST},{TIMES},"15","12","ANSWERED","DOCUMENTATION","","{ID}","","7"', ID, None),
    "clid first with linked id": (f'{CLID_FIRST},{TIMES},"15","12","ANSWERED","DOCUMENTATION","{ID}","{LINKED}","",""', ID, LINKED),
    "database's export": (
        '"2026-11-23 17:11:05","""Anna"" <600111222>","600111222","938000000","entrada","PJSIP/troncal-0000000a",'
        f'"PJSIP/301-0000000b","Dial","PJSIP/301,20","15","12","ANSWERED","3","","{ID}","","","{LINKED}","","7"',
        ID,
        LINKED,
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_tells_the_same_call(shape):
    payload, channel, linked = SHAPES[shape]
    said = READ(payload)
    assert isinstance(said, CdrRecord), said
    assert (said.channel, said.linked) == (channel, linked)
    assert (said.at, said.answered_at, said.ended_at, said.talk_seconds) == (START, START + 3, START + 15, 12)
    assert (said.caller, said.dialled, said.context) == ("600111222", "938000000", "entrada")
    assert (said.name, said.other_name) == ("PJSIP/troncal-0000000a", "PJSIP/301-0000000b")
    assert (said.application, said.disposition) == ("Dial", "ANSWERED")


def test_a_channel_without_id_and_without_a_name_of_its_own_is_told_apart_by_its_moment():
    row = SHAPES["16 columns, without ids"][0].replace("PJSIP/troncal-0000000a", "DAHDI/1-1")
    assert READ(row).channel == "1795450265/DAHDI/1-1"


def test_exact_moments_of_a_custom_form_win_over_whole_seconds():
    said = READ(
        f'{HEAD},{TIMES},{REST},"{ID}","{LINKED}","","","7","1795450265.250000","1795450268.500000","1795450280.750000","15.5","12.25"'
    )
    assert (said.at, said.answered_at, said.ended_at) == (1795450265.25, 1795450268.5, 1795450280.75)


def test_a_row_that_nothing_answered_has_no_answer():
    said = READ(f'{HEAD},"2026-11-23 17:11:05",,"2026-11-23 17:11:20",15,0,"NO ANSWER","DOCUMENTATION","{ID}",""')
    assert (said.answered_at, said.disposition) == (None, "NO ANSWER")


def test_a_call_of_hours_in_the_clock_of_utc_keeps_its_length():
    """In winter a UTC clock's half past twelve could also be a local one an hour earlier: the durations tell."""
    times = '"2026-11-23 16:11:05","2026-11-23 16:11:08","2026-11-23 18:11:20"'
    said = READ(f'{HEAD},{times},7215,7212,"ANSWERED","DOCUMENTATION","{ID}",""')
    assert (said.at, said.answered_at, said.ended_at) == (START, START + 3, START + 7215)


def test_a_call_that_lasts_over_midnight_ends_the_next_day():
    times = '"2026-11-23 23:59:50","2026-11-23 23:59:55","2026-11-24 00:00:30"'
    said = READ(f'{HEAD},{times},40,35,"ANSWERED","DOCUMENTATION","1795474790.1",""')
    assert said.ended_at - said.at == 40


def test_a_call_over_the_clock_change_of_october_keeps_its_length():
    times = '"2026-10-25 02:59:50","2026-10-25 02:59:55","2026-10-25 02:00:30"'
    said = READ(f'{HEAD},{times},40,35,"ANSWERED","DOCUMENTATION","1792889990.1",""')
    assert said.ended_at - said.at == 40
    assert said.answered_at - said.at == 5


@pytest.mark.parametrize(
    ("payload", "part"),
    [
        ("a,b,c", "3 columns"),
        (f'{PLAIN},"some day",,"",0,0,"FAILED","DOCUMENTATION"', "no start"),
        (f'{PLAIN},"2026-11-23 17:11:05",,"2026-11-23 17:10:05",0,0,"FAILED","DOCUMENTATION","",""', "ends before it starts"),
        (f'{PLAIN},"2026-11-23 17:11:05","2026-11-23 17:10:00","2026-11-23 17:11:20",15,12,"ANSWERED","",""', "answered before"),
        (f'{PLAIN},"1970-01-01 00:00:05",,"1970-01-01 00:00:09",4,0,"FAILED","DOCUMENTATION","",""', "1980"),
        (f'{PLAIN},"2026-11-23 17:11:05",,"2026-11-23 17:11:20","long",0,"FAILED","DOCUMENTATION","",""', "cannot be read"),
        (f'{PLAIN},"2026-11-23 17:11:05",,"2026-11-23 17:11:20",-15,0,"FAILED","DOCUMENTATION","",""', "ends before it starts"),
    ],
)  # fmt: skip
def test_rows_that_cannot_be_right_are_rejected_with_a_sentence(payload, part):
    said = READ(payload)
    assert isinstance(said, Rejected), said
    assert part in said.reason
