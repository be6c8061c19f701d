"""Numbers have no gap and no double, whoever issues at once and whatever fails; rows are never changed."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connections, transaction
from fixtures.invoices import BY, invoice_data, issue
from support import owner_connection

from billing.invoices.actions import UnableToIssueInvoice, issue_invoice, rectify_invoice, today
from billing.invoices.models import ChainRecord, Invoice, Standing
from billing.invoices.rules import Method
from tenants.isolation.context import CONSOLE, PUBLIC_SITE, inside


class PowerCut(Exception):
    """Something goes wrong after the invoice was made."""


def test_twenty_who_issue_at_once_leave_no_gap_and_no_double(caldes, ledger):
    together = threading.Barrier(20)

    def one(number):
        try:
            together.wait()
            with inside(CONSOLE), transaction.atomic():
                made = issue_invoice(
                    schema_name=caldes.schema_name,
                    key=f"k{number}",
                    data=invoice_data(),
                    by=BY,
                    reason="demonstration data",
                )
                if number % 3 == 0:
                    raise PowerCut
                return made.number
        except PowerCut:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        numbers = sorted(filter(None, pool.map(one, range(20))))
    assert numbers == list(range(1, 14))
    with inside(CONSOLE):
        assert list(ChainRecord.objects.order_by("position").values_list("position", flat=True)) == numbers
        assert sorted(Invoice.objects.values_list("number", flat=True)) == numbers


def test_asked_twice_for_the_same_it_gives_the_one_there_is(caldes, ledger):
    first, second = issue(caldes), issue(caldes)
    assert (first.pk, first.full_number) == (second.pk, "SCT-2026/000001")


def test_a_wrong_invoice_uses_no_number(caldes, ledger):
    with pytest.raises(UnableToIssueInvoice, match="no lines"):
        issue(caldes, "wrong", lines=())
    assert issue(caldes, "right").number == 1


def test_a_later_number_has_no_earlier_date(caldes, ledger):
    issue(caldes, "november")
    with pytest.raises(UnableToIssueInvoice, match="earlier date"):
        issue(caldes, "october", issued_on=date(2026, 11, 1))


def test_an_invoice_of_tomorrow_is_refused(caldes, ledger):
    tomorrow = today() + timedelta(days=1)
    with pytest.raises(UnableToIssueInvoice, match="is still to come"):
        issue(caldes, issued_on=tomorrow, due_on=tomorrow)
    assert issue(caldes, issued_on=today(), due_on=today()).number == 1


def test_what_was_replaced_is_rectified_no_more(caldes, ledger):
    wrong = issue(caldes)
    with inside(CONSOLE):
        said = {
            "invoice": wrong,
            "lines": wrong_lines(),
            "reason_code": "10",
            "due_on": today(),
            "by": BY,
            "reason": "x",
        }
        better = rectify_invoice(method=Method.REPLACES, **said)
        assert (better.type_code, better.rectifies_id, better.number) == ("R4", wrong.pk, 1)
        with pytest.raises(UnableToIssueInvoice, match="SCT-2026/000001 was replaced already"):
            rectify_invoice(method=Method.DIFFERENCES, **said)
        again = rectify_invoice(method=Method.DIFFERENCES, **{**said, "invoice": better})
        assert (again.key, again.number) == (f"{better.key}/R1", 2)
        with pytest.raises(UnableToIssueInvoice, match="is no reason to rectify"):
            rectify_invoice(method=Method.DIFFERENCES, **{**said, "invoice": again, "reason_code": "99"})
        assert Invoice.objects.get(pk=wrong.pk).xml == wrong.xml


def wrong_lines():
    return invoice_data().lines[:1]


def test_a_new_year_is_a_new_series_and_the_chain_goes_on(caldes, ledger, monkeypatch):
    issue(caldes, "november")
    monkeypatch.setattr("billing.invoices.actions.today", lambda: date(2027, 1, 4))
    january = issue(caldes, "january", issued_on=date(2027, 1, 4), due_on=date(2027, 2, 3))
    assert january.full_number == "SCT-2027/000001"
    with inside(CONSOLE):
        assert january.chain_record.position == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE invoices_invoice SET total_cents = 1, net_cents = 1, tax_cents = 0",
        "DELETE FROM invoices_invoice",
        "UPDATE invoices_chainrecord SET hash = ''",
        "DELETE FROM invoices_standing",
        "DELETE FROM invoices_counter",
    ],
)
def test_not_even_the_console_may_change_what_was_issued(caldes, ledger, statement):
    issue(caldes)
    from django.db import connection

    with inside(CONSOLE), pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_town_reads_its_own_invoices_and_writes_none(caldes, arrecife, ledger):
    issue(caldes)
    with inside(caldes):
        assert Invoice.objects.count() == Standing.objects.count() == 1
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            Standing.objects.update(state="ACCOUNTED")
    with inside(arrecife):
        assert Invoice.objects.count() == Standing.objects.count() == 0
        with pytest.raises(DatabaseError, match="permission denied"):
            issue_invoice(
                schema_name=arrecife.schema_name, key="own", data=invoice_data(), by=BY, reason="demonstration data"
            )
    with inside(PUBLIC_SITE), pytest.raises(DatabaseError, match="permission denied"):
        Invoice.objects.count()


def test_two_invoices_cannot_have_the_same_number_whoever_writes(caldes, ledger):
    issue(caldes)
    with owner_connection() as owner, pytest.raises(Exception, match="one_invoice_per_number"):
        columns = [name for (name,) in owner.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'invoices_invoice' "
            "AND column_name NOT IN ('id', 'uuid', 'key')"
        )]  # fmt: skip
        names = ", ".join(columns)
        owner.execute(
            f"INSERT INTO public.invoices_invoice (uuid, key, {names}) "
            f"SELECT gen_random_uuid(), 'twice', {names} FROM public.invoices_invoice"
        )
