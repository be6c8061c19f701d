"""Prices of any day and any stretch: tables of examples, worked out by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.plans.definitions import ATTENDED, TACTICAL_ADVICE, Block, UnknownPrice
from billing.plans.rules import (
    ANNUAL,
    MONTHLY,
    Bought,
    Part,
    Tax,
    Terms,
    UnknownTax,
    change_quote,
    correction_line,
    fits_minor_contract,
    month_quote,
    month_total,
    quote,
    tax_of,
    terms_of,
)

IVA, IGIC = Tax("IVA", Decimal(21)), Tax("IGIC", Decimal(7))
NOV = date(2026, 11, 1)
TERMS = Terms(
    plan=ATTENDED,
    population=12_000,
    agreed_on=NOV,
    band_up_to=20_000,
    month_cents=100_000,
    included_calls=1_000,
    further_call_cents=115,
    annual_discount_percent=Decimal(8),
    overflow_block=Block(100, 9_800),
    campaign_block=Block(500, 44_000),
)
OVERFLOW, CAMPAIGN = Bought("overflow_block", 100, 9_800), Bought("campaign_block", 500, 44_000)
CHEAP = Terms(TACTICAL_ADVICE, 12_000, NOV, 20_000, 26_900, 0, 0, Decimal(8))


def reduced(percent, ends_before=None):
    return Terms(**{**TERMS.__dict__, "discount_percent": Decimal(percent), "discount_ends_before": ends_before})


def kinds(found):
    return [(line.kind, line.quantity, line.net_cents) for line in found.lines]


TAXES = [
    ("08033", NOV, IVA),
    ("35004", NOV, IGIC),
    ("38038", NOV, IGIC),
    ("01001", date(2030, 1, 1), IVA),
    ("35004", date(2020, 1, 1), IGIC),
]


@pytest.mark.parametrize(("ine_code", "on", "tax"), TAXES)
def test_the_tax_is_that_of_the_place_and_the_day(ine_code, on, tax):
    assert tax_of(ine_code, on) == tax


@pytest.mark.parametrize(("ine_code", "name"), [("51001", "Ceuta"), ("52001", "Melilla")])
def test_ceuta_and_melilla_have_a_tax_of_their_own(ine_code, name):
    with pytest.raises(UnknownTax, match=f"{name} has a tax of its own, IPSI"):
        tax_of(ine_code, NOV)


def test_before_a_rate_was_known_there_is_no_price():
    with pytest.raises(UnknownPrice, match="IGIC has no price on 2019-12-31"):
        tax_of("35004", date(2019, 12, 31))


WHOLE = [
    (TERMS, MONTHLY, IVA, [("base", 1, 100_000)], 100_000, 21_000),
    (TERMS, MONTHLY, IGIC, [("base", 1, 100_000)], 100_000, 7_000),
    (TERMS, ANNUAL, IVA, [("base", 12, 1_200_000), ("annual_discount", 1, -96_000)], 1_104_000, 231_840),
    (reduced("10"), MONTHLY, IVA, [("base", 1, 100_000), ("discount", 1, -10_000)], 90_000, 18_900),
    (
        reduced("10"),
        ANNUAL,
        IVA,
        [("base", 12, 1_200_000), ("annual_discount", 1, -96_000), ("discount", 1, -110_400)],
        993_600,
        208_656,
    ),
    (reduced("10", NOV), MONTHLY, IVA, [("base", 1, 100_000)], 100_000, 21_000),
    (CHEAP, MONTHLY, IVA, [("base", 1, 26_900)], 26_900, 5_649),
]


@pytest.mark.parametrize(("terms", "term", "tax", "lines", "net", "tax_cents"), WHOLE)
def test_a_whole_month_and_a_whole_year(terms, term, tax, lines, net, tax_cents):
    found = quote(terms, term, tax, NOV)
    assert kinds(found) == lines
    assert (found.net_cents, found.tax_cents, found.total_cents) == (net, tax_cents, net + tax_cents)


def november(terms, first=1, past=31, term=MONTHLY):
    return Part(terms, term, NOV + timedelta(days=first - 1), NOV + timedelta(days=past - 1))


MONTHS = [
    ("a whole month without calls", [november(TERMS)], {"calls": 0}, [("base", 1, 100_000)]),
    ("all included", [november(TERMS)], {"calls": 1_000}, [("base", 1, 100_000)]),
    ("one beyond", [november(TERMS)], {"calls": 1_001}, [("base", 1, 100_000), ("further_calls", 1, 115)]),
    ("the last 12 days", [november(TERMS, 19)], {"calls": 400}, [("base", 1, 40_000)]),
    (
        "the last 12 days include 400 calls",
        [november(TERMS, 19)],
        {"calls": 403},
        [("base", 1, 40_000), ("further_calls", 3, 345)],
    ),
    (
        "a change on the 19th: 18 days and 12 days",
        [november(CHEAP, 1, 19), november(TERMS, 19)],
        {"calls": 410},
        [("base", 1, 16_140), ("base", 1, 40_000), ("further_calls", 10, 1_150)],
    ),
    (
        "blocks are used before further calls",
        [november(TERMS)],
        {"calls": 1_710, "blocks": [CAMPAIGN, OVERFLOW, OVERFLOW]},
        [
            ("base", 1, 100_000),
            ("overflow_block", 2, 19_600),
            ("campaign_block", 1, 44_000),
            ("further_calls", 10, 1_150),
        ],
    ),
    (
        "a block that was not needed is paid all the same",
        [november(TERMS)],
        {"calls": 3, "blocks": [OVERFLOW]},
        [("base", 1, 100_000), ("overflow_block", 1, 9_800)],
    ),
    (
        "an annual contract has paid its days, not its further calls",
        [november(TERMS, term=ANNUAL)],
        {"calls": 1_002},
        [("further_calls", 2, 230)],
    ),
    ("a plan without calls never charges them", [november(CHEAP)], {"calls": 99_999}, [("base", 1, 26_900)]),
    (
        "a discount that ends in the month",
        [november(reduced("10", date(2026, 11, 16)))],
        {"calls": 0},
        [("base", 1, 100_000), ("discount", 1, -5_000)],
    ),
    (
        "a discount that ended before",
        [november(reduced("10", date(2026, 10, 16)))],
        {"calls": 0},
        [("base", 1, 100_000)],
    ),
]


@pytest.mark.parametrize(("name", "parts", "used", "lines"), MONTHS)
def test_a_month_that_is_over(name, parts, used, lines):
    found = month_quote(parts, IVA, **used)
    assert kinds(found) == lines
    assert found.net_cents == sum(net for _kind, _quantity, net in lines)


@pytest.mark.parametrize("month", range(1, 13))
def test_days_of_a_month_in_two_parts_cost_the_month_within_a_cent(month):
    first = date(2026, month, 1)
    past = date(2026 + month // 12, month % 12 + 1, 1)
    for day in range(1, (past - first).days):
        middle = first + timedelta(days=day)
        parts = [Part(CHEAP, MONTHLY, first, middle), Part(CHEAP, MONTHLY, middle, past)]
        assert abs(month_quote(parts, IVA, calls=0).net_cents - CHEAP.month_cents) <= 1


def test_a_monthly_upgrade_costs_the_difference_of_the_days_left():
    found = change_quote(november(CHEAP), TERMS, date(2026, 11, 19), IVA)
    assert kinds(found) == [("unused", 1, -10_760), ("base", 1, 40_000)]
    assert (found.net_cents, found.total_cents) == (29_240, 35_380)
    assert [(line.days, line.of_days, line.plan) for line in found.lines] == [
        (12, 30, TACTICAL_ADVICE),
        (12, 30, ATTENDED),
    ]


def test_an_annual_upgrade_gives_back_the_rest_of_the_year():
    old = Part(CHEAP, ANNUAL, date(2026, 1, 1), date(2027, 1, 1))
    found = change_quote(old, TERMS, date(2026, 7, 2), IVA)
    # 12 x 269 less 8 % is 2.969,76; 183 of 365 days are left of it: 1.488,95
    assert kinds(found) == [("unused", 1, -148_895), ("base", 12, 1_200_000), ("annual_discount", 1, -96_000)]


BANDS = [
    (TACTICAL_ADVICE, 1, 4_900),
    (TACTICAL_ADVICE, 1_000, 4_900),
    (TACTICAL_ADVICE, 1_001, 9_900),
    (TACTICAL_ADVICE, 100_000, 74_900),
    (TACTICAL_ADVICE, 3_000_000, 119_000),
    (ATTENDED, 5_000, 29_000),
    (ATTENDED, 18_567, 109_000),
    (ATTENDED, 50_001, 469_000),
    (ATTENDED, 100_001, 890_000),
]


@pytest.mark.parametrize(("plan", "population", "cents"), BANDS)
def test_a_population_belongs_to_one_band(plan, population, cents):
    assert terms_of(plan, population, NOV).month_cents == cents


def test_what_was_agreed_is_kept_and_read_back_whole():
    for terms in (TERMS, CHEAP, reduced("12.5", date(2027, 1, 1)), terms_of(ATTENDED, 700, NOV)):
        assert Terms.from_json(terms.to_json()) == terms


def test_a_larger_town_hall_never_pays_less():
    for plan in (TACTICAL_ADVICE, ATTENDED):
        months = [
            terms_of(plan, people, NOV).month_cents for people in (1, 2_000, 6_000, 12_000, 30_000, 60_000, 200_000)
        ]
        assert months == sorted(set(months))


CEILING = [(1_499_999, True), (1_500_000, False), (1_500_001, False), (0, True)]


@pytest.mark.parametrize(("net", "fits"), CEILING)
def test_a_minor_contract_stays_below_its_ceiling(net, fits):
    assert fits_minor_contract(net, NOV) is fits


def test_an_included_call_is_never_dearer_than_a_further_one():
    for people in (500, 2_000, 6_000, 12_000, 30_000, 60_000, 200_000):
        terms = terms_of(ATTENDED, people, NOV)
        assert terms.month_cents / terms.included_calls < 2 * terms.further_call_cents
        assert month_total(terms, terms.included_calls + 10) == terms.month_cents + 10 * terms.further_call_cents


# A whole November includes 1,000 calls; a block of overflow 100 more.
FOUND_LATE = [
    (990, 1_010, [], 10),
    (990, 1_010, [OVERFLOW], 0),
    (1_090, 1_120, [OVERFLOW], 20),
    (1_120, 1_050, [OVERFLOW], -20),
    (1_590, 1_610, [CAMPAIGN], 110 - 90),
]


@pytest.mark.parametrize(("before", "after", "blocks", "further"), FOUND_LATE)
def test_calls_found_late_are_within_the_blocks_of_their_month(before, after, blocks, further):
    line = correction_line([november(TERMS)], before, after, blocks)
    assert (line.quantity if line else 0) == further


def test_a_block_keeps_the_price_it_was_ordered_at():
    dearer = Bought("overflow_block", 100, 10_500)
    found = month_quote([november(TERMS)], IVA, calls=1_205, blocks=[dearer, OVERFLOW])
    assert kinds(found)[1:] == [("overflow_block", 1, 9_800), ("overflow_block", 1, 10_500), ("further_calls", 5, 575)]
