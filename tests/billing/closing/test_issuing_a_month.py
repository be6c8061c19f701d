"""Closed months become invoices: to the cent those of a calculation by hand, once, and nobody's trouble is another's."""

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from fixtures.imports import imported
from fixtures.invoices import BY
from fixtures.records import THREE, unpacked
from support import manage

from billing.closing.actions import UnableToConfirm, confirm_terms, issue_month
from billing.closing.queries import town_months
from billing.closing.rules import State
from billing.invoices.checking import checked
from billing.invoices.contents import from_json
from billing.invoices.facturae import parsed, validate
from billing.invoices.models import Invoice
from billing.invoices.signing import verify
from billing.plans.models import Contract
from billing.usage.actions import close_month
from billing.usage.models import ClosedMonth
from reporting.kpi.actions import compute_changed
from tenants.audit.actions import actor_of_command
from tenants.audit.models import AuditEntry
from tenants.isolation.context import CONSOLE, inside

SEPTEMBER, OCTOBER, NOVEMBER = (date(2026, month, 1) for month in (9, 10, 11))
IN_DECEMBER = datetime(2026, 12, 2, 9, tzinfo=UTC)
OF_ARRECIFE = {
    "legal_name": "Ayuntamiento de Arrecife", "tax_id": "P3500400A", "address": "Avenida de la Marina, 7",
    "postal_code": "35500", "town": "Arrecife", "province": "Las Palmas", "oc": "L01350043", "og": "L01350043",
    "ut": "L01350043", "file_reference": "",
}  # fmt: skip


def close(town, month):
    with inside(town):
        return close_month(month=month, now=IN_DECEMBER, by=actor_of_command(), reason="test")


def closed_with(town, month, calls, corrections=None):
    """A closed month with so many calls on its first day."""
    with inside(town):
        return ClosedMonth.objects.create(
            schema_name=town.schema_name, month=month, calls=calls, by_day={month.isoformat(): calls},
            corrections=corrections or {}, correction_of_earlier=sum((corrections or {}).values()),
        )  # fmt: skip


def issued(month):
    with inside(CONSOLE):
        return issue_month(month=month, by=BY, reason="test")


def amounts(invoice):
    return invoice.net_cents, invoice.tax_cents, invoice.total_cents


def tamper(town, **changes):
    """What would stand in a contract that somebody of Adtende wrote by hand."""
    with inside(CONSOLE):
        (contract,) = Contract.objects.filter(schema_name=town.schema_name)
        contract.terms |= changes.pop("terms", {})
        for name, value in changes.items():
            setattr(contract, name, value)
        contract.save()
    return contract


def test_three_months_of_genuine_records_are_invoiced_as_by_hand(caldes, agree, tmp_path):
    for name in THREE:
        imported(caldes, unpacked("reference", name, tmp_path))
    with inside(caldes):
        compute_changed()
    agree.whole(caldes, today=date(2026, 9, 16))
    calls = [close(caldes, month).calls for month in (SEPTEMBER, OCTOBER, NOVEMBER)]
    assert calls == [0, 0, 407]
    # 17,000 inhabitants: 1,090.00 € and 1,100 calls a month; 15 of September's 30 days; IVA 21 %.
    by_hand = [(54_500, 11_445, 65_945), (109_000, 22_890, 131_890), (109_000, 22_890, 131_890)]
    for number, month in enumerate((SEPTEMBER, OCTOBER, NOVEMBER)):
        done = issued(month)
        ((town, invoice),) = done.made
        assert (town, done.refused, amounts(invoice)) == (caldes, [], by_hand[number])
        assert invoice.full_number == f"SCT-2026/00000{number + 1}"
        assert verify(invoice.xml.encode(), invoice.certificate)
        validate(parsed(invoice.xml.encode()))
    with inside(CONSOLE):
        assert checked().right == 3
        assert checked().is_right
    data = from_json(invoice.content)
    assert (data.period_from, data.period_to) == (NOVEMBER, date(2026, 11, 30))
    assert (data.issued_on, data.due_on) == (date(2026, 12, 2), date(2027, 1, 1))
    assert (data.language, data.file_reference, data.buyer.offices) == ("ca", "2026/118", ("L01080333",) * 3)


