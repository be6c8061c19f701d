"""Bad files: one clear sentence, exit code 1, and not one row stored. Bad rows: their line and reason in the ledger."""

import io
import json
import struct
import zipfile
from itertools import islice

import pytest
from django.core.management import CommandError, call_command
from fixtures.imports import fingerprint, imported, is_balanced, requested, stored_rows
from fixtures.records import FORMATS, content, unpacked
from openpyxl import Workbook
from support import manage

from callhub.calls.models import Visit
from callhub.pbx.actions import UnableToImport, imports, reading, take_in
from callhub.pbx.adapters import SourceFormat
from callhub.pbx.models import Import, RefusedRow
from callhub.pbx.queries import import_answer, ledger_line
from tenants.isolation.context import inside

QUEUE_LOG, CEL, CDR, TABLE = (f.value for f in SourceFormat)
KEPT = ("pbx_rawrecord", "pbx_refusedrow", "calls_call", "calls_visit", "pbx_channellink")
MAPPING = {"arrived": ["start"], "answered": ["answer"], "ended": ["end"], "key": ["id"], "queue": "queue"}


def log():
    return content("edges", "queue_log")


def zipped(members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)
    return packed.getvalue()


def bomb():
    return zipped({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": bytes(60 * 2**20)})


def lying_bomb():
    """A spreadsheet whose directory says that its sheet is small."""
    book, packed = Workbook(), io.BytesIO()
    for number in range(3_000):
        book.active.append([number, "2026-11-23 10:00:00", "", "", "oac"])
    book.save(packed)
    raw = bytearray(packed.getvalue())
    with zipfile.ZipFile(io.BytesIO(bytes(raw))) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    place = raw.rfind(struct.pack("<L", size))
    raw[place : place + 4] = struct.pack("<L", 500)
    return bytes(raw)


FILES = {
    "not UTF-8": (QUEUE_LOG, lambda: "1795450000|1.1|oac|Núria|ENTERQUEUE||6|1\n".encode("latin-1") * 60, "not UTF-8"),
    "UTF-16": (QUEUE_LOG, lambda: log().decode().encode("utf-16"), "UTF-16"),
    "UTF-16 without its mark": (QUEUE_LOG, lambda: log().decode().encode("utf-16-le"), "UTF-16"),
    "UTF-16 the other way round": (QUEUE_LOG, lambda: log().decode().encode("utf-16-be"), "UTF-16"),
    "NUL bytes": (QUEUE_LOG, lambda: b"\0" * 5_000, "NUL bytes"),
    "a field of 10 MB": (CEL, lambda: b'"' + b"x" * 10_000_000 + b'"', "longer than 32,768 bytes"),
    "only an open quote": (CDR, lambda: b'"","600', "never closed"),
    "events as queue_log": (QUEUE_LOG, lambda: content("edges", "cel.csv"), "looks like channel events (CEL)"),
    "queue_log as events": (CEL, log, "looks like a queue_log"),
    "details as events": (CEL, lambda: content("edges", "Master.csv"), "looks like call detail records (CDR)"),
    "a letter": (CDR, lambda: b"Dear town hall,\nwe call you.\n", "Dear town hall"),
    "empty": (QUEUE_LOG, lambda: b"", "empty"),
    "blank lines": (CDR, lambda: b"\n\n  \n", "empty"),
    "gzip": (QUEUE_LOG, lambda: b"\x1f\x8b\x08\x00aaaa", "gzip"),
    "spreadsheet as queue_log": (QUEUE_LOG, bomb, "import it with the format “table”"),
    "zip bomb as XLSX": (TABLE, bomb, "refused before unpacking"),
    "zip bomb that lies": (TABLE, lying_bomb, "spreadsheet"),
    "damaged XLSX": (TABLE, lambda: b"PK\x03\x04 and no more", "damaged"),
    "zip without workbook": (TABLE, lambda: zipped({"a.txt": b"a"}), "no spreadsheet"),
    "table without the mapped column": (TABLE, lambda: b"id,begin\n1,2\n", "no column “id”".replace("id", "start")),
    "empty table": (TABLE, lambda: b"", "empty"),
}  # fmt: skip


def assert_nothing_is_stored(town):
    assert set(stored_rows(town, *KEPT).values()) == {0}


@pytest.mark.parametrize("what", FILES)
def test_a_bad_file_gets_one_sentence_and_leaves_nothing(caldes, tmp_path, what):
    source, make, part = FILES[what]
    path, mapping = tmp_path / "given", tmp_path / "mapping.json"
    path.write_bytes(make())
    mapping.write_text(json.dumps(MAPPING))
    asked = ["--municipality", "caldes", "--format", source, "--mapping", str(mapping), str(path), "--json"]
    done = manage("import_calls", *asked, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert part in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert len(done.stderr) < 600
    assert_nothing_is_stored(caldes)


@pytest.mark.parametrize(
    ("name", "part"),
    [("a folder", "is a folder"), ("nowhere", "cannot be opened"), ("mar\udce7.csv", "has a name that is not UTF-8")],
)
def test_what_is_no_file_gets_one_sentence(caldes, tmp_path, name, part):
    (tmp_path / "a folder").mkdir()
    (tmp_path / "mar\udce7.csv").write_bytes(log())
    done = manage("import_calls", "--municipality", "caldes", "--format", QUEUE_LOG, str(tmp_path / name), check=False)
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (1, 1)
    assert part in done.stderr
    assert_nothing_is_stored(caldes)


def test_of_several_files_none_is_taken_in_when_one_is_not_there(caldes, tmp_path):
    good = unpacked("edges", "queue_log", tmp_path)
    asked = ["import_calls", "--municipality", "caldes", "--format", QUEUE_LOG, str(good), str(tmp_path / "nowhere")]
    done = manage(*asked, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("nowhere cannot be opened")
    assert_nothing_is_stored(caldes)


def test_a_name_of_a_switchboard_that_is_too_long_is_one_sentence(caldes, tmp_path):
    good = unpacked("edges", "queue_log", tmp_path)
    asked = ["import_calls", "--municipality", "caldes", "--format", QUEUE_LOG, "--pbx", "p" * 101, str(good)]
    done = manage(*asked, check=False)
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (1, 1)
    assert "101 letters" in done.stderr
    assert_nothing_is_stored(caldes)


def refused_table(tmp_path, *lines):
    path, mapping = tmp_path / "calls.csv", tmp_path / "mapping.json"
    path.write_text("id,start,answer,end,queue,how\n" + "".join(lines))
    mapping.write_text(json.dumps(MAPPING | {"outcome": {"column": "how", "values": {"OK": "ANSWERED"}}}))
    return ["--municipality", "caldes", "--format", TABLE, "--mapping", str(mapping), str(path)]


UNKNOWN_WORD = "{0},2026-11-23 10:00:00,2026-11-23 10:00:05,2026-11-23 10:01:00,oac,{1}\n"


@pytest.mark.parametrize("as_json", [True, False])
def test_a_file_of_which_no_row_can_be_used_is_a_failure_with_its_ledger(caldes, tmp_path, as_json):
    asked = refused_table(tmp_path, UNKNOWN_WORD.format(1, "VALE"), UNKNOWN_WORD.format(2, "VALE"))
    done = manage("import_calls", *asked, *(["--json"] if as_json else []), check=False)
    sentence = "None of the 2 rows could be used: in line 2, the outcome “VALE” is not in the mapping."
    assert done.returncode == 1
    if as_json:
        assert json.loads(done.stderr) == {"error": sentence}
        told = json.loads(done.stdout)
        assert (told["rows"], told["used"], told["merged"], told["rejected_total"]) == (2, 0, 0, 2)
    else:
        assert done.stderr == sentence + "\n"
        assert done.stdout.startswith("2 rows: 0 used")


def test_one_good_row_or_rows_that_are_there_already_are_no_failure(caldes, tmp_path):
    good, bad = UNKNOWN_WORD.format(1, "OK"), UNKNOWN_WORD.format(2, "VALE")
    asked = refused_table(tmp_path, good, bad)
    for _again in range(2):
        assert manage("import_calls", *asked, check=False).returncode == 0


ENTER = b"1795450261|1795450259.8|oac|NONE|ENTERQUEUE||anonymous|1\n"
GOOD_DETAIL = content("edges", "Master.csv").splitlines(keepends=True)[0]
HEAD = b'"","600111222","938000000","entrada","","PJSIP/troncal-0a","","Dial","x",'
ROWS = {
    "one row that is not UTF-8": (QUEUE_LOG, [ENTER, b"1795450262|1.1|oac|N\xfaria|ABANDON|1|1|1\n"], "UTF-8"),
    "one row with NUL": (QUEUE_LOG, [ENTER, b"1795450262|1.1|oac|\0|ABANDON|1|1|1\n"], "NUL"),
    "one field of 10 MB": (QUEUE_LOG, [ENTER, b"1795450262|1.1|" + b"x" * 10_000_000 + b"|NONE|ABANDON|1|1|1\n"], "longer"),
    "an unterminated quote": (CDR, [GOOD_DETAIL, b'"","600\n', *[GOOD_DETAIL.replace(b"600", b"601")] * 60], "never closed"),
    "a time before 1980": (QUEUE_LOG, [ENTER, b"1000|1.1|oac|NONE|ABANDON|1|1|1\n"], "1980"),
    "the end before the start": (CDR, [GOOD_DETAIL, HEAD + b'"2026-11-23 17:11:05",,"2026-11-23 17:10:05",0,0,"FAILED","",""\n'],
                                 "ends before it starts"),
    "too few columns": (CEL, [content("edges", "cel.csv").splitlines(keepends=True)[0], b'"CHAN_START","1"\n'], "2 columns"),
}  # fmt: skip


@pytest.mark.parametrize("what", ROWS)
def test_a_bad_row_is_rejected_with_its_line_and_the_others_count(caldes, tmp_path, what):
    source, rows, part = ROWS[what]
    path = tmp_path / "given"
    path.write_bytes(b"".join(rows))
    batch = imported(caldes, path, SourceFormat(source))
    with inside(caldes):
        answer = import_answer([batch])
    (rejected,) = answer["rejected"]
    assert rejected["line"] == 2
    assert part in rejected["reason"]
    assert (answer["rows"], answer["rejected_total"]) == (len(rows), 1)
    assert is_balanced(batch)
    assert batch.used >= 1


def test_every_verdict_can_be_fetched_by_line(caldes, tmp_path):
    path = tmp_path / "given"
    path.write_bytes(
        ENTER
        + b"\n"
        + b"1795450262|NONE|NONE|NONE|QUEUESTART|\n"
        + b"1000|1.1|oac|NONE|ABANDON|1|1|1\n"
        + ENTER
        + b"1795450269|1795450259.8|oac|NONE|ABANDON|1|1|8\n"
    )
    batch = imported(caldes, path, SourceFormat.QUEUE_LOG)
    exported = tmp_path / "exported"
    exported.write_bytes(
        b"id,time,callid,queuename,agent,event,data,data1,data2,data3,data4,data5\n"
        b"1,2026-11-23 16:11:01.8,1795450259.8,oac,NONE,ENTERQUEUE,,,anonymous,1,,\n"
    )
    same = imported(caldes, exported, SourceFormat.QUEUE_LOG)
    with inside(caldes):
        lines = {number: ledger_line(batch, number) for number in range(8)}
        told_twice = ledger_line(same, 2)
        assert ledger_line(same, 1) is None, "the header is not a row"
    assert [lines[n] for n in (0, 2, 7)] == [None] * 3
    assert (lines[1].verdict, lines[1].call, lines[1].text) == ("used", "1795450259.8", ENTER.decode().strip())
    assert (lines[3].verdict, lines[3].reason) == ("ignored", "queue_member_event")
    assert (lines[4].verdict, lines[4].reason[:23]) == ("rejected", "the time is before 1980")
    assert (lines[5].verdict, lines[5].reason) == ("ignored", "already_imported")
    assert (lines[6].verdict, lines[6].call) == ("used", "1795450259.8")
    assert (told_twice.verdict, told_twice.call, told_twice.call_id) == ("merged", "1795450259.8", lines[1].call_id)
    assert batch.rows == 5


def test_a_file_that_grows_while_it_is_read_counts_up_to_where_it_was(caldes, tmp_path, monkeypatch):
    rows = log().splitlines(keepends=True)
    path = tmp_path / "queue_log"
    path.write_bytes(b"".join(rows[:40]))
    monkeypatch.setattr(reading, "ROWS_AT_ONCE", 10)
    fresh = imports._Block._fresh

    def growing(self, pbx, stored):
        with path.open("ab") as file:
            file.write(b"".join(rows[40:50]))
        return fresh(self, pbx, stored)

    with monkeypatch.context() as patched:
        patched.setattr(imports._Block, "_fresh", growing)
        batch = imported(caldes, path)
    assert (batch.rows, is_balanced(batch)) == (40, True)
    path.write_bytes(b"".join(rows))
    rest = imported(caldes, path)
    assert rest.ignored["already_imported"] == 40
    assert rest.rows == len(rows)


@pytest.mark.parametrize("rows_before", [0, 30])
def test_a_row_in_the_middle_of_which_the_file_was_handed_over_is_left_to_the_next_import(
    caldes, tmp_path, rows_before
):
    mapping = {
        "arrived": ["start"],
        "key": ["id"],
        "talk_seconds": "talk",
        "outcome": {"column": "how", "values": {"OK": "ANSWERED"}},
    }
    path = tmp_path / "calls.csv"
    whole = "id,start,how,talk\n" + "".join(f"{n},2026-11-23 10:00:{n:02d},OK,50\n" for n in range(rows_before))
    path.write_text(f"{whole}99,2026-11-23 11:00:00,OK,1")
    batch = requested(caldes, path, SourceFormat.TABLE, mapping=dict(mapping))
    path.write_text(f"{whole}99,2026-11-23 11:00:00,OK,109\n")
    with inside(caldes):
        batch = take_in(batch=batch)
        (refused,) = RefusedRow.objects.all()
    assert (batch.used, batch.rejected, is_balanced(batch)) == (rows_before, 1, True)
    assert (refused.line, refused.reason) == (rows_before + 2, reading.STILL_WRITTEN)
    later = imported(caldes, path, SourceFormat.TABLE, mapping=dict(mapping))
    with inside(caldes):
        assert Visit.objects.get(call__key="99").talk_seconds == 109
    assert (later.used, later.rejected) == (1, 0)


def test_a_last_row_without_line_end_counts_when_nothing_follows(caldes, tmp_path):
    path = tmp_path / "calls.csv"
    path.write_text("id,start\n1,2026-11-23 10:00:00")
    batch = imported(caldes, path, SourceFormat.TABLE, mapping={"arrived": ["start"], "key": ["id"]})
    assert (batch.used, batch.rejected) == (1, 0)


def test_a_row_that_was_cut_in_the_middle_does_no_harm_when_the_whole_file_comes(caldes, arrecife, tmp_path):
    whole = log()
    path = tmp_path / "queue_log"
    path.write_bytes(whole[: len(whole) * 2 // 3])
    imported(caldes, path)
    path.write_bytes(whole)
    assert is_balanced(imported(caldes, path))
    imported(arrecife, path)
    assert fingerprint(caldes) == fingerprint(arrecife)


def test_a_file_that_breaks_after_many_good_rows_leaves_nothing_either(caldes, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "ROWS_AT_ONCE", 20)
    path = unpacked("edges", "queue_log", tmp_path)
    batch = requested(caldes, path)
    real, note, blocks = reading.adapter_for, imports._Block._note, []

    class Broken:
        def rows(self, *arguments):
            yield from islice(real(SourceFormat.QUEUE_LOG).rows(*arguments), 45)
            raise OSError(5, "Input/output error")

    def noted(self, *arguments):
        blocks.append(self.number)
        note(self, *arguments)

    with monkeypatch.context() as patched, inside(caldes):
        patched.setattr(reading, "adapter_for", lambda source: Broken())
        patched.setattr(imports._Block, "_note", noted)
        with pytest.raises(UnableToImport, match="cannot be read any more"):
            take_in(batch=batch)
    assert blocks == [0, 1], "two blocks were there before it broke"
    assert set(stored_rows(caldes, "calls_call", "calls_visit", "pbx_channellink").values()) == {0}
    with inside(caldes):
        batch.refresh_from_db()
        assert batch.state == Import.State.FAILED
        assert batch.undone_at is not None
    assert imported(caldes, path).ignored.get("already_imported", 0) == 0


def sheet_with(rows):
    """A spreadsheet of which the rows of XML are these."""
    book, packed = Workbook(), io.BytesIO()
    book.active.append(["id", "start", "answer", "end", "queue"])
    book.save(packed)
    with zipfile.ZipFile(packed) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"</row></sheetData>", b"</row>" + rows.encode() + b"</sheetData>")
    return zipped(parts)


def call_in_sheet(number):
    cells = (f"{number}", f"2026-11-23 10:00:{number % 60:02d}", "", "", "oac")
    return "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells) + "</row>"


def test_a_spreadsheet_that_breaks_after_many_good_rows_leaves_nothing(caldes, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "ROWS_AT_ONCE", 20)
    path = tmp_path / "calls.xlsx"
    path.write_bytes(sheet_with("".join(map(call_in_sheet, range(60))) + '<row r="9999999999"><c/></row>'))
    batch = requested(caldes, path, SourceFormat.TABLE, mapping=dict(MAPPING))
    monkeypatch.setattr(reading, "_blocks", one_by_one(reading._blocks))
    with inside(caldes), pytest.raises(UnableToImport, match="cannot be read"):
        take_in(batch=batch)
    with inside(caldes):
        batch.refresh_from_db()
    assert batch.state == Import.State.FAILED
    assert_nothing_counts(caldes)


def one_by_one(blocks):
    """As ``blocks``, with the rows before a fault in a block of their own, as in a longer file."""

    def made(rows, *others):
        yield from blocks(islice(rows, 60), *others)
        yield from blocks(rows, *others)

    return made


def assert_nothing_counts(town):
    assert set(stored_rows(town, "calls_call", "calls_visit", "pbx_channellink").values()) == {0}


def test_a_bad_cell_of_a_spreadsheet_rejects_its_row_alone(caldes, tmp_path):
    path = tmp_path / "calls.xlsx"
    bad = '<row><c><v>2</v></c><c t="s"><v>999</v></c></row>'
    path.write_bytes(sheet_with(call_in_sheet(1) + bad + call_in_sheet(3)))
    batch = imported(caldes, path, SourceFormat.TABLE, mapping=dict(MAPPING))
    with inside(caldes):
        (refused,) = RefusedRow.objects.all()
    assert (batch.rows, batch.used, batch.rejected, refused.line) == (3, 2, 1, 3)


@pytest.mark.parametrize("fault", [RuntimeError("nobody foresaw it"), ValueError("neither this")])
def test_what_nobody_foresaw_is_taken_back_and_said_in_one_sentence(caldes, tmp_path, monkeypatch, fault, capsys):
    path = unpacked("edges", "queue_log", tmp_path)
    monkeypatch.setattr(reading, "ROWS_AT_ONCE", 20)
    note = imports._Block._note

    def noted(self, *arguments):
        if self.number:
            raise fault
        note(self, *arguments)

    monkeypatch.setattr(imports._Block, "_note", noted)
    with pytest.raises(CommandError, match="nothing of it is kept"):
        call_command("import_calls", str(path), municipality="caldes", format=QUEUE_LOG, json=True)
    with inside(caldes):
        batch = Import.objects.get()
    assert (batch.state, batch.undone_at is not None) == (Import.State.FAILED, True)
    assert_nothing_counts(caldes)


def test_only_the_first_thousand_rejects_are_listed_and_all_are_counted(caldes, tmp_path):
    path = tmp_path / "given"
    path.write_bytes(ENTER + b"".join(b"%d|1.1|oac|NONE|ABANDON|1|1|1\n" % n for n in range(1, 1_201)))
    batch = imported(caldes, path, FORMATS["queue_log"])
    with inside(caldes):
        answer = import_answer([batch])
        assert RefusedRow.objects.count() == 1_200
    assert (len(answer["rejected"]), answer["rejected_total"]) == (1_000, 1_200)
    assert answer["rejected"][0]["line"] == 2


def test_rows_of_an_id_that_too_many_share_are_rejected_and_stop_no_other(caldes, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "ROWS_AT_ONCE", 20)
    monkeypatch.setattr(imports, "MOST_ROWS_OF_A_CALL", 50)
    path = tmp_path / "queue_log"
    rings = b"".join(b"%d|1795453859.5|oac|Anna|RINGNOANSWER|0\n" % (1_795_453_860 + n) for n in range(200))
    other = b"1795453859|1795453859.6|oac|NONE|ENTERQUEUE||600000001|1\n"
    path.write_bytes(other.replace(b"9.6", b"9.5") + rings + other)
    batch = imported(caldes, path)
    assert is_balanced(batch)
    assert (batch.used, batch.rejected, batch.calls_created) == (61, 141, 2)
    with inside(caldes):
        assert "the id that they share is wrong" in RefusedRow.objects.first().reason
    again = imported(caldes, path)
    assert (again.used, again.merged, again.ignored) == (0, 0, {"already_imported": 61})


@pytest.mark.parametrize("letters", [20_000_000, 100])
def test_a_call_of_few_enormous_rows_is_bounded_too(caldes, tmp_path, monkeypatch, letters):
    monkeypatch.setattr(reading, "ROWS_AT_ONCE", 1)
    monkeypatch.setattr(imports, "MOST_LETTERS_OF_A_CALL", letters)
    path = tmp_path / "queue_log"
    path.write_bytes(
        b"".join(b"%d|1795453859.5|oac|Anna|RINGNOANSWER|0\n" % (1_795_453_860 + number) for number in range(20))
    )
    assert imported(caldes, path).rejected == (0 if letters > 100 else 17)


def test_rows_before_the_beginning_of_a_call_lead_to_no_page_that_is_not_there(caldes, tmp_path):
    path = tmp_path / "queue_log"
    path.write_bytes(b"1795453870|1795453859.5|oac|Anna|CONNECT|11|1795453866.9|3\n")
    batch = imported(caldes, path)
    with inside(caldes):
        line = ledger_line(batch, 1)
    assert (line.verdict, line.call, line.call_id) == ("used", "1795453859.5", "")
    path.write_bytes(b"1795453859|1795453859.5|oac|NONE|ENTERQUEUE||600000001|1\n")
    imported(caldes, path)
    with inside(caldes):
        assert ledger_line(batch, 1).call_id


@pytest.mark.parametrize(
    ("row", "part"),
    [
        ("1795453859|1795453859.5|oac|NONE|ENTERQUEUE||" + "|".join("a" * 60), "at most 50 data fields and has 61"),
        (f"1795453859|1795453859.5|oac|NONE|ENTERQUEUE||{'6' * 33_000}|1", "longer than 32,768 bytes"),
        ("nan|1795453859.5|oac|NONE|ENTERQUEUE||600000001|1", "before 1980"),
        ("1e999|1795453859.5|oac|NONE|ENTERQUEUE||600000001|1", "after 2100"),
        (f"1795453859|{'9' * 6000}|oac|NONE|ENTERQUEUE||600000001|1", "6000 characters"),
        (f"1795453859|1795453859.5|oac|NONE|ENTERQUEUE||{'6' * 6000}|1", "6000 characters"),
    ],
)
def test_a_row_that_could_not_be_stored_is_rejected_and_stops_no_other(caldes, tmp_path, row, part):
    path = tmp_path / "queue_log"
    path.write_text(f"{row}\n1795453860|1795453860.6|oac|NONE|ENTERQUEUE||600000001|99999\n"
                    "1795453870|1795453860.6|oac|NONE|EXITWITHTIMEOUT|1|1|99999999999999\n")  # fmt: skip
    batch = imported(caldes, path, SourceFormat.QUEUE_LOG)
    with inside(caldes):
        assert part in RefusedRow.objects.get(batch=batch).reason
        visit = Visit.objects.get()
    assert (batch.used, batch.rejected, batch.state) == (2, 1, "DONE")
    assert (visit.position, visit.wait_seconds) == (None, 10.0)
