"""Tables of any system by a mapping: times over midnight and clock changes, durations, outcomes, clear sentences."""

import csv
import io
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook

from callhub.calls.rules import tell
from callhub.pbx.adapters import SourceFormat, adapter_for
from callhub.pbx.adapters.base import Ignored, ReadOptions, Rejected, TableRecord, UnableToRead
from callhub.pbx.adapters.table.mapping import mapping_of, propose_mapping
from callhub.pbx.rules import PbxSettings

ZONE = ZoneInfo("Europe/Madrid")
TAPE = {
    "delimiter": "\t", "date_format": "%y%m%d", "time_format": "%H:%M:%S", "empty_times": ["0:00:00"],
    "key": ["line", "id", "date"], "arrived": ["date", "entry"], "queued": ["date", "q_start"],
    "answered": ["date", "s_start"], "ended": ["date", "s_exit"], "wait_seconds": "wait", "talk_seconds": "talk",
    "queue": "type", "agent": "server",
    "outcome": {"column": "outcome", "values": {"AGENT": "ANSWERED", "HANG": "ABANDONED", "PHANTOM": "IGNORE"}},
}  # fmt: skip
COLUMNS = "line id date entry q_start s_start s_exit wait talk type server outcome".split()


def readings(raw, mapping, timezone="Europe/Madrid"):
    options = ReadOptions(timezone, dict(mapping))
    adapter = adapter_for(SourceFormat.TABLE)
    rows = list(adapter.rows(io.BytesIO(raw), options))
    read = adapter.reader(options)
    return [read(row.payload) for row in rows]


def tape(**cells):
    told = {"line": "AA01", "id": "7", "date": "261123", "entry": "10:00:00", "q_start": "10:00:05", "s_start": "10:00:40",
            "s_exit": "10:03:40", "wait": "35", "talk": "180", "type": "PS", "server": "ANNA", "outcome": "AGENT", **cells}  # fmt: skip
    text = "\t".join(COLUMNS) + "\n" + "\t".join(told[c] for c in COLUMNS) + "\n"
    (one,) = readings(text.encode(), TAPE)
    return one


