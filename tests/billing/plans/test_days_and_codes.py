"""When contracts end and change, and which tax numbers and DIR3 codes may stand in them."""

from datetime import date

import pytest

from billing.plans.definitions import ATTENDED, TACTICAL_ADVICE
from billing.plans.rules import (
    ANNUAL,
    MONTHLY,
    UnusableCode,
    change_day,
    dir3_code,
    end_day,
    start_of_year,
    tax_number,
    terms_of,
)
from tenants.directory.reference import municipalities

D = date.fromisoformat
ENDS = [
    (MONTHLY, "2026-01-10", "2026-11-24", "2026-12-01"),
    (MONTHLY, "2026-01-10", "2026-12-31", "2027-01-01"),
    (MONTHLY, "2026-11-01", "2026-11-01", "2026-12-01"),
    (MONTHLY, "2026-12-01", "2026-11-24", "2026-12-01"),  # it has not begun
    (ANNUAL, "2026-02-15", "2026-11-24", "2027-02-15"),
    (ANNUAL, "2026-02-15", "2027-02-14", "2027-02-15"),
    (ANNUAL, "2026-02-15", "2027-02-15", "2028-02-15"),
    (ANNUAL, "2028-02-29", "2028-11-24", "2029-03-01"),
    (ANNUAL, "2028-02-29", "2031-11-24", "2032-02-29"),
]


@pytest.mark.parametrize(("term", "starts_on", "today", "ends"), ENDS)
def test_a_contract_left_today_ends_with_its_month_or_year(term, starts_on, today, ends):
    assert end_day(term, D(starts_on), D(today)) == D(ends)


YEARS = [
    ("2026-02-15", "2026-02-15", "2026-02-15"),
    ("2026-02-15", "2027-02-14", "2026-02-15"),
    ("2024-02-29", "2026-01-01", "2025-03-01"),
]


@pytest.mark.parametrize(("starts_on", "on", "begins"), YEARS)
def test_the_year_of_a_contract_that_a_day_belongs_to(starts_on, on, begins):
    assert start_of_year(D(starts_on), D(on)) == D(begins)


def test_what_costs_more_holds_at_once_and_what_costs_less_from_the_end():
    advice, attended = (terms_of(plan, 18_567, D("2026-11-24")) for plan in (TACTICAL_ADVICE, ATTENDED))
    when = {"starts_on": D("2026-03-05"), "today": D("2026-11-24")}
    assert change_day(advice, attended, term=MONTHLY, **when) == D("2026-11-24")
    assert change_day(attended, advice, term=MONTHLY, **when) == D("2026-12-01")
    assert change_day(attended, advice, term=ANNUAL, **when) == D("2027-03-05")


GOOD = {
    "P0803300C": "P0803300C",
    " p-08.033.00-c ": "P0803300C",
    "ESP0803300C": "P0803300C",
    "Q2826000H": "Q2826000H",
    "S2826002D": "S2826002D",
    "B58378431": "B58378431",
    "12345678Z": "12345678Z",
}


@pytest.mark.parametrize("text", GOOD)
def test_a_tax_number_in_its_plain_form(text):
    assert tax_number(text) == GOOD[text]


BAD = [
    ("P0803300D", "its control, the last character, would have to be C."),
    ("P08033003", "its control, the last character, would have to be C."),  # an administration's is a letter
    ("B58378432", "its control, the last character, does not belong to the ones before it."),
    ("12345678A", "its control, the last character, does not belong to the ones before it."),
    ("P080330", "it has nine characters"),
    ("O0803300C", "it has nine characters"),
    ("", "it has nine characters"),
    ("PÑ803300C", "it has nine characters"),
]


@pytest.mark.parametrize(("text", "sentence"), BAD)
def test_a_wrong_tax_number_says_what_is_wrong(text, sentence):
    with pytest.raises(UnusableCode) as refused:
        tax_number(text)
    assert str(refused.value).startswith(f"“{text}” is not a tax number: {sentence}")


TOWN_HALLS = frozenset(town.dir3 for town in municipalities().values())


@pytest.mark.parametrize("text", ["L01080333", "l01 080 333", "LA0001234", "GE0001045", "A09002970"])
def test_a_dir3_code_in_its_plain_form(text):
    assert dir3_code(text, TOWN_HALLS) == text.replace(" ", "").upper()


WRONG_DIR3 = [
    ("L01080334", "its control, the last figure, would have to be 3."),
    ("L01999999", "no town hall has the figures 99999."),
    ("L0108033", "it has nine characters"),
    ("080333", "it has nine characters"),
    ("L0108033X", "it has nine characters"),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG_DIR3)
def test_a_wrong_dir3_code_says_what_is_wrong(text, sentence):
    with pytest.raises(UnusableCode) as refused:
        dir3_code(text, TOWN_HALLS)
    assert str(refused.value).startswith(f"“{text}” is not a DIR3 code: {sentence}")