def test_further_calls_and_a_correction_of_an_earlier_month_are_lines_of_their_own(caldes, agree):
    agree.whole(caldes, today=date(2026, 9, 1))
    closed_with(caldes, SEPTEMBER, 1_090)
    closed_with(caldes, OCTOBER, 1_117, {"2026-09-01": 15})
    assert amounts(issued(SEPTEMBER).made[0][1]) == (109_000, 22_890, 131_890)
    invoice = issued(OCTOBER).made[0][1]
    # 17 further calls, and of 15 found late 10 were included: 22 at 1.15 €.
    assert amounts(invoice) == (111_530, 23_421, 134_951)
    lines = [(line.description, int(line.quantity), line.net_cents) for line in from_json(invoice.content).lines]
    assert [line[1:] for line in lines] == [(1, 109_000), (17, 1_955), (5, 575)]
    assert "2026" in lines[2][0]


def test_issued_twice_is_issued_once(caldes, agree):
    agree.whole(caldes, today=SEPTEMBER)
    closed_with(caldes, SEPTEMBER, 5)
    first, again = issued(SEPTEMBER), issued(SEPTEMBER)
    assert (again.made, [one.pk for _town, one in again.there]) == ([], [first.made[0][1].pk])
    with inside(CONSOLE):
        assert Invoice.objects.count() == 1


def test_the_canary_town_pays_igic(arrecife, agree):
    agree.whole(arrecife, today=SEPTEMBER, buyer=OF_ARRECIFE)
    closed_with(arrecife, SEPTEMBER, 5)
    ((_town, invoice),) = issued(SEPTEMBER).made
    assert amounts(invoice) == (469_000, 32_830, 501_830)
    assert from_json(invoice.content).tax.code == "IGIC"
    assert from_json(invoice.content).lines[0].description == "Servicio Centralizado de Llamadas"


TAMPERED = [
    ({"terms": {"month_cents": 1}}, "are not those of the plan for"),
    ({"terms": {"further_call_cents": 0}}, "are not those of the plan for"),
    ({"terms": {"included_calls": 9_999}}, "are not those of the plan for"),
    ({"terms": {"agreed_on": "2019-01-01"}}, "has no price on 2019-01-01"),
    ({"terms": {"plan": "tactical_advice"}}, "of another plan or population"),
    ({"terms": {"population": 900}, "population": 900}, "are not those of the plan for 900"),
    ({"terms": {"discount_percent": "100"}, "discount_percent": Decimal(100)}, "nobody of finance has confirmed"),
    ({"terms": {"discount_percent": "NaN"}}, "nobody of finance has confirmed"),
    ({"terms": {"month_cents": None}}, "are not those of the plan for"),
    ({"terms": {"colour": "red"}}, "cannot be read"),
    ({"terms": {"agreed_on": "yesterday"}}, "cannot be read"),
    ({"file_reference": "x" * 60}, "an e-invoice takes 20"),
]


@pytest.mark.parametrize(("changes", "sentence"), TAMPERED)
def test_what_a_town_changed_in_its_own_contract_is_refused_and_the_other_town_is_invoiced(
    caldes, arrecife, agree, changes, sentence
):
    agree.whole(caldes, today=SEPTEMBER)
    agree.whole(arrecife, today=SEPTEMBER, buyer=OF_ARRECIFE)
    for town in (caldes, arrecife):
        closed_with(town, SEPTEMBER, 5)
    tamper(caldes, **changes)
    done = issued(SEPTEMBER)
    assert [town for town, _invoice in done.made] == [arrecife]
    ((town, why),) = done.refused
    assert town == caldes

    assert re.search(sentence, why), why
    with inside(CONSOLE):
        entry = AuditEntry.objects.get(verb="issue_month")
        assert list(entry.details["refused"]) == ["caldes"]


def test_a_smaller_population_with_its_own_prices_is_refused(caldes, agree):
    from billing.plans.rules import terms_of

    agree.whole(caldes, today=SEPTEMBER)
    closed_with(caldes, SEPTEMBER, 5)
    tamper(caldes, terms=terms_of("attended", 900, SEPTEMBER).to_json(), population=900)
    ((_town, why),) = issued(SEPTEMBER).refused
    assert why.startswith("The contract is for 900 inhabitants, but the municipality has ")