def local(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()


def visit_of(one):
    return tell("k", [one], PbxSettings()).visits[0]


def test_a_row_is_one_visit_and_one_call():
    one = tape()
    assert isinstance(one, TableRecord)
    story = tell("k", [one], PbxSettings())
    assert (story.call.direction, story.call.outcome, story.call.answered_by_person) == ("INBOUND", "ANSWERED", True)
    assert (story.visits[0].queue, story.visits[0].agent) == ("PS", "ANNA")
    assert one.at == local("2026-11-23 10:00:00")
    assert one.channel == "AA01\x1f7\x1f261123"


def test_a_mapped_duration_wins_over_differences_of_times():
    told = visit_of(tape(wait="33", talk="170"))
    assert (told.wait_seconds, told.talk_seconds) == (33, 170)


def test_without_a_mapped_duration_the_times_tell():
    told = visit_of(tape(wait="", talk=""))
    assert (told.wait_seconds, told.talk_seconds) == (35, 180)


def test_times_of_day_that_pass_midnight_belong_to_the_next_day():
    one = tape(entry="23:59:30", q_start="23:59:40", s_start="0:00:20", s_exit="0:04:00", wait="", talk="")
    assert one.at == local("2026-11-23 23:59:30")
    assert one.answered_at == local("2026-11-24 00:00:20")
    assert one.ended_at == local("2026-11-24 00:04:00")
    assert (visit_of(one).wait_seconds, visit_of(one).talk_seconds) == (40, 220)


def test_an_empty_time_is_no_time():
    one = tape(s_start="0:00:00", outcome="HANG", s_exit="10:00:50")
    assert one.answered_at is None
    assert tell("k", [one], PbxSettings()).call.outcome == "ABANDONED"


def test_a_clock_a_minute_off_is_no_end_before_the_start():
    one = tape(q_start="9:59:20", wait="")
    assert isinstance(one, TableRecord)
    assert one.queued_at == one.at


def test_an_arrival_whose_clock_is_ahead_of_the_queues_is_no_end_before_the_start():
    one = tape(entry="10:01:05", q_start="10:00:00", s_start="10:00:58", s_exit="10:03:40")
    assert isinstance(one, TableRecord)
    assert one.answered_at == one.at


def test_a_row_without_key_columns_is_known_by_its_digest_when_it_is_long():
    without = {name: value for name, value in TAPE.items() if name != "key"}
    text = "\t".join([*COLUMNS, "remark"]) + "\n" + "\t".join(["AA", "7", "261123", "10:00:00"] + ["0:00:00"] * 3)
    rows = [f"{text}\t5\t0\tPS\tANNA\tHANG\t{letter * 8_000}\n".encode() for letter in "ab"]
    keys = [readings(raw, without)[0].channel for raw in rows]
    assert {len(key) for key in keys} == {32}
    assert len(set(keys)) == 2


def test_rows_over_both_clock_changes():
    assert tape(date="261025", entry="10:00:00").at == local("2026-10-25 10:00:00")
    assert tape(date="260329", entry="10:00:00").at == local("2026-03-29 10:00:00")


@pytest.mark.parametrize(
    ("cells", "part"),
    [
        ({"outcome": "OTHER"}, "“OTHER” is not in the mapping"),
        ({"date": "23/11/2026"}, "is not a date"),
        ({"entry": "ten"}, "is not a time"),
        ({"entry": ""}, "no time of arrival"),
        ({"wait": "soon"}, "is not a duration"),
        ({"wait": "-5"}, "negative"),
        ({"s_start": "9:00:00", "s_exit": "9:03:00"}, "before it begins"),
        ({"q_start": "0:00:00", "s_start": "9:59:56"}, "before it begins"),
        ({"s_start": "0:00:00", "s_exit": "9:59:30"}, "before it begins"),
        ({"s_exit": "10:00:30"}, "before it begins"),
        ({"wait": "nan"}, "is not a duration"),
        ({"talk": "1e300"}, "is not a duration"),
        ({"talk": "9999999"}, "longer than 30 days"),
        ({"type": "a\tb"}, "13 cells"),
        ({"talk": "-0:00:05"}, "negative"),
        ({"talk": "0:75"}, "is not a duration"),
        ({"talk": "1_0"}, "is not a duration"),
        ({"date": "700101"}, "1980"),
    ],
)
def test_rows_that_cannot_be_right_are_rejected_with_a_sentence(cells, part):
    said = tape(**cells)
    assert isinstance(said, Rejected), said
    assert part in said.reason


@pytest.mark.parametrize(
    ("answered", "ended", "part"),
    [
        ("2126-11-23 10:00:30", "", "lasts more than 30 days"),
        ("2026-12-24 10:00:00", "", "lasts more than 30 days"),
        ("", "2026-12-24 10:00:00", "lasts more than 30 days"),
        ("2026-11-23 10:00:30", "9999-12-31 23:59:59", "lasts more than 30 days"),
        ("0001-01-01 00:00:00", "", "before it begins"),
    ],
)
def test_no_moment_of_a_row_may_be_impossible(answered, ended, part):
    (said,) = readings(f"{HEAD}1,2026-11-23 10:00:00,{answered},{ended},600111222,oac\n".encode(), PLAIN)
    assert isinstance(said, Rejected), said
    assert part in said.reason


@pytest.mark.parametrize("arrived", ["9999-12-31 23:59:59", "0001-01-01 00:00:00", "²" * 10])
def test_an_impossible_arrival_is_rejected_too(arrived):
    (said,) = readings(f"{HEAD}1,{arrived},,,600111222,oac\n".encode(), PLAIN)
    assert isinstance(said, Rejected), said


def test_a_call_of_thirty_days_is_still_one():
    row = "1,2026-11-01 10:00:00,2026-11-01 10:00:10,2026-12-01 10:00:00,600111222,oac"
    (said,) = readings(f"{HEAD}{row}\n".encode(), PLAIN)
    assert isinstance(said, TableRecord), said


def test_where_no_column_tells_answers_or_outcomes_the_outcome_is_unknown():
    (one,) = readings(b"id,inicio\n1,2026-11-23 10:00:00\n", {"arrived": ["inicio"], "key": ["id"]})
    story = tell("k", [one], PbxSettings())
    assert (story.call.outcome, story.call.answered_by_person) == ("UNKNOWN", None)
    assert story.visits[0].outcome == "UNKNOWN"


def test_an_outcome_can_be_ignored_by_the_mapping():
    assert tape(outcome="PHANTOM") == Ignored("outcome_ignored_by_mapping")


@pytest.mark.parametrize(
    ("text", "seconds"), [("34", 34), ("34.5", 34.5), ("34,5", 34.5), ("1:02", 62), ("0:01:02", 62), ("1:00:00", 3600)]
)
def test_durations_in_the_ways_people_write_them(text, seconds):
    assert tape(talk=text).talk_seconds == seconds


PLAIN = {
    "arrived": ["inicio"],
    "answered": ["respuesta"],
    "ended": ["fin"],
    "key": ["id"],
    "caller": "origen",
    "queue": "cola",
}
HEAD = "id,inicio,respuesta,fin,origen,cola\n"


@pytest.mark.parametrize(
    "moment", ["2026-11-23 10:00:00", "2026-11-23T10:00:00", "2026-11-23T09:00:00+00:00", "1795424400"]
)
def test_whole_moments_in_one_column(moment):
    (one,) = readings(f"{HEAD}1,{moment},,,600111222,oac\n".encode(), PLAIN)
    assert one.at == local("2026-11-23 10:00:00")
    assert one.outcome == "ABANDONED", "nobody answered and no column says more"


def test_cells_in_quotes_may_hold_the_delimiter_and_line_ends():
    (one,) = readings(f'{HEAD}1,2026-11-23 10:00:00,,,600111222,"oac, ""first""\nfloor"\n'.encode(), PLAIN)
    assert one.queue == 'oac, "first"\nfloor'


def test_a_row_goes_on_over_lines_however_far_from_the_start_its_quote_is():
    plain = "".join(f"{n},2026-11-23 10:00:00,,,600111222,oac\n" for n in range(200))
    said = readings(f'{HEAD}{plain}999,2026-11-23 10:00:00,,,600111222,"oac\nfloor"\n'.encode(), PLAIN)
    assert len(said) == 201
    assert said[-1].queue == "oac\nfloor"


def test_a_quote_in_the_middle_of_a_plain_cell_opens_nothing():
    rows = '1,2026-11-23 10:00:00,,,600111222,5" screen\n2,2026-11-23 10:01:00,,,600111222,oac\n'
    said = readings(f"{HEAD}{rows}".encode(), PLAIN)
    assert [one.queue for one in said] == ['5" screen', "oac"]


@pytest.mark.parametrize("text", ['"a ""b\n""c"', '"a\n\nb"', '""', '"a;""\n;b"'])
def test_quoted_cells_are_those_of_the_csv_module(text):
    raw = f"inicio;cola\n2026-11-23 10:00:00;{text}\n2026-11-23 10:01:00;oac\n"
    said = readings(raw.encode(), {"arrived": ["inicio"], "queue": "cola", "delimiter": ";"})
    want = [row["cola"] for row in csv.DictReader(io.StringIO(raw), delimiter=";")]
    assert [one.queue for one in said] == want


def test_a_needed_column_that_stands_twice_is_refused():
    raw = b"inicio,fin,fin\n2026-11-23 10:00:00,2026-11-23 10:01:00,2026-11-23 10:02:00\n"
    assert len(readings(raw, {"arrived": ["inicio"]})) == 1
    with pytest.raises(UnableToRead, match="has the column “fin” twice"):
        readings(raw, {"arrived": ["inicio"], "ended": ["fin"]})


def test_a_header_of_more_columns_than_a_list_has_is_refused():
    with pytest.raises(UnableToRead, match="has 1,001 columns"):
        readings(b"inicio" + b",x" * 1_000 + b"\n1\n", {"arrived": ["inicio"]})


def test_latin_1_is_read_when_the_mapping_says_so():
    raw = f"{HEAD}1,2026-11-23 10:00:00,,,600111222,Atenció\n".encode("latin-1")
    (one,) = readings(raw, {**PLAIN, "encoding": "latin-1"})
    assert one.queue == "Atenció"


def test_a_spreadsheet_says_the_same_as_its_csv():
    book, packed = Workbook(), io.BytesIO()
    book.active.append(HEAD.strip().split(","))
    book.active.append([1, datetime(2026, 11, 23, 10), datetime(2026, 11, 23, 10, 0, 30), None, 600111222, "oac"])
    book.save(packed)
    raw = f"{HEAD}1,2026-11-23 10:00:00,2026-11-23 10:00:30,,600111222,oac\n".encode()
    assert readings(packed.getvalue(), PLAIN) == readings(raw, PLAIN)


def test_hidden_numbers_of_a_table_are_not_one_caller():
    rows = "".join(f"{n},2026-11-23 10:00:0{n},,,anonymous,oac\n" for n in range(3))
    said = readings((HEAD + rows).encode(), PLAIN)
    calls = [tell(one.channel, [one], PbxSettings()).call for one in said]
    assert len({call.key for call in calls}) == 3
    assert {(call.caller, call.is_hidden) for call in calls} == {("", True)}


@pytest.mark.parametrize(
    ("mapping", "part"),
    [
        ({}, "arrived"),
        ({"arrived": ["a"], "answer": ["b"]}, "unknown key “answer”"),
        ({"arrived": ["a", "b", "c"]}, "names 3 columns"),
        ({"arrived": [1]}, "list of column names"),
        ({"arrived": ["a"], "delimiter": "||"}, "one character"),
        ({"arrived": ["a"], "encoding": "klingon"}, "not an encoding"),
        ({"arrived": ["a"], "encoding": "utf-16"}, "not an encoding"),
        ({"arrived": ["a"], "encoding": "hex"}, "not an encoding"),
        ({"arrived": ["a"], "encoding": "a\0b"}, "not an encoding"),
        ({"arrived": ["a"], "outcome": "result"}, "must be like"),
        ({"arrived": ["a"], "outcome": {"values": {"x": "ANSWERED"}}}, "must be like"),
        ({"arrived": ["a"], "outcome": {"column": "r", "values": {"x": "GONE"}}}, "“GONE” is not an outcome"),
        ({"arrived": ["a"], "outcome": {"column": "r", "values": ["ANSWERED"]}}, "must be like"),
        ({"arrived": ["a"], "timezone": "Madrid"}, "time zone"),
        ({"arrived": ["a"], "date_format": "%Q"}, "date_format"),
    ],
)
def test_a_mapping_that_cannot_be_meant_gets_a_sentence(mapping, part):
    with pytest.raises(UnableToRead, match=part):
        mapping_of(mapping)


def test_a_first_guess_from_the_names_of_the_columns():
    guess = propose_mapping(["Inicio", "respuesta", "fin", "origen", "Cola", "other"])
    assert guess == {
        "arrived": ["Inicio"],
        "answered": ["respuesta"],
        "ended": ["fin"],
        "caller": "origen",
        "queue": "Cola",
    }
    mapping_of(guess)


def test_a_table_that_was_saved_as_a_spreadsheet_with_days_and_times_is_read_with_the_mapping_of_its_text():
    words = {"line": "AA01", "id": "7", "wait": 35, "talk": 0, "type": "PS", "server": "NO_SERVER", "outcome": "HANG"}
    moments = {
        "date": date(2026, 11, 23),
        "entry": time(10),
        "q_start": time(10, 0, 5),
        "s_start": time(),
        "s_exit": time(),
    }
    book = Workbook()
    book.active.append(COLUMNS)
    book.active.append([(words | moments)[name] for name in COLUMNS])
    kept = io.BytesIO()
    book.save(kept)
    (one,) = readings(kept.getvalue(), TAPE)
    text = tape(s_start="0:00:00", s_exit="0:00:00", talk="0", server="NO_SERVER", outcome="HANG")
    assert one._replace(channel="") == text._replace(channel="")
    assert (one.at, one.answered_at, one.ended_at) == (local("2026-11-23 10:00:00"), None, None)
