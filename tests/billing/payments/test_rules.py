"""Signatures, standings and orders on plain values: tables of examples."""

import hashlib
import hmac
from decimal import Decimal

import pytest
from fixtures.stripe import Line, order

from billing.payments.rules import (
    Charge,
    Price,
    Refused,
    Standing,
    Term,
    charge_of,
    customer_of,
    fingerprint,
    standing_of,
    subscription_of,
    trouble_with,
    why_not_believed,
    without_personal_data,
)

NOW, BODY, OURS, NEXT = 1_795_000_000, b'{"id": "evt_1"}', "whsec_ours", "whsec_next"


def v1(secret, at=NOW, body=BODY):
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (f"t={NOW},v1={v1(OURS)}", None),
        (f"t={NOW}, v1={v1(OURS)}", None),
        (f"t={NOW},v1={v1(NEXT)}", None),  # the new secret, while both hold
        (f"t={NOW},v1={v1('whsec_old')},v1={v1(OURS)}", None),  # Stripe signs with both while one is replaced
        (f"t={NOW},v1={v1(OURS)},v0={'0' * 64}", None),
        (f"t={NOW - 300},v1={v1(OURS, NOW - 300)}", None),
        (f"t={NOW + 300},v1={v1(OURS, NOW + 300)}", None),
        (f"t={NOW - 301},v1={v1(OURS, NOW - 301)}", Refused.OLD),
        (f"t={NOW + 301},v1={v1(OURS, NOW + 301)}", Refused.FUTURE),
        (f"t={NOW - 301},v1={v1('x', NOW - 301)}", Refused.FORGED),
        (f"t={NOW},v1={v1('whsec_of_another_town')}", Refused.FORGED),
        (f"t={NOW},v1={v1('')}", Refused.FORGED),
        (f"t={NOW},v1={v1(OURS, NOW - 1)}", Refused.FORGED),  # the moment is signed too
        (f"t={NOW},v1={v1(OURS, NOW, BODY + b' ')}", Refused.FORGED),
        (f"t={NOW},v0={v1(OURS)}", Refused.UNSIGNED),  # a scheme that is not believed
        (f"t={NOW},v1={v1(OURS).upper()}", Refused.UNSIGNED),
        (f"t={NOW},v1={v1(OURS)[:-1]}", Refused.UNSIGNED),
        (f"v1={v1(OURS)}", Refused.UNSIGNED),
        (f"t={NOW},t={NOW - 9},v1={v1(OURS)}", Refused.UNSIGNED),  # which of the two?
        (f"t=-1,v1={v1(OURS)}", Refused.UNSIGNED),
        ("", Refused.UNSIGNED),
        ("t=,v1=", Refused.UNSIGNED),
        ("é" * 40, Refused.UNSIGNED),
    ],
)
def test_only_what_was_signed_now_with_a_secret_of_ours_is_believed(header, expected):
    assert why_not_believed(header, BODY, [OURS, NEXT, ""], NOW) == expected


def test_a_signature_is_of_every_byte():
    header = f"t={NOW},v1={v1(OURS)}"
    for place in range(len(BODY)):
        changed = BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :]
        assert why_not_believed(header, changed, [OURS], NOW) == Refused.FORGED


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("active", Standing.PAID), ("trialing", Standing.PAID), ("incomplete", Standing.BEGINNING),
        ("past_due", Standing.PAST_DUE), ("unpaid", Standing.UNPAID), ("paused", Standing.UNPAID),
        ("canceled", Standing.ENDED), ("incomplete_expired", Standing.ENDED), ("a_word_of_next_year", Standing.UNPAID),
    ],
)  # fmt: skip
def test_a_word_nobody_knows_is_never_taken_for_paid(status, standing):
    assert standing_of(status) == standing


def test_of_an_event_no_name_address_or_card_is_kept():
    about = {
        "id": "in_1", "object": "invoice", "customer": "cus_1", "status": "open", "amount_due": 5, "number": "A-1",
        "customer_name": "Laia Puig", "customer_email": "laia@example.org", "customer_address": {"line1": "Carrer Nou"},
        "payment_method_details": {"card": {"last4": "4242"}}, "hosted_invoice_url": "https://pay.example/secret",
        "parent": {"subscription_details": {"subscription": "sub_1", "metadata": {}}}, "description": "Laia",
    }  # fmt: skip
    kept = without_personal_data({"data": {"object": about}})
    assert kept == {
        "id": "in_1", "object": "invoice", "customer": "cus_1", "status": "open", "amount_due": 5, "subscription": "sub_1",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("about", "sub", "customer"),
    [
        ({"object": "subscription", "id": "sub_1", "customer": "cus_1"}, "sub_1", "cus_1"),
        ({"object": "customer", "id": "cus_1"}, "", "cus_1"),
        ({"object": "checkout.session", "id": "cs", "subscription": "sub_1", "customer": {"id": "cus_1"}}, "sub_1", "cus_1"),
        ({"object": "invoice", "id": "in", "parent": None, "customer": None}, "", ""),
        ({"object": "invoice", "id": "in", "subscription": "sub_2", "customer": "cus_1"}, "sub_2", "cus_1"),
    ],
)  # fmt: skip
def test_an_object_tells_whose_it_is(about, sub, customer):
    assert (subscription_of(about), customer_of(about)) == (sub, customer)


@pytest.mark.parametrize(
    ("line", "charge"),
    [
        (Line("service", 3, 1000, 3000), Charge("service", 3, 1000)),
        (Line("service", 3, 1000, 2700), Charge("service", 1, 2700)),  # a discount of a tenth
        (Line("service", 1, 1000, 0), Charge("service", 1, 0)),
    ],
)
def test_a_line_is_charged_for_what_it_says(line, charge):
    assert charge_of(line) == charge


@pytest.mark.parametrize(
    ("wanted", "trouble"),
    [
        (order(), ""),
        (order(lines=()), "it has no lines"),
        (order(lines=(Line(net_cents=-1),)), "an amount is below zero"),
        (order(lines=(Line(quantity=0),)), "an amount is below zero"),
        (order(call_cents=-1), "an amount is below zero"),
        (order(lines=(Line(net_cents=0),)), "it costs nothing"),
        (order(lines=(), call_cents=25), ""),
    ],
)
def test_an_order_that_cannot_be_is_told_apart(wanted, trouble):
    assert trouble_with(wanted) == trouble


def test_lines_that_do_not_add_up_are_told_apart():
    from dataclasses import replace

    assert trouble_with(replace(order(), net_cents=1)) == "its lines do not add up"


def test_the_same_order_has_the_same_fingerprint_and_a_dearer_one_another():
    one = order(contract="c")
    assert fingerprint(one) == fingerprint(order(contract="c", tax_rate=Decimal("21.00")))
    others = [
        order(contract="d"), order(contract="c", plan="tactical_advice"), order(contract="c", term=Term.ANNUAL),
        order(contract="c", lines=(Line(unit_cents=12_001, net_cents=12_001),)), order(contract="c", tax_code="IGIC"),
        order(contract="c", tax_rate=Decimal(7)), order(contract="c", call_cents=1),
    ]  # fmt: skip
    assert len({fingerprint(one), *map(fingerprint, others)}) == 8


def test_a_changed_price_has_another_key():
    price = Price("attended", "service", Term.MONTHLY, 100, "x")
    assert price.key == "sct.attended.service.monthly.100"
    assert Price("attended", "service", Term.MONTHLY, 100, "x", is_counted=True).key != price.key