def test_a_discount_is_invoiced_once_finance_confirmed_it_and_another_is_not(caldes, agree):
    contract = agree.whole(caldes, today=SEPTEMBER, discount_percent=Decimal(10))
    closed_with(caldes, SEPTEMBER, 5)
    closed_with(caldes, OCTOBER, 5)
    assert issued(SEPTEMBER).made == []
    with inside(CONSOLE):
        contract.terms["discount_percent"] = "9"  # read before the row became what it is
        with pytest.raises(UnableToConfirm, match="has changed meanwhile"):
            confirm_terms(contract=contract, by=BY, reason="agreed in writing")
        contract.refresh_from_db()
        confirm_terms(contract=contract, by=BY, reason="agreed in writing")
    ((_town, invoice),) = issued(SEPTEMBER).made
    assert amounts(invoice) == (98_100, 20_601, 118_701)
    tamper(caldes, terms={"discount_percent": "50"})
    ((_town, why),) = issued(OCTOBER).refused
    assert "another plan or population" in why or "confirmed" in why


def test_an_unexpected_failure_of_one_town_keeps_no_other_waiting(caldes, arrecife, agree, monkeypatch):
    from billing.closing import actions

    agree.whole(caldes, today=SEPTEMBER)
    agree.whole(arrecife, today=SEPTEMBER, buyer=OF_ARRECIFE)
    for town in (caldes, arrecife):
        closed_with(town, SEPTEMBER, 5)
    genuine = actions.issue_invoice

    def fails_for_arrecife(*, schema_name, **more):
        if schema_name == arrecife.schema_name:
            raise OSError("the disk is full")
        return genuine(schema_name=schema_name, **more)

    monkeypatch.setattr(actions, "issue_invoice", fails_for_arrecife)
    done = issued(SEPTEMBER)
    assert ([town for town, _ in done.made], [town for town, _ in done.refused]) == ([caldes], [arrecife])


STATES = [
    ("CARD", True, State.OTHER_WAY),
    ("E_INVOICE", False, State.OPEN),
    ("E_INVOICE", True, State.READY),
]


@pytest.mark.parametrize(("way", "is_closed", "state"), STATES)
def test_only_closed_months_by_electronic_invoice_are_invoiced(caldes, agree, way, is_closed, state):
    agree.whole(caldes, today=SEPTEMBER, way=way)
    if is_closed:
        closed_with(caldes, SEPTEMBER, 5)
    with inside(CONSOLE):
        (row,) = town_months(SEPTEMBER)
    assert row.state == state
    assert bool(issued(SEPTEMBER).made) == (state == State.READY)


def test_calls_without_a_contract_are_shown_and_not_invoiced(caldes):
    closed_with(caldes, SEPTEMBER, 5)
    with inside(CONSOLE):
        (row,) = town_months(SEPTEMBER)
        assert (row.state, row.why) == (State.NOTHING, "There is no contract.")
        assert town_months(OCTOBER) == []


def test_the_command_issues_on_the_consoles_side_and_says_who_was_refused(caldes, agree):
    failed = manage("issue_month", "--month", "10/2026", check=False)
    assert "“10/2026” is not a month: write it like 2026-10." in failed.stderr
    agree.whole(caldes, today=SEPTEMBER)
    closed_with(caldes, SEPTEMBER, 5)
    told = manage("issue_month", "--month", "2026-09", "--json", check=False)
    answer = json.loads(told.stdout)
    # A process of its own has no issuer: nothing is issued, and it says so.
    assert (answer["issued"], list(answer["refused"])) == ({}, ["caldes"])
    assert "SCT_SELLER_NAME" in answer["refused"]["caldes"]
    assert told.returncode


def test_the_command_issues_and_the_second_time_finds_what_is_there(caldes, agree):
    agree.whole(caldes, today=SEPTEMBER)
    closed_with(caldes, SEPTEMBER, 5)
    answers = [
        json.loads(manage("issue_month", "--month", "2026-09", "--json", SCT_DEMONSTRATION="1").stdout)
        for _time in range(2)
    ]
    number = {"caldes": answers[0]["issued"]["caldes"]}
    assert answers[0] == {"month": "2026-09", "issued": number, "there_before": {}, "refused": {}}
    assert answers[1] == {"month": "2026-09", "issued": {}, "there_before": number, "refused": {}}


