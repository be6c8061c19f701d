"""Years in advance: when they begin and what they cost, worked out by hand."""

from datetime import date
from decimal import Decimal

import pytest

from billing.plans.rules import ANNUAL, MONTHLY, Part, Tax, change_quote, terms_of, year_quote, years_begun

IVA = Tax("IVA", Decimal(21))
AGREED = date(2026, 2, 12)
DEAR = terms_of("attended", 18_567, AGREED)  # 1,090 € a month
CHEAP = terms_of("tactical_advice", 18_567, AGREED)  # 269 € a month
FOR_EVER = date.max


def day(text):
    return date.fromisoformat(text)


def part(terms, first, past="", term=ANNUAL):
    return Part(terms, term, day(first), day(past) if past else FOR_EVER)


HELD = [
    ([part(DEAR, "2026-02-12")], [("2026-02-12", "2027-02-12"), ("2027-02-12", "2028-02-12")]),
    ([part(DEAR, "2026-02-12", "2027-02-12")], [("2026-02-12", "2027-02-12")]),  # left: no second year
    ([part(DEAR, "2026-02-12", term=MONTHLY)], []),
    ([part(DEAR, "2026-02-12", "2026-02-12")], []),  # never began
    ([part(DEAR, "2024-02-29")], [("2026-03-01", "2027-03-01"), ("2027-03-01", "2028-02-29")]),
    # dearer in the middle of a year, and cheaper at the end of one
    (
        [part(CHEAP, "2026-02-12", "2026-06-20"), part(DEAR, "2026-06-20")],
        [("2026-02-12", "2027-02-12"), ("2026-06-20", "2027-06-20"), ("2027-06-20", "2028-06-20")],
    ),
    (
        [part(DEAR, "2026-02-12", "2027-02-12"), part(CHEAP, "2027-02-12")],
        [("2026-02-12", "2027-02-12"), ("2027-02-12", "2028-02-12")],
    ),
]


@pytest.mark.parametrize(("held", "years"), HELD)
def test_years_begin_on_their_day_and_none_after_the_end(held, years):
    found = years_begun(held, date(2026, 1, 1), date(2028, 1, 1))
    assert [(one.starts_on.isoformat(), one.ends_before.isoformat()) for one in found] == years


def test_a_stretch_of_days_has_the_years_that_begin_in_it():
    held = [part(DEAR, "2026-02-12")]
    for first, past, number in (
        ("2026-02-01", "2026-03-01", 1), ("2026-02-12", "2026-02-13", 1), ("2026-02-13", "2027-02-12", 0),
        ("2027-02-01", "2027-03-01", 1), ("2025-01-01", "2026-02-12", 0),
    ):  # fmt: skip
        assert len(list(years_begun(held, day(first), day(past)))) == number, first


def test_a_year_is_twelve_months_less_the_plans_discount():
    (year,) = years_begun([part(DEAR, "2026-02-12")], AGREED, date(2026, 3, 1))
    # 12 x 1,090.00 = 13,080.00; 8 % less is 12,033.60; 21 % of it 2,527.06
    assert [line.net_cents for line in year_quote(year, IVA).lines] == [1_308_000, -104_640]
    assert (year_quote(year, IVA).net_cents, year_quote(year, IVA).tax_cents) == (1_203_360, 252_706)


def test_a_dearer_year_gives_back_what_is_left_of_the_other():
    held = [part(CHEAP, "2026-02-12", "2026-06-20"), part(DEAR, "2026-06-20")]
    first, second = years_begun(held, AGREED, date(2027, 1, 1))
    # 12 x 269.00 less 8 % = 2,969.76; 237 of 365 days are left: 1,928.31
    assert year_quote(first, IVA).net_cents == 296_976
    assert [line.net_cents for line in year_quote(second, IVA).lines] == [-192_831, 1_308_000, -104_640]
    assert year_quote(second, IVA) == change_quote(held[0], DEAR, date(2026, 6, 20), IVA)


def test_on_the_anniversary_nothing_of_the_year_before_is_left():
    held = [part(CHEAP, "2026-02-12", "2027-02-12"), part(DEAR, "2027-02-12")]
    *_first, second = years_begun(held, AGREED, date(2027, 3, 1))
    assert second.instead_of is None
