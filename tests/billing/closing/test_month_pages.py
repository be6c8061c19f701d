"""The page of the month close: what each town pays, issuing after seeing the sums, and who may not see it."""

import csv
import re
from datetime import date
from decimal import Decimal

import pytest

from billing.invoices.models import Invoice
from billing.usage.models import ClosedMonth, Foreseen
from tenants.isolation.context import CONSOLE, inside
from tenants.people.rules import Role

ENGLISH = {"accept-language": "en"}
OCTOBER = date(2026, 10, 1)


@pytest.fixture
def finance(browse, outsider):
    return browse("consola", outsider(Role.STAFF_FINANCE))


@pytest.fixture
def october(caldes, agree):
    """Caldes with a contract, September and October closed."""
    agree.whole(caldes, today=date(2026, 9, 1))
    with inside(caldes):
        for month, calls in ((9, 20), (10, 12)):
            first = date(2026, month, 1)
            ClosedMonth.objects.create(
                schema_name=caldes.schema_name, month=first, calls=calls, by_day={first.isoformat(): calls}
            )
    return caldes


def text_of(response):
    return response.content.decode()


def test_a_month_without_anybody_says_when_towns_appear(finance):
    page = text_of(finance.get("/month-close/?month=2025-01", headers=ENGLISH))
    assert "Nobody had calls or a contract in this month" in page
    assert "month-close/issue/?" not in page


def test_the_month_is_shown_with_its_sums_and_its_difference_and_issued_after_a_second_look(finance, october):
    page = text_of(finance.get("/month-close/?month=2026-10", headers=ENGLISH))
    for said in ("Caldes de Montbui", "To be invoiced", "−8 compared with the month before", "€1,318.90"):
        assert said in page
    page = text_of(finance.get("/month-close/issue/?month=2026-10", headers=ENGLISH))
    assert "1 invoice is to be issued: €1,318.90 with tax." in page
    with inside(CONSOLE):
        assert not Invoice.objects.exists()
    done = finance.post("/month-close/issue/", {"month": "2026-10", "shown": "1/131890"}, follow=True, headers=ENGLISH)
    assert "1 invoice was issued." in text_of(done)
    assert "SCT-2026/000001" in text_of(done)
    finance.post("/month-close/issue/", {"month": "2026-10", "shown": "1/131890"})
    with inside(CONSOLE):
        assert Invoice.objects.count() == 1


def test_what_changed_since_it_was_shown_is_shown_again_and_not_issued(finance, october):
    page = finance.post("/month-close/issue/", {"month": "2026-10", "shown": "1/1"}, headers=ENGLISH)
    assert "has changed meanwhile" in text_of(page)
    with inside(CONSOLE):
        assert not Invoice.objects.exists()


def test_the_csv_has_the_amounts_as_numbers(finance, october):
    (row,) = csv.DictReader(text_of(finance.get("/month-close/?month=2026-10&format=csv")).splitlines())
    assert (row["municipality"], row["state"], row["calls"], row["more_than_month_before"]) == (
        "Caldes de Montbui", "READY", "12", "-8",
    )  # fmt: skip
    assert (row["net"], row["tax"], row["total"]) == ("1090.00", "228.90", "1318.90")


@pytest.mark.parametrize("text", ["2026", "2026-13", "9999-12", "x"])
def test_a_month_that_is_none_is_told_and_the_last_one_shown(finance, text):
    page = text_of(finance.get("/month-close/", {"month": text}, headers=ENGLISH))
    assert "is not a month: write it like 2026-10." in page
    assert "November 2026" in page


def test_only_finance_and_administrators_of_adtende_see_it(caldes, browse, outsider, person, october):
    for role, status in ((Role.STAFF_ADMINISTRATOR, 200), (Role.STAFF_AGENT, 403)):
        browser = browse("consola", outsider(role))
        for path in ("/month-close/", "/month-close/issue/"):
            assert browser.get(path).status_code == status, (role, path)
    of_town = browse("caldes", person(caldes, Role.ADMINISTRATOR))
    assert of_town.get("/month-close/").status_code == 404


def test_the_town_finds_its_invoice_and_the_other_towns_administrator_does_not(
    finance, october, arrecife, browse, person
):
    finance.post("/month-close/issue/", {"month": "2026-10", "shown": "1/131890"})
    with inside(CONSOLE):
        invoice = Invoice.objects.get()
    path = f"/invoices/{invoice.uuid}/invoice.xml"
    assert browse("caldes", person(october, Role.ADMINISTRATOR)).get(path).status_code == 200
    other = browse("arrecife", person(arrecife, Role.ADMINISTRATOR))
    assert other.get(path).status_code == 404
    assert "SCT-2026" not in text_of(other.get("/invoices/"))


