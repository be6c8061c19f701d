"""A table taken away runs nothing in anybody's spreadsheet, whatever outsiders wrote into it."""

import csv
import io

import pytest

from shell.csv import csv_response, safe_cell


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\0=1", "＝1+1", "a;=1+1", "a, =1", "a\n=1", "a;\t-1"]
)
def test_no_cell_begins_with_a_formula_under_any_separator(text):
    safe = safe_cell(text)
    cells = [cell for separator in ";,\t\n" for cell in safe.split(separator)]
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "＝")) for cell in cells), safe


@pytest.mark.parametrize("text", ["Urbanisme", "2026-11-24", "612 345 678", "a-b", "1;2"])
def test_what_is_no_formula_stays_as_it_is(text):
    assert safe_cell(text) == text


def test_numbers_stay_numbers_and_the_filters_stand_in_the_last_line():
    response = csv_response("x.csv", ["name", "calls"], [["Padró", -3], [None, 1.5]], {"queue": "oac", "agent": ""})
    rows = list(csv.reader(io.StringIO(response.content.decode())))
    assert rows == [["name", "calls"], ["Padró", "-3"], ["", "1.5"], ["# queue: oac"]]
