"""The pages of invoices: a town sees its own and takes them away; finance sees who owes first, and notes what happened."""

import csv
import sys
from datetime import date, timedelta

import pytest
from django.utils import timezone
from fixtures.invoices import BY, invoice_data, issue

from billing.invoices.actions import day_of, rectify_invoice, today
from billing.invoices.models import Standing
from billing.invoices.rules import Means, Method, taken_back
from billing.invoices.signing import verify
from tenants.audit.models import AuditEntry
from tenants.isolation.context import CONSOLE, inside
from tenants.people.rules import Role

ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def one_factor(settings):
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def finance(browse, outsider):
    return browse("consola", outsider(Role.STAFF_FINANCE))


def rows(response):
    return list(csv.DictReader(response.content.decode().splitlines()))


def issued_days_ago(town, days, key, **changes):
    """Issued so long ago, and due the day after."""
    day = today() - timedelta(days=days)
    return issue(town, key, issued_on=day, due_on=day + timedelta(days=1), **changes)


def test_an_empty_list_says_when_the_first_comes(anna, finance):
    assert b"No invoices yet" in anna.get("/invoices/", headers=ENGLISH).content
    assert b"No invoices yet" in finance.get("/invoices/", headers=ENGLISH).content


def test_a_town_sees_its_own_invoices_and_what_is_to_be_paid(anna, caldes, ledger):
    first = issue(caldes, "one", due_on=today() + timedelta(days=400))
    issue(caldes, "two", due_on=today() + timedelta(days=400))
    with inside(CONSOLE):
        Standing.objects.filter(invoice=first).update(state="REGISTERED", registry_number="2026-0099")
    page = anna.get("/invoices/", headers=ENGLISH).content.decode()
    assert "2 invoices are to be paid: €3,015.58." in page
    for said in ("SCT-2026/000001", "SCT-2026/000002", "2026-0099", "Registered", "€1,507.79"):
        assert said in page
    assert page.index("SCT-2026/000002") < page.index("SCT-2026/000001")


def test_a_supervisor_reads_them_and_nobody_else_of_the_town(caldes, browse, person, ledger):
    made = issue(caldes)
    for role, status in (
        (Role.SUPERVISOR, 200), (Role.DEPARTMENT_CONTACT, 403), (Role.DATA_PROTECTION_OFFICER, 403),
    ):  # fmt: skip
        browser = browse("caldes", person(caldes, role, f"{role.value.lower()}@example.org"))
        for path in ("/invoices/", f"/invoices/{made.uuid}/invoice.pdf", f"/invoices/{made.uuid}/invoice.xml"):
            assert browser.get(path).status_code == status, (role, path)


def test_the_files_are_the_signed_original_and_its_readable_copy(anna, caldes, ledger):
    made = issue(caldes)
    response = anna.get(f"/invoices/{made.uuid}/invoice.xml")
    assert verify(response.content, made.certificate)
    assert response["Content-Disposition"] == 'attachment; filename="SCT-2026-000001.xml"'
    response = anna.get(f"/invoices/{made.uuid}/invoice.pdf")
    assert response.content.startswith(b"%PDF")
    assert response["Content-Type"] == "application/pdf"


def test_a_machine_that_cannot_draw_says_so_and_still_gives_the_original(anna, caldes, ledger, monkeypatch):
    made = issue(caldes)
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    page = anna.get(f"/invoices/{made.uuid}/invoice.pdf", follow=True, headers=ENGLISH).content.decode()
    assert "The PDF cannot be made now. The signed XML is complete." in page
    assert anna.get(f"/invoices/{made.uuid}/invoice.xml").status_code == 200


def test_the_other_town_gets_a_404_and_an_empty_list(arrecife, caldes, browse, person, ledger):
    made = issue(caldes)
    other = browse("arrecife", person(arrecife, Role.ADMINISTRATOR))
    assert other.get(f"/invoices/{made.uuid}/invoice.xml").status_code == 404
    assert other.get(f"/invoices/{made.uuid}/invoice.pdf").status_code == 404
    assert "SCT-2026" not in other.get("/invoices/").content.decode()
    assert rows(other.get("/invoices/?format=csv")) == []


