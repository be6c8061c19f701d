"""T63, T64: Stripe slow, down, broken or forgetful; impatient people. One sentence, nothing half done, one subscription."""

from dataclasses import replace

import pytest
from django.db import connections
from fixtures.stripe import Line, order, pay
from support import owner_connection

from billing.payments.models import Customer
from billing.payments.rules import UnableToPay, Way
from tenants.isolation.context import inside

PASSING = "The payment service does not answer now. Nothing was charged: try again in a few minutes."


def fault(double, **changes):
    for name, value in {"slow": 0, "status": 0, "is_down": False, "lost_answers": 0, **changes}.items():
        setattr(double.faults, name, value)


def made(double, kind):
    return list(double.store.objects[kind].values())


@pytest.fixture(autouse=True)
def english():
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.mark.parametrize("trouble", [{"slow": 2}, {"status": 500}, {"status": 503}, {"status": 429}, {"is_down": True}])
def test_when_stripe_does_not_answer_nothing_is_half_done_and_the_same_works_later(caldes, double, checkout, trouble):
    wanted = order()
    fault(double, **trouble)
    with pytest.raises(UnableToPay) as told:
        checkout(caldes, wanted)
    assert (str(told.value), told.value.is_passing) == (PASSING, True)
    with inside(caldes):
        assert not Customer.objects.exists()
    fault(double)
    checkout(caldes, wanted)
    assert (len(made(double, "customer")), len(made(double, "checkout.session"))) == (1, 1)


def test_nobody_listening_is_told_like_any_other_trouble(caldes, double, checkout, settings):
    settings.STRIPE_DOUBLE = "http://127.0.0.1:9"
    with pytest.raises(UnableToPay, match="does not answer now"):
        checkout(caldes, order())


@pytest.mark.parametrize("lost_at", range(1, 12))
def test_an_answer_that_is_lost_at_any_step_makes_nothing_twice(caldes, double, checkout, settings, lost_at):
    settings.STRIPE_RETRIES = 0
    wanted, asked_for = order(), []
    real = double.call

    def forgetful(*arguments):
        asked_for.append(arguments)
        told = real(*arguments)
        if len(asked_for) == lost_at:
            double.faults.lost_answers = 1
        return told

    double.call = forgetful
    for _try in range(3):
        try:
            page = checkout(caldes, wanted)
            break
        except UnableToPay:
            continue
    double.call = real
    assert pay(page.url)[0] == 303
    kinds = ("customer", "product", "price", "tax_rate", "checkout.session", "subscription")
    assert {kind: len(made(double, kind)) for kind in kinds} == dict.fromkeys(kinds, 1)


def test_a_retry_of_the_library_itself_does_it_once(caldes, double, checkout):
    double.faults.lost_answers = 1
    checkout(caldes, order())
    assert len(made(double, "customer")) == 1


def test_two_clicks_give_one_page_and_one_subscription(caldes, double, checkout):
    wanted = order()
    one, two = checkout(caldes, wanted), checkout(caldes, wanted)
    assert one == two
    assert {pay(one.url)[0], pay(two.url)[0]} == {303}
    assert len(made(double, "subscription")) == 1


def test_ten_clicks_at_once_give_one_customer_and_one_page(caldes, double, checkout):
    from concurrent.futures import ThreadPoolExecutor

    wanted = order()

    def click(_number):
        try:
            return checkout(caldes, wanted)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        pages = set(pool.map(click, range(10)))
    assert (len(pages), len(made(double, "customer")), len(made(double, "checkout.session"))) == (1, 1, 1)


def test_ten_different_orders_at_once_leave_one_page_to_pay(caldes, double, checkout):
    from concurrent.futures import ThreadPoolExecutor

    checkout(caldes, order())  # prices stand, so that the ten are quick
    wanted = [order() for _ in range(10)]

    def click(one):
        try:
            return checkout(caldes, one)
        except UnableToPay as error:
            assert error.is_passing, error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        pages = [page for page in pool.map(click, wanted) if page]
    still_open = [one["id"] for one in made(double, "checkout.session") if one["status"] == "open"]
    assert len(still_open) == 1
    assert [pay(page.url)[0] for page in pages].count(303) == 1
    assert len(made(double, "subscription")) == 1


