"""A spreadsheet of departments: shown before anything is stored, imported whole, and the rest kept to be corrected."""

import csv
import html
import io
import re
import zipfile

import pytest
from django.core import signing
from django.utils import translation
from openpyxl import Workbook, load_workbook

from callhub.departments.models import Department, Extension
from callhub.departments.rules import columns_of
from callhub.departments.spreadsheets import HEADER
from tenants.audit.models import AuditEntry
from tenants.isolation.context import inside
from tenants.people.rules import Role

PAGE = "/departments/spreadsheet/"
CONFIRM = f"{PAGE}confirm/"
LEFT = f"{PAGE}to-correct/"


@pytest.fixture
def pau(caldes, browse, person):
    client = browse("caldes", person(caldes, Role.SUPERVISOR))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def give(client, content, name="departments.csv"):
    file = io.BytesIO(content if isinstance(content, bytes) else content.encode())
    file.name = name
    return client.post(PAGE, {"file": file})


def words(answer):
    return html.unescape(answer.content.decode())


def seal(answer):
    return re.search(r'name="rows" value="([^"]+)"', answer.content.decode())[1]


def confirm(client, answer):
    return client.post(CONFIRM, {"rows": seal(answer)})


def kept(town):
    with inside(town):
        return {
            (one.number, str(one.department), one.person, one.telephone)
            for one in Extension.objects.select_related("department")
        }


def xlsx(*rows):
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def test_a_preview_tells_what_would_change_and_stores_nothing(pau, caldes):
    with inside(caldes):
        department = Department.objects.create(name="Urbanisme", search_key="urbanisme")
        Extension.objects.create(number="301", department=department, person="Laia", search_key="301")
    text = "Departamento;Extensión;Quién atiende\nUrbanisme;301;Joan\nUrbanisme;302;\nurbanisme;;\n"
    page = words(give(pau, text))
    assert "Who answers: Joan instead of Laia" in page
    for word in ("New", "Changed", "Same"):
        assert re.search(rf">{word}</span>\s+1<", page)
    assert kept(caldes) == {("301", "Urbanisme", "Laia", "")}


def test_what_is_right_is_imported_and_the_rest_stays_to_be_corrected(pau, caldes):
    text = "department,extension,person,telephone,email\nUrbanisme,301,Laia,93 123 45 67,\nPadró,3x2,Joan,,\n,303,,,\nOAC,304,Pau,93123456,\n"
    preview = give(pau, text)
    assert "Row 3: the extension “3x2” must have 2 to 10 figures." in words(preview)
    assert "Row 4: the name of the department is missing." in words(preview)
    assert "Row 5: the telephone has 8 figures." in words(preview)
    assert confirm(pau, preview)["Location"] == LEFT
    assert kept(caldes) == {("301", "Urbanisme", "Laia", "+34931234567")}
    assert "3x2" in words(pau.get(LEFT))
    taken = list(csv.reader(io.StringIO(pau.get(f"{LEFT}?format=csv").content.decode())))
    assert taken[3] == ["OAC", "304", "Pau", "93123456", "", "Row 5: the telephone has 8 figures."]
    corrected = pau.get(f"{LEFT}?format=csv").content.decode().replace("93123456", "931234568").replace("3x2", "302")
    confirm(pau, give(pau, corrected))
    assert {number for number, *_ in kept(caldes)} == {"301", "302", "304"}


def test_an_import_is_one_act_in_the_record(pau, caldes):
    text = "department,extension\n" + "".join(f"Departament {n % 7},{300 + n}\n" for n in range(20))
    confirm(pau, give(pau, text, "directori.csv"))
    with inside(caldes):
        entry = AuditEntry.objects.exclude(verb="sign_in").get()
    assert (entry.verb, entry.subject) == ("import_departments", "directori.csv")
    assert entry.details == {"new": 20, "changed": 0, "same": 0}


def test_thousands_of_rows_are_confirmed_at_once(pau, caldes):
    text = "department,extension,person\n" + "".join(
        f"Departament {n % 300},{1000 + n},Persona {n}\n" for n in range(3_000)
    )
    preview = give(pau, text)
    assert confirm(pau, preview).status_code == 302
    assert len(kept(caldes)) == 3_000
    again = words(give(pau, text))
    assert "3,000" in again
    assert "There is nothing to import" in again


def test_confirming_twice_is_as_once(pau, caldes):
    preview = give(pau, "department,extension\nUrbanisme,301\n")
    assert [confirm(pau, preview).status_code for _ in range(2)] == [302, 302]
    assert len(kept(caldes)) == 1


def test_nothing_is_imported_when_something_fails_on_the_way(pau, caldes, monkeypatch):
    from callhub.departments import actions

    preview = give(pau, "department,extension\nUrbanisme,301\nPadró,302\n")
    monkeypatch.setattr(actions, "record", lambda **line: 1 / 0)
    pau.raise_request_exception = False
    assert confirm(pau, preview).status_code == 500
    with inside(caldes):
        assert not Department.objects.exists()


def refused(client, rows):
    answer = client.post(CONFIRM, {"rows": rows})
    return answer.status_code == 422 and "older than an hour" in words(answer)