def test_the_csv_has_every_invoice_with_amounts_as_numbers(anna, caldes, ledger):
    issue(caldes)
    (row,) = rows(anna.get("/invoices/?format=csv"))
    assert row["number"] == "SCT-2026/000001"
    assert (row["net"], row["tax"], row["total"], row["owed"]) == ("1246.11", "261.68", "1507.79", "1507.79")
    assert (row["issued_on"], row["due_on"], row["state"]) == ("2026-11-02", "2026-12-02", "ISSUED")


def test_a_long_list_has_pages(anna, caldes, ledger):
    for number in range(26):
        issue(caldes, f"n{number}")
    assert anna.get("/invoices/").content.decode().count("invoice.pdf") == 25
    assert anna.get("/invoices/?page=2").content.decode().count("invoice.pdf") == 1


def test_whoever_owes_for_more_than_thirty_days_comes_first(finance, caldes, arrecife, ledger):
    oldest = issued_days_ago(caldes, 90, "oldest")
    paid = issued_days_ago(arrecife, 60, "paid")
    old = issued_days_ago(arrecife, 45, "old")
    late = issued_days_ago(caldes, 10, "late")
    new = issued_days_ago(caldes, 0, "new")
    with inside(CONSOLE):
        Standing.objects.filter(invoice__key__endswith="paid").update(paid_at=timezone.now())
    listed = rows(finance.get("/invoices/?format=csv"))
    assert [one["number"] for one in listed] == [str(one) for one in (oldest, old, late, new, paid)]
    page = finance.get("/invoices/", headers=ENGLISH).content.decode()
    assert "2 town halls owe €3,015.58 for more than 30 days." in page
    assert "To be paid in all: €6,031.16." in page
    assert "89 days late" in page
    assert len(rows(finance.get("/invoices/?format=csv&only=owed"))) - 1 == 4  # the last line tells the filter


def test_what_is_given_back_is_owed_no_more(finance, caldes, ledger):
    made = issued_days_ago(caldes, 90, "wrong")
    with inside(CONSOLE):
        rectify_invoice(
            invoice=made, lines=taken_back(invoice_data().lines), reason_code="16", method=Method.DIFFERENCES,
            due_on=today(), by=BY, reason="demonstration data",
        )  # fmt: skip
    page = finance.get("/invoices/", headers=ENGLISH).content.decode()
    assert "Nobody owes for more than 30 days." in page
    assert "To be paid in all: €0.00." in page
    assert "Cancelled by another" in page


def test_what_was_replaced_is_owed_once(finance, caldes, ledger):
    made = issued_days_ago(caldes, 90, "wrong")
    with inside(CONSOLE):
        rectify_invoice(
            invoice=made, lines=invoice_data().lines[:1], reason_code="10", method=Method.REPLACES,
            due_on=today() + timedelta(days=30), by=BY, reason="demonstration data",
        )  # fmt: skip
    assert [one["owed"] for one in rows(finance.get("/invoices/?format=csv"))] == ["1493.82", "0.00"]
    page = finance.post(
        f"/invoices/{made.uuid}/paid/", {"day": "2026-11-03", "reason": "x"}, follow=True, headers=ENGLISH
    ).content.decode()
    assert "Another invoice took the place of this one." in page


def test_finance_finds_by_town_tax_number_and_registry_number(finance, caldes, ledger):
    issue(caldes, "one")
    with inside(CONSOLE):
        Standing.objects.update(registry_number="REG-7788")
    for text, found in (("caldes", 1), ("P0803300C", 1), ("reg-7788", 1), ("girona", 0), ("caldes girona", 0)):
        assert finance.get(f"/invoices/?text={text}").content.decode().count("SCT-2026/000001") == found, text
    assert b"No invoice matches" in finance.get("/invoices/?text=girona", headers=ENGLISH).content


@pytest.mark.parametrize(
    ("role", "status"), [(Role.STAFF_ADMINISTRATOR, 200), (Role.STAFF_SUPERVISOR, 403), (Role.STAFF_AGENT, 403)]
)
def test_only_finance_and_administrators_of_adtende_see_everybodys(role, status, browse, outsider, caldes, ledger):
    made = issue(caldes)
    browser = browse("consola", outsider(role))
    for path in ("/invoices/", f"/invoices/{made.uuid}/", f"/invoices/{made.uuid}/invoice.xml"):
        assert browser.get(path).status_code == status


