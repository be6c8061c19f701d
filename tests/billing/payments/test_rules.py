"""Signatures, standings and orders on plain values: tables of examples."""

import hashlib
import hmac
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from fixtures.stripe import Line, order

from billing.payments.rules import (
    Amount,
    Charge,
    Price,
    Refused,
    Standing,
    Term,
    amount_of,
    charge_of,
    customer_of,
    fingerprint,
    first_renewal,
    given_back,
    is_late,
    month_charged,
    month_of_latest_page,
    standing_of,
    subscription_of,
    to_settle,
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
        (order(once=(Line(net_cents=-1),)), "an amount is below zero"),
        (order(lines=(Line(net_cents=0),)), "it costs nothing"),
        (order(once=(Line(net_cents=0),), charges_from=NOW), ""),
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
        order(contract="c", tax_rate=Decimal(7)), order(contract="c", once=(Line(),)),
        order(contract="c", charges_from=NOW),
    ]  # fmt: skip
    assert len({fingerprint(one), *map(fingerprint, others)}) == 9


def test_a_changed_price_has_another_key():
    price = Price("attended", "service", Term.MONTHLY, 100, "x")
    assert price.key == "sct.attended.service.monthly.100"
    assert Price("attended", "service", Term.MONTHLY, 100, "x", is_once=True).key != price.key


@pytest.mark.parametrize(
    ("today", "now", "first"),
    [
        ("2027-02-12", "2027-02-12T09:00", "2027-03-01T06:00"),
        ("2027-12-01", "2027-12-01T00:00", "2028-01-01T06:00"),
        ("2027-02-27", "2027-02-27T04:00", "2027-03-01T06:00"),
        ("2027-02-27", "2027-02-27T04:01", "2027-03-03T06:00"),  # a page of payment takes nothing within 48 hours
        ("2027-02-28", "2027-02-28T23:59", "2027-03-03T06:00"),
        ("2027-03-01", "2027-02-28T23:01", "2027-04-01T06:00"),  # the town's own day counts
    ],
)
def test_a_subscription_begins_to_charge_with_the_next_month(today, now, first):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert first_renewal(date.fromisoformat(today), moment) == datetime.fromisoformat(first).replace(tzinfo=UTC)


FEBRUARY, MARCH, APRIL = date(2027, 2, 1), date(2027, 3, 1), date(2027, 4, 1)


@pytest.mark.parametrize(
    ("owed", "charged", "settled"),
    [
        ({MARCH: Amount(100, 21)}, {}, Amount(100, 21)),
        ({MARCH: Amount(100, 21)}, {MARCH: Amount(100, 21)}, Amount()),
        ({MARCH: Amount(101, 21)}, {MARCH: Amount(50, 11)}, Amount(51, 10)),  # tax is what is left of the whole's
        ({MARCH: Amount(100, 21)}, {MARCH: Amount(150, 32)}, Amount()),  # too much waits
        ({FEBRUARY: Amount(10, 2), MARCH: Amount(200, 42)}, {FEBRUARY: Amount(50, 11)}, Amount(160, 33)),  # and counts
        (
            {MARCH: Amount(100, 21), APRIL: Amount(900, 189)},
            {APRIL: Amount(5, 1)},
            Amount(100, 21),
        ),  # later months do not
        ({MARCH: Amount(100, 21)}, {FEBRUARY: Amount(70, 15)}, Amount(100, 21)),  # nor those that are invoiced by hand
        ({}, {MARCH: Amount(70, 15)}, Amount()),
    ],
)
def test_what_is_settled_is_what_months_cost_less_what_was_charged_for_them(owed, charged, settled):
    assert to_settle(owed, charged, {}, MARCH) == settled


# 100 and 21 of tax too much were charged for February; March costs 200 and 42 more than was charged.
TOO_MUCH = (
    {FEBRUARY: Amount(500, 105), MARCH: Amount(700, 147)},
    {FEBRUARY: Amount(600, 126), MARCH: Amount(500, 105)},
)