def test_rows_that_were_not_shown_are_not_imported(pau, caldes, arrecife, browse, person):
    real = seal(give(pau, "department,extension\nUrbanisme,301\n"))
    other = browse("arrecife", person(arrecife, Role.SUPERVISOR))
    other.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert refused(pau, f"x{real}")
    assert pau.post(CONFIRM).status_code == 422
    assert refused(pau, signing.dumps({"name": "x", "rows": [[2, "Urbanisme", "301", "", "", ""]]}, salt="mine"))
    assert refused(other, real), "the preview of one town is nothing in the other"
    assert (kept(caldes), kept(arrecife)) == (set(), set())


def test_a_preview_of_yesterday_is_shown_again_first(pau, monkeypatch):
    from callhub.departments import spreadsheets

    preview = give(pau, "department,extension\nUrbanisme,301\n")
    monkeypatch.setattr(spreadsheets, "SEALED_SECONDS", -1)
    assert refused(pau, seal(preview))


def test_rows_are_judged_again_when_they_come_back(pau, caldes, monkeypatch):
    from callhub.departments import spreadsheets

    with inside(caldes):
        sheet = spreadsheets.Sheet("x", [spreadsheets.Row(2, "U" * 300, "not a number")], [])
        rows = spreadsheets.sealed(sheet)
    assert pau.post(CONFIRM, {"rows": rows})["Location"] == LEFT
    with inside(caldes):
        assert not Department.objects.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The submitted file is empty."),
        (b"nombre\nLaia\n", "one of them must be “Department”"),
        (b"PK\x03\x04broken", "The file cannot be read"),
        (b"\xff\xfe" + "department\nx\n".encode("utf-16-le"), "must"),
        (b"department\n" + b"x\n" * 5_001, "more than 5000 rows"),
        (b'department\n"' + b"x" * 200_000, "The file cannot be read"),
        (b"department,extension\n" + b"x" * (5 * 2**20), "more than 5 MB"),
    ],
)
def test_a_file_that_cannot_be_used_gets_one_sentence(content, sentence, pau, caldes):
    answer = give(pau, content)
    assert answer.status_code == 422
    assert sentence in words(answer)


def test_a_spreadsheet_with_a_row_beyond_every_sheet_gets_one_sentence_at_once(pau):
    content = xlsx(["department", "extension"], ["OAC", "301"])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name, packed = "xl/worksheets/sheet1.xml", io.BytesIO()
    parts[name] = parts[name].replace(b'<row r="2"', b'<row r="9999999999"')
    with zipfile.ZipFile(packed, "w") as archive:
        for part, text in parts.items():
            archive.writestr(part, text)
    answer = give(pau, packed.getvalue(), "directori.xlsx")
    assert answer.status_code == 422
    assert "The file cannot be read" in words(answer)


def test_uneven_long_and_odd_rows_harm_nothing(pau, caldes):
    text = (
        'department,extension,person\nUrbanisme\nPadró,301\nOAC,302,Pau,more,and more\n"A\0B",303\n'
        + "U" * 2_000
        + ",304\n,,\n"
    )
    assert confirm(pau, give(pau, text)).status_code == 302
    assert {number for number, *_ in kept(caldes)} == {"301", "302", "303"}


def test_what_a_spanish_excel_saves_as_csv_is_read(pau, caldes):
    text = "Departamento;Extensión\r\nPadrón;301\r\nDiseño;302\r\n"
    confirm(pau, give(pau, text.encode("cp1252")))
    assert kept(caldes) == {("301", "Padrón", "", ""), ("302", "Diseño", "", "")}


def test_an_xlsx_is_read_with_its_numbers_as_they_look(pau, caldes):
    rows = [
        ["Departament", "Extensió", "Telèfon directe"],
        ["OAC", 301, 931234567],
        [],
        ["OAC", 302.0, None],
        ["", 3, ""],
    ]
    preview = give(pau, xlsx(*rows), "directori.xlsx")
    assert "Row 5: the name of the department is missing." in words(preview)
    confirm(pau, preview)
    assert kept(caldes) == {("301", "OAC", "", "+34931234567"), ("302", "OAC", "", "")}


@pytest.mark.parametrize("language", ["es", "ca", "en"])
def test_the_template_is_understood_in_the_language_it_was_made_in(language):
    with translation.override(language):
        assert list(columns_of(str(one) for one in HEADER.values())) == list(HEADER)


@pytest.mark.parametrize("format", ["xlsx", "csv"])
def test_the_template_holds_the_towns_own_departments_and_changes_nothing_when_given_back(format, pau, caldes):
    rows = "department,extension,person,telephone,email\nUrbanisme,0301,=Laia,931234567,u@x.es\nPadró,,,,\n"
    confirm(pau, give(pau, rows))
    template = pau.get(f"/departments/?format={format}")
    if format == "xlsx":
        sheet = load_workbook(io.BytesIO(template.content)).active
        assert [[cell.value or "" for cell in row] for row in sheet.rows][1:] == [
            ["Padró", "", "", "", ""],
            ["Urbanisme", "0301", "=Laia", "+34931234567", "u@x.es"],
        ]
        assert all(cell.data_type != "f" for row in sheet.rows for cell in row), "no cell is a formula"
    assert "There is nothing to import" in words(give(pau, template.content, f"t.{format}"))


def test_what_is_left_to_correct_is_the_persons_own(pau, caldes, browse, person):
    confirm(pau, give(pau, "department,extension\n,301\n"))
    other = browse("caldes", person(caldes, Role.SUPERVISOR, "laia@example.org"))
    assert "301" in words(pau.get(LEFT))
    assert "301" not in words(other.get(LEFT))