def test_choosing_another_plan_closes_the_page_of_the_first(caldes, double, checkout):
    first = checkout(caldes, order())
    second = checkout(caldes, order(lines=(Line(unit_cents=20_000, net_cents=20_000),)))
    assert (pay(first.url)[0], pay(second.url)[0]) == (410, 303)
    assert [one["items"]["data"][0]["price"]["unit_amount"] for one in made(double, "subscription")] == [20_000]


def test_who_pays_already_cannot_pay_a_second_time_though_no_event_came_yet(caldes, double, checkout):
    wanted = order()
    pay(checkout(caldes, wanted).url)
    for again in (wanted, order()):
        with pytest.raises(UnableToPay, match="pays already"):
            checkout(caldes, again)


def test_a_page_that_was_left_can_be_paid_later_and_a_closed_one_is_made_new(caldes, double, checkout):
    from billing.payments.double import api_paying

    wanted = order()
    first = checkout(caldes, wanted)
    api_paying.expire_session(double.engine, {}, first.session_id)
    second = checkout(caldes, wanted)
    assert second != first
    assert pay(second.url)[0] == 303


def test_the_amount_is_ours_whatever_stands_at_stripe(caldes, double, checkout):
    checkout(caldes, order())
    price = made(double, "price")[0]
    price["unit_amount"] = 1  # somebody changed it there by hand
    with pytest.raises(UnableToPay, match="price is not right"):
        checkout(caldes, order(contract="another"))


@pytest.mark.parametrize(
    "wrong",
    [
        order(lines=()),
        order(lines=(Line(net_cents=0),)),
        order(lines=(Line(net_cents=-5),)),
        replace(order(), net_cents=1),
    ],
)
def test_an_order_of_nothing_or_of_less_is_never_sent(caldes, double, checkout, wrong):
    with pytest.raises(UnableToPay, match="cannot be charged"):
        checkout(caldes, wrong)
    assert double.faults.requests == []


def test_without_key_and_stand_in_it_says_so_and_offers_the_invoice(caldes, double, checkout, settings):
    settings.STRIPE_DOUBLE = ""
    with pytest.raises(UnableToPay, match=r"not configured here; the electronic invoice is available\."):
        checkout(caldes, order())


def test_a_key_that_stripe_does_not_accept_is_not_shown_and_not_retried(caldes, double, checkout, settings, caplog):
    caplog.set_level("INFO")
    settings.STRIPE_API_KEY = "sk_live_secret_of_ours"
    from billing.payments import gateway

    with pytest.MonkeyPatch.context() as patch:
        address = settings.STRIPE_DOUBLE
        real = gateway._client
        patch.setattr(gateway, "_client", lambda key, _address, timeout, retries: real(key, address, timeout, retries))
        with pytest.raises(UnableToPay, match="does not accept our key"):
            checkout(caldes, order())
    assert len(double.faults.requests) == 1
    assert "secret_of_ours" not in caplog.text


def test_a_tax_number_stripe_refuses_leaves_no_customer(caldes, double, checkout):
    wrong = order()
    with pytest.raises(UnableToPay, match="refused this"):
        checkout(caldes, replace(wrong, buyer=replace(wrong.buyer, tax_id="not a number")))
    with owner_connection() as owner:
        assert owner.execute("SELECT count(*) FROM public.payments_customer").fetchone() == (0,)


def test_an_order_by_invoice_asks_for_no_card(caldes, double, checkout):
    with pytest.raises(UnableToPay, match="no card is needed"):
        checkout(caldes, order(way=Way.E_INVOICE))
