"""The page for the plenary and its papers: sentences, figures with definitions, months beside it, and whose they are."""

import csv
import re
from datetime import UTC, datetime
from html import unescape

import pytest
from fixtures.pdf import opened, words_of

from reporting.exports.rows import TABLES
from tenants.people.rules import Role

MONTH = "/reports/2026-11/"


@pytest.fixture
def in_december(monkeypatch):
    """The month of the records is over."""
    monkeypatch.setattr("tenants.directory.queries.timezone.now", lambda: datetime(2026, 12, 2, 10, tzinfo=UTC))


def text_of(response):
    assert response.status_code == 200, response.status_code
    return unescape(response.content.decode()).replace("\u00a0", " ")


def test_the_list_has_the_months_with_calls(reference, english, in_december):
    page = text_of(english(reference).get("/reports/"))
    assert "November 2026" in page and 'href="/reports/2026-11/"' in page
    assert "61.7%" in page  # 407 of 660
    assert "2026-10" not in page
    assert "The month is over" in page


def test_the_page_says_the_month_in_sentences_first(reference, english, in_december):
    page = text_of(english(reference).get(MONTH))
    said = page.index("In November 2026 660 calls came in. A person answered 407; 253 did not reach anybody.")
    assert said < page.index("<table")
    assert "Of October 2026 there is no call on record to compare with." in page
    assert "Departments did not pick up 28 of the 50 calls handed to them." in page
    assert "The worst day was Monday 23 November: 253 of 660 calls did not reach anybody." in page
    assert "The latest call on record is of 23 November 2026: nothing is known of the days after it." in page


def test_each_figure_has_its_definition_and_a_month_without_calls_says_so(reference, english, in_december):
    page = text_of(english(reference).get(MONTH))
    table = page[page.index("The month in figures") :]
    assert "AT / (A + B - Bs) · T = 20 s, S = 5 s · version 2" in table
    assert "56.0%" in table and "28 / 50" in table
    assert table.count("No calls on record") == 2  # under the names of two months
    assert table.count("–</div>") == 20
    assert "0.0%" not in table
    assert 'href="/figures/disaffection/?month=2026-11"' in table


def test_a_month_that_goes_on_is_called_provisional_and_compared_with_nothing(reference, english, monkeypatch):
    monkeypatch.setattr("tenants.directory.queries.timezone.now", lambda: datetime(2026, 11, 24, 10, tzinfo=UTC))
    page = text_of(english(reference).get(MONTH))
    assert "In November 2026, up to 24 November 2026, 660 calls came in." in page
    assert "The month is not over" in page
    assert "to compare with" not in page


@pytest.mark.parametrize("language", ["es", "ca"])
def test_the_paper_is_tagged_says_its_title_and_speaks_the_language_asked_for(
    reference, english, in_december, language
):
    answer = english(reference).get(f"{MONTH}report.pdf", {"language": language})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    everything = b"".join(opened(answer.content))
    assert re.search(rb"/MarkInfo ?<<\s*/Marked true", everything)
    assert re.search(rb"/Lang ?\(" + language.encode() + rb"\)", everything)
    assert re.search(rb"/Title ?[(<]", everything)
    assert b'pdfuaid:part="1"' in everything
    for tag in (b"/H1", b"/H2", b"/Table", b"/TH", b"/TD", b"/L", b"/LI"):
        assert tag in everything, tag


def test_the_paper_is_read_in_the_order_of_the_page_and_is_one_page(reference, english, in_december):
    words = words_of(english(reference).get(f"{MONTH}report.pdf").content)  # in the town's language
    assert "1 / 1" in words
    places = [
        words.index(said) for said in ("Informe mensual", "Ajuntament", "660 trucades", "El mes en xifres", "28 / 50")
    ]
    assert places == sorted(places)


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_a_csv_that_says_its_filters(reference, english, in_december, table):
    answer = english(reference).get(f"{MONTH}{table}.csv")
    lines = answer.content.decode().splitlines()
    assert lines[-1] == "# from: 2026-11-01; to: 2026-11-30"
    assert len(list(csv.reader(lines[:-1]))) > 5 or table == "departments"


def test_the_csv_of_days_leaves_unknown_cells_empty_and_sums_to_the_month(reference, english, in_december):
    lines = english(reference).get(f"{MONTH}days.csv").content.decode().splitlines()
    rows = list(csv.DictReader(lines[:-1]))
    assert len(rows) == 30
    assert sum(int(float(row["inbound"] or 0)) for row in rows) == 660
    assert sum(int(float(row["blind_lost"] or 0)) for row in rows) == 19


@pytest.mark.parametrize("path", ["2026-13/", "2026-1/", "november/", "2026-10/", "2027-11/", "2026-11/nothing.csv"])
def test_a_month_or_a_table_that_is_none_is_not_found(reference, english, in_december, path):
    assert english(reference).get(f"/reports/{path}").status_code == 404


@pytest.mark.parametrize("path", ["", "report.pdf", "report.xlsx", "days.csv"])
def test_the_other_town_finds_nothing_of_this_month(reference, arrecife, english, in_december, path):
    assert english(arrecife).get(f"{MONTH}{path}").status_code == 404
    assert english(reference).get(f"{MONTH}{path}").status_code == 200


def test_the_other_town_has_no_month_to_report_on(reference, arrecife, english):
    assert "There is no month to report on yet" in text_of(english(arrecife).get("/reports/"))


@pytest.mark.parametrize("path", ["/reports/", MONTH, f"{MONTH}report.pdf", f"{MONTH}report.xlsx", f"{MONTH}days.csv"])
def test_readers_read_contacts_are_refused_and_strangers_sign_in(reference, english, browse, path):
    assert english(reference, Role.DATA_PROTECTION_OFFICER).get(path).status_code == 200
    assert english(reference, Role.DEPARTMENT_CONTACT).get(path).status_code == 403
    assert browse("caldes").get(path).status_code == 302