@pytest.mark.parametrize(
    ("given", "settled"),
    [
        ({}, Amount(100, 21)),
        ({FEBRUARY: 121}, Amount(200, 42)),  # given back, it counts no more
        ({FEBRUARY: 60}, Amount(150, 31)),  # the rest counts: 61 cents, of which 50 without tax
        ({FEBRUARY: 726}, Amount(200, 42)),  # a present is not charged again
        ({MARCH: 121}, Amount(100, 21)),  # what had counted already and is given back all the same is one too
        ({APRIL: 121}, Amount(100, 21)),
    ],
)
def test_what_was_charged_too_much_and_given_back_counts_once(given, settled):
    assert to_settle(*TOO_MUCH, given, MARCH) == settled


def test_what_is_given_back_of_an_earlier_month_counts_for_a_later_one_charged_too_much():
    owed, charged = {FEBRUARY: Amount(500, 105), MARCH: Amount(-100, -21)}, {FEBRUARY: Amount(500, 105)}
    for given, settled in (({}, Amount(50, 11)), ({FEBRUARY: 121}, Amount(150, 32))):
        assert to_settle({**owed, APRIL: Amount(150, 32)}, charged, given, APRIL) == settled


@pytest.mark.parametrize(
    ("notes", "given"),
    [
        ({}, 0), ({"post_payment_credit_notes_amount": 5}, 5), ({"pre_payment_credit_notes_amount": 7}, 7),
        ({"pre_payment_credit_notes_amount": 7, "post_payment_credit_notes_amount": None}, 7),
        ({"pre_payment_credit_notes_amount": 7, "status": "void"}, 0),
    ],
)  # fmt: skip
def test_an_invoice_tells_what_its_credit_notes_took_off(notes, given):
    assert given_back({**invoice(), **notes}) == given


@pytest.mark.parametrize(
    ("status", "attempts", "following", "late"),
    [
        ("draft", 0, NOW, False), ("open", 0, NOW, False), ("open", 1, None, False),  # a debit on its way
        ("open", 1, NOW, True), ("open", 4, None, True), ("uncollectible", 4, None, True), ("paid", 2, None, False),
        ("void", 4, None, False),
    ],
)  # fmt: skip
def test_an_invoice_is_late_once_it_was_refused(status, attempts, following, late):
    assert is_late(status, attempts, following) is late


def invoice(metadata=None, of_subscription=None, created="2027-03-15", status="paid"):
    parent = {"subscription_details": {"metadata": of_subscription}} if of_subscription else None
    at = int(datetime.fromisoformat(created).replace(tzinfo=UTC).timestamp())
    return {"metadata": metadata or {}, "parent": parent, "created": at, "status": status, "total": 121,
            "total_excluding_tax": 100, "billing_reason": "subscription_create" if parent else "manual"}  # fmt: skip


OWN = {"schema_name": "t_000001", "contract": "c"}


@pytest.mark.parametrize(
    ("one", "month"),
    [
        (invoice(of_subscription=OWN), MARCH),
        (invoice(of_subscription=OWN, created="2027-02-28T23:30"), MARCH),  # the town's own month
        (invoice(of_subscription={**OWN, "contract": "of a year"}), None),
        (invoice(of_subscription={**OWN, "schema_name": "t_000002"}), None),
        (invoice({"schema_name": "t_000001", "month": "2027-02"}), FEBRUARY),
        (invoice({"schema_name": "t_000002", "month": "2027-02"}), None),
        (invoice({"schema_name": "t_000001", "about": "a change"}), None),
        (invoice(), None),  # written by hand
    ],
)
def test_an_invoice_tells_which_month_it_charges(one, month):
    assert month_charged(one, "t_000001", {"c"}, ZoneInfo("Europe/Madrid")) == month


def test_what_was_annulled_charges_nothing():
    assert (amount_of(invoice()), amount_of(invoice(status="void"))) == (Amount(100, 21), Amount())


def test_the_month_of_the_latest_page_is_of_the_first_invoice_of_the_latest_subscription():
    madrid = ZoneInfo("Europe/Madrid")
    some = [invoice(of_subscription=OWN, created=day) for day in ("2027-02-10", "2027-04-10", "2027-03-10")]
    assert month_of_latest_page(some, "t_000001", madrid) == APRIL
    assert month_of_latest_page(some, "t_000002", madrid) is None
    assert month_of_latest_page([invoice(OWN)], "t_000001", madrid) is None