def test_a_town_has_no_address_to_note_anything(anna, caldes, ledger):
    made = issue(caldes)
    for act in ("", "deliver/", "registry/", "paid/"):
        assert anna.post(f"/invoices/{made.uuid}/{act}").status_code == 404


def test_finance_hands_over_notes_the_registry_and_the_payment(finance, caldes, ledger, settings):
    made = issue(caldes)
    address = f"/invoices/{made.uuid}/"
    assert finance.post(f"{address}deliver/").status_code == 302
    sent = settings.INVOICE_OUTBOX / "SCT-2026-000001.xml"
    assert sent.read_bytes() == made.xml.encode()
    assert [one.name for one in settings.INVOICE_OUTBOX.iterdir()] == [sent.name]
    assert finance.post(f"{address}deliver/").status_code == 302  # again is harmless
    said = {"number": " 202600123 ", "state": "ACCOUNTED", "known": "FACe"}
    assert finance.post(f"{address}registry/", said).status_code == 302
    assert finance.post(f"{address}paid/", {"day": "2026-11-20", "reason": "extracte 44"}).status_code == 302
    with inside(CONSOLE):
        standing = Standing.objects.get()
        assert (standing.state, standing.registry_number) == ("ACCOUNTED", "202600123")
        assert day_of(standing.paid_at) == date(2026, 11, 20)
        told = [
            (one.verb, one.subject, one.reason) for one in AuditEntry.objects.exclude(verb="sign_in").order_by("id")
        ]
    assert told[0] == ("issue_invoice", "SCT-2026/000001", "demonstration data")
    assert told[1:] == [
        ("deliver_invoice", "SCT-2026/000001", "on the page of the invoice"),
        ("deliver_invoice", "SCT-2026/000001", "on the page of the invoice"),
        ("note_registry", "SCT-2026/000001", "FACe"),
        ("mark_invoice_paid", "SCT-2026/000001", "extracte 44"),
    ]
    assert "Invoice paid" in finance.get(address, headers=ENGLISH).content.decode()


@pytest.mark.parametrize(
    ("act", "said", "sentence"),
    [
        ("registry", {"number": "", "state": "REGISTERED", "known": "x"}, "This field is required."),
        ("registry", {"number": "1", "state": "SENT", "known": "x"}, "Select a valid choice"),
        ("paid", {"day": "2999-01-01", "reason": "x"}, "This day is still to come."),
        ("paid", {"day": "2026-11-20", "reason": ""}, "This field is required."),
    ],
)
def test_what_cannot_be_noted_is_told_beside_its_field(finance, caldes, ledger, act, said, sentence):
    made = issue(caldes)
    response = finance.post(f"/invoices/{made.uuid}/{act}/", said, headers=ENGLISH)
    assert response.status_code == 400
    assert sentence in response.content.decode()


def test_a_payment_is_noted_once(finance, caldes, ledger):
    made = issue(caldes)
    said = {"day": "2026-11-20", "reason": "x"}
    assert finance.post(f"/invoices/{made.uuid}/paid/", said).status_code == 302
    again = finance.post(f"/invoices/{made.uuid}/paid/", said, follow=True, headers=ENGLISH)
    assert b"This invoice is paid already." in again.content
    with inside(CONSOLE):
        assert AuditEntry.objects.filter(verb="mark_invoice_paid").count() == 1


def test_a_folder_that_cannot_be_written_is_told(finance, caldes, ledger, settings, tmp_path):
    made = issue(caldes)
    (tmp_path / "file").write_text("")
    settings.INVOICE_OUTBOX = tmp_path / "file" / "outbox"
    page = finance.post(f"/invoices/{made.uuid}/deliver/", follow=True, headers=ENGLISH).content.decode()
    assert "The invoice could not be put into the folder for FACe" in page
    with inside(CONSOLE):
        assert Standing.objects.get().state == "ISSUED"


def test_the_pages_ask_the_database_as_often_for_many_as_for_one(
    finance, caldes, ledger, django_assert_max_num_queries
):
    for number in range(12):
        issue(caldes, f"n{number}", means=Means.CARD)
    with django_assert_max_num_queries(14):
        finance.get("/invoices/")
