"""The chain of VERI*FACTU and the check of everything kept: a changed row is named, with what differs."""

import json
from datetime import date

import pytest
from fixtures.invoices import BY, invoice_data, issue
from support import manage, owner_connection

from billing.invoices.actions import rectify_invoice
from billing.invoices.chain import Record, address_of_qr
from billing.invoices.checking import checked
from billing.invoices.models import Standing
from billing.invoices.rules import Method, taken_back
from tenants.isolation.context import CONSOLE, inside

FIRST = "3C464DAF61ACB827C65FDA19F352A4E3BDC2C640E9E9FC4CC058073F38F12F60"


def test_the_hashes_are_those_of_the_tax_agencys_own_examples():
    day = date(2024, 1, 1)
    first = Record("89890001K", "12345678/G33", day, "F1", 1235, 12345, "", "2024-01-01T19:20:30+01:00")
    second = Record("89890001K", "12345679/G34", day, "F1", 1235, 12345, FIRST, "2024-01-01T19:20:35+01:00")
    assert first.hash == FIRST
    assert second.hash == "F7B94CFD8924EDFF273501B01EE5153E4CE8F259766F88CF6ACB8935802A2B97"


def test_the_address_of_the_qr_is_the_agencys_with_everything_encoded():
    made = address_of_qr("https://agencia.example/ValidarQR", "89890001K", "12345678&G33", date(2024, 9, 1), 24140)
    assert made == (
        "https://agencia.example/ValidarQR?nif=89890001K&numserie=12345678%26G33&fecha=01-09-2024&importe=241.40"
    )


@pytest.fixture
def three(caldes, ledger):
    """Three invoices, the last one rectifying the first."""
    first, second = issue(caldes, "one"), issue(caldes, "two")
    with inside(CONSOLE):
        third = rectify_invoice(
            invoice=first, lines=taken_back(invoice_data().lines), reason_code="16", method=Method.DIFFERENCES,
            due_on=date(2030, 1, 1), by=BY, reason="demonstration data",
        )  # fmt: skip
    return first, second, third


def found():
    with inside(CONSOLE):
        return checked()


def test_what_was_issued_is_right(three):
    assert (found().right, found().is_right) == (3, True)
    assert [str(one) for one in three[:2]] == ["SCT-2026/000001", "SCT-2026/000002"]
    assert three[2].series.startswith("SCT-R-")


ROW = "UPDATE public.invoices_invoice SET {} WHERE series = 'SCT-2026' AND number = 2"


@pytest.mark.parametrize(
    ("statements", "what"),
    [
        ([ROW.format("total_cents = 150778, net_cents = 124610")], "ImporteTotal is 1507.79 in the chain and 1507.78 in the invoice"),
        ([ROW.format("net_cents = 124612, tax_cents = 26167")], "CuotaTotal is 261.68 in the chain and 261.67"),
        ([ROW.format("issued_on = '2026-11-01'")], "FechaExpedicionFactura is 02-11-2026 in the chain and 01-11-2026"),
        ([ROW.format("due_on = '2026-12-01'")], "due_on is 2026-12-01 in its row and 2026-12-02"),
        ([ROW.format("buyer_tax_id = 'P3500400A'")], "buyer_tax_id is P3500400A in its row and P0803300C"),
        ([ROW.format("xml = replace(xml, '1507.79', '1507.78')")], "The signature does not fit what the invoice says"),
        ([ROW.format("xml = replace(xml, 'Montbui', 'Malavella')")], "The signature does not fit what the invoice says"),
        ([ROW.format("qr_address = 'https://elsewhere.example/?nif=B12345674'")], "qr_address is ?nif=B12345674 in its row"),
        ([ROW.format("schema_name = 't_000099'")], "schema_name is t_000099 in its row"),
        ([ROW.format("certificate = repeat('0', 64)")], "another certificate"),
        (
            [ROW.format("content = jsonb_set(content, '{file_reference}', '\"OTHER\"')")],
            "FileReference is EXP 2026/123 in the signed XML and OTHER in what it says",
        ),
        (
            ["UPDATE public.invoices_chainrecord SET hash = repeat('A', 64) WHERE position = 2"],
            "the hash of its record is not the hash of what the record says",
        ),
        (
            ["UPDATE public.invoices_chainrecord SET text = replace(text, '1507.79', '1.00') WHERE position = 2"],
            "ImporteTotal is 1.00 in the chain and 1507.79 in the invoice",
        ),
    ],
)  # fmt: skip
def test_a_changed_row_is_named_with_what_differs(three, statements, what):
    with owner_connection() as owner:
        for statement in statements:
            assert owner.execute(statement).rowcount == 1
    wrong = found()
    assert (wrong.right, wrong.wrong) == (1, "SCT-2026/000002")
    assert what in wrong.what