def test_finance_confirms_a_discount_as_it_was_shown_and_a_town_cannot(finance, caldes, agree, browse, outsider):
    contract = agree.whole(caldes, today=date(2026, 9, 1), discount_percent=Decimal(10))
    with inside(caldes):
        ClosedMonth.objects.create(schema_name=caldes.schema_name, month=OCTOBER, calls=1, by_day={"2026-10-01": 1})
    page = text_of(finance.get("/month-close/?month=2026-10", headers=ENGLISH))
    assert "1 town hall cannot be invoiced until what is wrong is put right." in page
    shown = re.search(r'name="shown" value="([^"]+)"', page)[1]
    assert "1,100 calls included, €1.15 each further call. A discount of 10 %, without an end." in shown
    said = {"month": "2026-10", "contract": contract.uuid, "reason": "agreed in writing"}
    for wrong, sentence in (
        ({"shown": "less"}, "has changed meanwhile"),
        ({"shown": shown, "reason": ""}, "Say why these prices are right."),
    ):
        page = text_of(finance.post("/month-close/confirm/", {**said, **wrong}, follow=True, headers=ENGLISH))
        assert sentence in page
        assert "Cannot be invoiced" in page
    assert browse("consola", outsider(Role.STAFF_AGENT)).post("/month-close/confirm/", said).status_code == 403
    page = text_of(finance.post("/month-close/confirm/", {**said, "shown": shown}, follow=True, headers=ENGLISH))
    assert "The prices of the contract were confirmed." in page
    assert "To be invoiced" in page


def foresee(town, by_day, calls=1_200):
    Foreseen.objects.create(
        schema_name=town.schema_name, month=OCTOBER, calls=calls, by_day=by_day, made_on=date(2026, 10, 15)
    )


def test_calls_foreseen_for_days_before_the_contract_are_priced_as_on_the_towns_page(finance, caldes, agree):
    agree.whole(caldes, today=date(2026, 10, 16))
    with inside(caldes):
        foresee(caldes, {f"2026-10-{day:02}": "1000" if day < 16 else "40" for day in range(1, 32)}, 15_640)
    page = text_of(finance.get("/month-close/?month=2026-10", headers=ENGLISH))
    # 16 of 31 days of 1,090.00: 562.58 with 568 calls; 72 further ones are 82.80; with IVA 780.91
    assert "€780.91 foreseen" in page


@pytest.mark.parametrize(
    "by_day", [{}, [1], {"x": "1"}, {"2026-10-01": "many"}, {"2026-10-01": "NaN"}, {"2026-10-01": []}]
)
def test_a_forecast_that_cannot_be_read_is_not_priced_and_nobody_waits(finance, caldes, agree, by_day):
    agree.whole(caldes, today=date(2026, 9, 1))
    with inside(caldes):
        foresee(caldes, by_day)
    page = text_of(finance.get("/month-close/?month=2026-10", headers=ENGLISH))
    assert "1,200 foreseen on" in page
    assert re.search(r"€[\d,.]+ foreseen", page) is None


def test_what_is_foreseen_is_told_and_compared_with_what_came(finance, caldes, agree):
    agree.whole(caldes, today=date(2026, 9, 1))
    with inside(caldes):
        foresee(caldes, {"2026-10-01": "1200"})
    page = text_of(finance.get("/month-close/?month=2026-10", headers=ENGLISH))
    # 1,090.00 and 100 further calls at 1.15 are 1,205.00; with IVA 1,458.05
    assert "1,200 foreseen on" in page
    assert "€1,458.05 foreseen" in page
    with inside(caldes):
        ClosedMonth.objects.create(
            schema_name=caldes.schema_name, month=OCTOBER, calls=1_150, by_day={"2026-10-01": 1_150}
        )
    page = text_of(finance.get("/month-close/?month=2026-10", headers=ENGLISH))
    assert "−50 compared with the 1,200 foreseen on" in page
    (row,) = csv.DictReader(text_of(finance.get("/month-close/?month=2026-10&format=csv")).splitlines())
    assert (row["calls"], row["foreseen"], row["expected"]) == ("1150", "1200", "")