def test_a_year_in_advance_has_an_invoice_of_its_own_and_its_further_calls_another(caldes, agree):
    agree.whole(caldes, term="ANNUAL", today=date(2026, 9, 20))
    closed_with(caldes, SEPTEMBER, 0)
    closed_with(caldes, OCTOBER, 1_107)
    (year,) = (invoice for _town, invoice in issued(SEPTEMBER).made)
    # 12 x 1,090.00 less 8 %; 21 % of 12,033.60
    assert amounts(year) == (1_203_360, 252_706, 1_456_066)
    assert (year.period_from, year.period_to) == (date(2026, 9, 20), date(2027, 9, 19))
    lines = [(int(line.quantity), line.net_cents) for line in from_json(year.content).lines]
    assert lines == [(12, 1_308_000), (1, -104_640)]
    validate(parsed(year.xml.encode()))
    (calls,) = (invoice for _town, invoice in issued(OCTOBER).made)
    assert amounts(calls) == (805, 169, 974)  # 7 at 1.15
    assert issued(SEPTEMBER).made == issued(OCTOBER).made == []
    with inside(CONSOLE):
        assert Invoice.objects.count() == 2


def test_a_year_is_invoiced_on_its_first_day_and_a_dearer_one_gives_the_rest_back(caldes, agree, monkeypatch):
    old = agree.whole(caldes, "tactical_advice", term="ANNUAL", today=date(2026, 9, 20))
    agree.change(caldes, old, "attended", date(2026, 12, 10))
    with inside(CONSOLE):
        told = {one.year.starts_on: (one.state, one.why) for one in town_months(date(2026, 12, 1)) if one.year}
    assert told == {date(2026, 12, 10): (State.OPEN, "The year has not begun.")}
    for module in ("billing.closing.queries", "billing.invoices.actions"):
        monkeypatch.setattr(f"{module}.today", lambda: date(2026, 12, 10))
    done = issued(SEPTEMBER)
    assert done.refused == []
    first, second = done.made[0][1], issued(date(2026, 12, 1)).made[0][1]
    assert first.net_cents == 296_976
    # 284 of 365 days of 2,969.76 are left: 2,310.72
    assert [line.net_cents for line in from_json(second.content).lines] == [-231_072, 1_308_000, -104_640]
    assert (second.period_from, second.period_to) == (date(2026, 12, 10), date(2027, 12, 9))


def test_who_left_pays_no_further_year_and_who_pays_by_card_gets_no_invoice_of_ours(caldes, arrecife, agree):
    agree.leave(caldes, agree.whole(caldes, term="ANNUAL", today=date(2026, 1, 5)), date(2026, 3, 1))
    agree.whole(arrecife, term="ANNUAL", way="CARD", today=date(2026, 1, 5), buyer=OF_ARRECIFE)
    with inside(CONSOLE):
        assert [one.town for one in town_months(date(2026, 1, 1)) if one.year] == [caldes]
        assert [one.town for one in town_months(date(2027, 1, 1)) if one.year] == []


@pytest.mark.parametrize(
    "forged",
    [
        {"by_day": {"2026-09-01": 3}}, {"calls": 0}, {"by_day": {"2026-09-01": 8, "2026-09-02": -3}},
        {"by_day": {"2026-10-01": 5}}, {"corrections": {"2026-08-01": -900}, "correction_of_earlier": -900},
    ],
)  # fmt: skip
def test_a_closed_month_that_cannot_be_right_is_refused(caldes, agree, forged):
    agree.whole(caldes, today=SEPTEMBER)
    said = {"calls": 5, "by_day": {"2026-09-01": 5}, **forged}
    with inside(caldes):
        ClosedMonth.objects.create(schema_name=caldes.schema_name, month=SEPTEMBER, **said)
    done = issued(SEPTEMBER)
    assert done.made == []
    ((_town, why),) = done.refused
    assert "closed month" in why