def test_a_row_that_is_gone_leaves_a_gap_in_the_chain(three):
    _first, second, third = three
    with owner_connection() as owner:
        for table, column in (("chainrecord", "invoice_id"), ("standing", "invoice_id"), ("invoice", "id")):
            owner.execute(f"DELETE FROM public.invoices_{table} WHERE {column} = %s", [second.pk])
    assert (found().wrong, found().what) == (str(third), "the chain goes from position 1 to 3.")


def test_a_last_row_that_is_gone_is_missed_too(three):
    with owner_connection() as owner:
        for table, column in (("chainrecord", "invoice_id"), ("standing", "invoice_id"), ("invoice", "id")):
            owner.execute(f"DELETE FROM public.invoices_{table} WHERE {column} = %s", [three[2].pk])
    assert (found().wrong, found().what) == ("The chain of B12345674", "it should be 3 records long and is 2.")


def test_whoever_mends_the_chain_as_well_does_not_have_the_key(three):
    """Row, record and the end of the chain agree, and so do the columns with what the invoice says."""
    third = three[2]
    with owner_connection() as owner:
        record = owner.execute("SELECT text FROM public.invoices_chainrecord WHERE position = 3").fetchone()[0]
        forged = record.replace("-1507.79", "-9.00").replace("-261.68", "0.00")
        owner.execute(
            "UPDATE public.invoices_invoice SET total_cents = -900, net_cents = -900, tax_cents = 0, "
            "qr_address = replace(qr_address, '-1507.79', '-9.00'), "
            "content = jsonb_set(jsonb_set(content, '{tax,rate}', '\"0\"'), '{lines}', "
            '\'[{"description": "x", "quantity": "-1", "unit_cents": 900, "discount_percent": "0"}]\') WHERE id = %s',
            [third.pk],
        )
        owner.execute("UPDATE public.invoices_chainrecord SET text = %s WHERE position = 3", [forged])
        for table in ("chainrecord", "chain"):
            where = "position = 3" if table == "chainrecord" else "true"
            owner.execute(
                f"UPDATE public.invoices_{table} SET hash = upper(encode(sha256(convert_to(%s, 'UTF8')), 'hex')) WHERE {where}",
                [forged],
            )
    assert found().wrong == str(third)
    assert "in the signed XML" in found().what


def test_an_invoice_that_was_slipped_in_has_no_record(three):
    with owner_connection() as owner:
        names = ", ".join(
            name
            for (name,) in owner.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = 'invoices_invoice' "
                "AND column_name NOT IN ('id', 'uuid', 'key', 'number')"
            )
        )
        owner.execute(
            f"INSERT INTO public.invoices_invoice (uuid, key, number, {names}) "
            f"SELECT gen_random_uuid(), 'slipped', 3, {names} FROM public.invoices_invoice WHERE number = 2"
        )
    assert (found().wrong, found().what) == ("SCT-2026/000003", "it has no record in the chain.")


def test_the_command_says_it_in_a_sentence_or_in_json(three):
    assert manage("check_invoices").stdout.strip() == "3 invoices are what was issued."
    with owner_connection() as owner:
        owner.execute(ROW.format("due_on = '2026-12-01'"))
    done = manage("check_invoices", check=False)
    assert done.returncode != 0
    assert done.stderr.strip() == (
        "SCT-2026/000002: due_on is 2026-12-01 in its row and 2026-12-02 in what it says. The 1 before it are right."
    )
    done = manage("check_invoices", "--json", check=False)
    assert json.loads(done.stdout)["wrong"] == "SCT-2026/000002"
    assert done.returncode != 0


def test_what_may_change_is_no_part_of_it(three):
    with inside(CONSOLE):
        Standing.objects.update(state=Standing.State.REGISTERED, registry_number="2026-1")
    assert found().is_right
