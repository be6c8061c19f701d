"""Spreadsheets that others made: read as they look, and whatever is made up in one gets a sentence, soon and in little memory."""

import io
import random
import zipfile
from datetime import date, datetime, time, timedelta

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import MAC_EPOCH

from callhub.pbx.adapters.base import BadRow, RawRow, UnableToRead
from callhub.pbx.adapters.table import sheet, workbook
from callhub.pbx.adapters.table.spreadsheet import spreadsheet_rows

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOOK = f'<workbook {MAIN} xmlns:r="{KINDS}"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>'
RELATIONS = f"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="{KINDS}/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="{KINDS}/sharedStrings" Target="/xl/sharedStrings.xml"/>
<Relationship Id="rId3" Type="{KINDS}/styles" Target="styles.xml"/></Relationships>"""
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
CONTENT = f"""<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>
<Override PartName="/xl/sharedStrings.xml" ContentType="{TYPES}.sharedStrings+xml"/></Types>"""
STYLES = f"""<styleSheet {MAIN}><numFmts><numFmt numFmtId="200" formatCode="[h]:mm:ss"/></numFmts>
<cellXfs><xf numFmtId="0"/><xf numFmtId="22"/><xf numFmtId="200"/></cellXfs></styleSheet>"""


NOISE = "".join(random.Random(1).choices("abcdefgh", k=3_000_000))


def made(rows, *, strings="", packed=zipfile.ZIP_DEFLATED, **parts):
    """A spreadsheet with these rows of XML."""
    whole = {
        "[Content_Types].xml": CONTENT,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f"<sst {MAIN}>{strings}</sst>",
        "xl/worksheets/sheet1.xml": f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>",
        **{f"xl/{name.replace('__', '/')}.xml": text for name, text in parts.items()},
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packed) as archive:
        for name, text in whole.items():
            archive.writestr(name, text)
    return file.getvalue()


def rows_of(raw, delimiter=","):
    return list(spreadsheet_rows(io.BytesIO(raw), delimiter))


def saved(*rows, epoch=None):
    book, file = Workbook(), io.BytesIO()
    if epoch:
        book.epoch = epoch
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def numbered(count):
    return "".join(f'<row r="{n}"><c><v>{n}</v></c></row>' for n in range(1, count + 1))


@pytest.mark.parametrize("epoch", [None, MAC_EPOCH])
def test_cells_are_read_as_they_look(epoch):
    cells = [
        301, 302.0, 0.5, True, False, "0301", " a ", "a\nb", 'a "b"', "a,b", None, date(2026, 11, 23),
        datetime(2026, 11, 23, 10, 20, 30), time(9, 5), timedelta(hours=30, seconds=5), "#N/A",
    ]  # fmt: skip
    (row,) = rows_of(saved(cells, epoch=epoch))
    assert row == RawRow(
        1,
        '301,302,0.5,True,False,0301, a ,"a\nb","a ""b""","a,b",,2026-11-23,2026-11-23 10:20:30,09:05:00,30:00:05,#N/A',
    )


def test_rows_keep_the_number_they_have_in_the_sheet_and_their_cells_the_column():
    rows = '<row r="3"><c r="B3" t="inlineStr"><is><r><t>x</t></r><r><t>y</t></r><rPh><t>z</t></rPh></is></c></row>'
    rows += '<row r="7"><c r="A7" t="s"><v>1</v></c><c r="C7" t="str"><f>A1</f><v>sum</v></c></row><row><c/></row>'
    assert rows_of(made(rows, strings="<si><t>a</t></si><si><t>b</t></si>")) == [RawRow(3, ",xy"), RawRow(7, "b,,sum")]


def test_names_may_have_a_prefix():
    text = '<x:worksheet xmlns:x="m"><x:sheetData><x:row><x:c><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    assert rows_of(made("", worksheets__sheet1=text)) == [RawRow(1, "7")]


def test_a_row_that_cannot_be_right_takes_no_other_with_it():
    rows = '<row><c t="s"><v>0</v></c></row><row><c t="s"><v>57</v></c></row><row><c t="s"><v>-1</v></c></row>'
    rows += f'<row><c t="str"><v>{NOISE[:1_100_000]}</v></c></row><row><c><v>5</v></c></row>'
    first, *bad, last = rows_of(made(rows, strings="<si><t>a</t></si>"))
    assert (first, last) == (RawRow(1, "a"), RawRow(5, "5"))
    assert [(one.line, one.reason) for one in bad] == [
        (2, sheet.UNKNOWN_TEXT), (3, sheet.UNKNOWN_TEXT), (4, sheet.TOO_LONG),
    ]  # fmt: skip


def test_a_text_that_is_named_again_and_again_makes_no_endless_row():
    strings = f"<si><t>{'x' * 60_000}</t></si>"
    rows = '<row r="1">' + '<c t="s"><v>0</v></c>' * 900 + "</row>"
    (row,) = rows_of(made(rows, strings=strings))
    assert isinstance(row, BadRow)
    assert row.reason == sheet.TOO_LONG


@pytest.mark.parametrize("text", ["9e99", "NaN", "-5", "1e999", "9" * 5_000, "soon"])
@pytest.mark.parametrize("style", [0, 1, 2])
def test_a_number_that_is_no_moment_stays_a_text(text, style):
    (row,) = rows_of(made(f'<row><c s="{style}"><v>{text}</v></c></row>'))
    assert isinstance(row, RawRow)


LAUGHS = '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
HOSTILE = {
    "a row beyond every sheet": made('<row r="9999999999"><c><v>1</v></c></row>'),
    "a row that is no number": made('<row r="x"><c><v>1</v></c></row>'),
    "rows backwards": made('<row r="5"><c><v>1</v></c></row><row r="3"><c><v>1</v></c></row>'),
    "a row told twice": made('<row r="5"><c><v>1</v></c></row><row r="5"><c><v>2</v></c></row>'),
    "two cells in one place": made('<row><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'),
    "a cell without a place": made('<row><c r="1"><v>1</v></c></row>'),
    "entities in the sheet": made("", worksheets__sheet1=f"{LAUGHS}<worksheet>&b;</worksheet>"),
    "entities in the texts": made("", sharedStrings=f"{LAUGHS}<sst>&b;</sst>"),
    "an endless tag": made(f'<row x="{NOISE}"><c><v>1</v></c></row>'),
    "a sheet cut off": made("", worksheets__sheet1=f"<worksheet {MAIN}><sheetData>{numbered(3)}"),
    "no sheet data": made("", worksheets__sheet1=f"<worksheet {MAIN}/>"),
    "no sheet": made("", workbook=f"<workbook {MAIN}/>"),
    "endless depth": made("", workbook="<a>" * 100_000 + "</a>" * 100_000),
    "a text of three million letters": made("", strings=f"<si><t>{NOISE}</t></si>"),
    "packed with what has no bound": made(numbered(3), packed=zipfile.ZIP_LZMA),
    "a directory of megabytes": made("", **{f"{n:060}{'x' * 200}": "" for n in range(14_000)}),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_made_up_spreadsheet_gets_a_sentence(what):
    with pytest.raises(UnableToRead, match=r"The spreadsheet (cannot be read|is damaged): open it, save it again"):
        rows_of(HOSTILE[what])


def test_a_column_of_the_far_right_is_refused_only_when_something_stands_in_it():
    assert rows_of(made('<row><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row>')) == [RawRow(1, "1")]
    with pytest.raises(UnableToRead, match="has 16,384 columns"):
        rows_of(made('<row><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>'))


def test_texts_that_need_more_memory_than_there_is_are_refused(monkeypatch):
    monkeypatch.setattr(workbook, "MOST_STRINGS_HELD", 2**20)
    with pytest.raises(UnableToRead, match="need more than 1 MB of memory"):
        rows_of(made(numbered(1), strings="".join(f"<si><t>{n}</t></si>" for n in range(20_000))))
    monkeypatch.setattr(workbook, "MOST_STRINGS", 2**18)
    with pytest.raises(UnableToRead, match="of memory"):
        rows_of(made(numbered(1), strings="<x/>" * 100_000))


def test_what_stands_between_rows_is_bounded(monkeypatch):
    monkeypatch.setattr(sheet, "MOST_WITHOUT_ROW", 2**18)
    assert len(rows_of(made(numbered(20_000)))) == 20_000
    with pytest.raises(UnableToRead, match="cannot be read"):
        rows_of(made("<row>" + "<c/>" * 100_000 + "</row>"))


def test_rows_before_the_fault_are_given_one_by_one():
    rows = spreadsheet_rows(io.BytesIO(made("", worksheets__sheet1=f"<w><sheetData>{numbered(9_000)}<row>")), ",")
    assert next(rows) == RawRow(1, "1")
    with pytest.raises(UnableToRead):
        list(rows)
