"""A contract that is agreed is paid at Stripe, and the states of contract and municipality follow the money."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from fixtures.stripe import REFUSED_LATER, order, pay, press

from billing.payments.rules import (
    Standing,
    Way,
    contract_state,
    municipality_state,
    standing_that_counts,
)
from billing.plans.models import Contract
from billing.plans.rules import month_quote, tax_of
from kit.periods import month_after
from tenants.audit.models import AuditEntry
from tenants.directory.models import Municipality
from tenants.directory.queries import today_of
from tenants.isolation.context import CONSOLE, PUBLIC_SITE, inside
from tenants.people.rules import Role

PAID, PAST_DUE, UNPAID, ENDED, BEGINNING = (
    Standing.PAID, Standing.PAST_DUE, Standing.UNPAID, Standing.ENDED, Standing.BEGINNING,
)  # fmt: skip


@pytest.mark.parametrize(
    ("own", "others", "counts", "contract"),
    [
        ([], [], None, ""),
        ([BEGINNING], [], BEGINNING, ""),
        ([PAID], [], PAID, "IN_FORCE"),
        ([ENDED, PAID], [], PAID, "IN_FORCE"),
        ([PAST_DUE], [], PAST_DUE, "PAST_DUE"),
        ([UNPAID], [], UNPAID, "PAST_DUE"),
        ([ENDED], [], ENDED, "PAST_DUE"),
        ([], [ENDED], None, ""),  # of the contract before
        ([], [PAID], PAID, "IN_FORCE"),  # the plan was changed, the subscription goes on
    ],
)
def test_all_subscriptions_together_say_whether_a_contract_is_paid(own, others, counts, contract):
    assert standing_that_counts(own, others) == counts
    assert contract_state(counts) == contract


@pytest.mark.parametrize(
    ("way", "standing", "now", "wanted", "wanted_when_lifting"),
    [
        (Way.E_INVOICE, None, "TRIAL", "ACTIVE", "ACTIVE"),
        (Way.E_INVOICE, None, "SUSPENDED", "", "ACTIVE"),
        (Way.E_INVOICE, PAST_DUE, "ACTIVE", "", ""),
        (Way.E_INVOICE, None, "PAST_DUE", "", ""),
        (Way.CARD, None, "TRIAL", "", ""),
        (Way.CARD, PAID, "TRIAL", "ACTIVE", "ACTIVE"),
        (Way.CARD, PAID, "PAST_DUE", "ACTIVE", "ACTIVE"),
        (Way.CARD, PAID, "SUSPENDED", "", "ACTIVE"),
        (Way.CARD, PAID, "CLOSING", "", ""),
        (Way.CARD, UNPAID, "ACTIVE", "PAST_DUE", "PAST_DUE"),
        (Way.CARD, PAST_DUE, "TRIAL", "", ""),
        (Way.DIRECT_DEBIT, ENDED, "ACTIVE", "PAST_DUE", "PAST_DUE"),
    ],
)
def test_the_state_of_a_municipality_follows(way, standing, now, wanted, wanted_when_lifting):
    assert municipality_state(way, standing, now, may_lift=False) == wanted
    assert municipality_state(way, standing, now, may_lift=True) == wanted_when_lifting


def provisioner(town, lift=True):
    """What the provisioner's job does; gives the state of the municipality."""
    import os
    import subprocess
    import sys

    head = "import os; os.environ['TENANT_DB_MODE'] = 'owner'\nimport django; django.setup()\n"
    program = (
        "from billing.payments.actions import follow_payment\n"
        f"follow_payment(schema_name={town.schema_name!r}, may_lift={lift})"
    )
    done = subprocess.run(
        [sys.executable, "-c", head + program], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    with inside(PUBLIC_SITE):
        return Municipality.objects.get(pk=town.pk).state


def contract_of(town):
    with inside(town):
        return Contract.objects.get(state__in=["IN_FORCE", "PAST_DUE"])


def words(client, address="/payments/"):
    return re.sub(r"\s+", " ", client.get(address).content.decode())


def pressed(client, **form):
    return client.post("/payments/pay/", form)


def test_whoever_accepts_a_contract_by_card_goes_on_to_pay_it_and_everything_follows(
    on_trial, arrecife, double, settle, agree, anna, wanted_states
):
    agree.propose(on_trial, way="CARD", today=today_of(on_trial), discount_percent=Decimal(10))
    sent = anna.post("/billing/contract/proposal/")
    assert sent.status_code == 303
    (session,) = double.store.objects["checkout.session"].values()
    contract = contract_of(on_trial)
    days = replace(contract.part, ends_before=month_after(contract.starts_on))
    due = month_quote([days], tax_of(on_trial.ine_code, contract.starts_on), calls=0)
    assert (sent["Location"], session["amount_subtotal"]) == (session["url"], due.net_cents)
    assert session["amount_total"] == due.total_cents
    assert [one["price"]["unit_amount"] for one in session["key"]["items"]] == [98_100]  # 1.090 less 10 %
    assert "is not paid yet" in words(anna)
    assert "is not paid yet" in words(anna, "/billing/")
    assert pressed(anna, net_cents="1", contract="x")["Location"] == session["url"], "no form names an amount"
    assert provisioner(on_trial) == "TRIAL"
    pay(session["url"])
    settle(times=2)
    assert contract_of(on_trial).state == "IN_FORCE"
    assert wanted_states, "the provisioner is asked"
    assert provisioner(on_trial) == provisioner(on_trial) == "ACTIVE"
    told = words(anna)
    assert "is not paid yet" not in told + words(anna, "/billing/")
    assert "Paid" in told
    assert pressed(anna)["Location"] == "/payments/"
    assert len(double.store.objects["subscription"]) == 1


def test_a_late_payment_and_its_end_are_seen_at_contract_and_municipality(
    on_trial, double, settle, agree, anna, wanted_states
):
    agree.whole(on_trial, way="CARD", today=today_of(on_trial))
    pay(pressed(anna)["Location"], REFUSED_LATER)
    settle()
    assert provisioner(on_trial) == "ACTIVE"
    double.engine.advance(None, double.store.now() + 33 * 86_400)
    settle()
    assert contract_of(on_trial).state == "PAST_DUE"
    assert provisioner(on_trial) == "PAST_DUE"
    with inside(on_trial):
        from billing.payments.actions import open_portal
        from tenants.audit.actions import actor_of_command

        url = open_portal(municipality=on_trial, return_url="http://x/", by=actor_of_command(), reason="test")
    press(url, act="change", kind="card", number="4242424242424242")
    settle()
    assert contract_of(on_trial).state == "IN_FORCE"
    assert provisioner(on_trial) == "ACTIVE"
    with inside(CONSOLE):
        lines = AuditEntry.objects.filter(verb="contract_payment").order_by("id")
        assert [(one.details["from"], one.details["to"]) for one in lines] == [
            ("IN_FORCE", "PAST_DUE"), ("PAST_DUE", "IN_FORCE"),
        ]  # fmt: skip


def test_an_electronic_invoice_makes_active_at_once_and_never_a_subscription(
    on_trial, double, agree, anna, wanted_states
):
    agree.propose(on_trial, way="E_INVOICE", today=today_of(on_trial))
    assert anna.post("/billing/contract/proposal/")["Location"] == "/billing/"
    assert wanted_states == [on_trial.schema_name]
    assert provisioner(on_trial) == "ACTIVE"
    assert "paid by electronic invoice" in words(anna)
    assert pressed(anna)["Location"] == "/payments/"
    assert not double.store.objects["checkout.session"]


def test_without_card_payments_the_contract_is_accepted_and_the_page_says_so(
    on_trial, double, agree, anna, settings, wanted_states
):
    settings.STRIPE_DOUBLE = ""
    agree.propose(on_trial, way="CARD", today=today_of(on_trial))
    assert anna.post("/billing/contract/proposal/")["Location"] == "/payments/"
    told = words(anna)
    assert "Card payments are not configured here" in told
    assert contract_of(on_trial).state == "IN_FORCE"
    assert pressed(anna)["Location"] == "/payments/"


def test_a_discount_that_ends_is_not_charged_for_ever(on_trial, double, agree, anna, wanted_states):
    today = today_of(on_trial)
    agree.whole(
        on_trial, way="CARD", today=today, discount_percent=Decimal(10),
        discount_ends_before=today + timedelta(days=90),
    )  # fmt: skip
    assert pressed(anna)["Location"] == "/payments/"
    assert "discount for some time only" in words(anna)
    assert not double.store.objects["checkout.session"]


@pytest.mark.parametrize("role", [Role.SUPERVISOR])
def test_nobody_but_an_administrator_pays(caldes, browse, person, settings, role):
    settings.SECOND_FACTOR_REQUIRED = False
    assert pressed(browse("caldes", person(caldes, role, "other@example.org"))).status_code == 403


def task_state(client):
    page = client.get("/getting-started/").content.decode()
    return re.search(r"Contract and payment</.*?<span class=\"badge (\w+)\">", page, re.DOTALL)[1]


def test_the_task_of_contract_and_payment_tells_the_truth(on_trial, double, settle, agree, anna, wanted_states):
    assert task_state(anna) == "none"
    proposed = agree.propose(on_trial, way="CARD", today=today_of(on_trial))
    assert task_state(anna) == "half"
    agree.accept(on_trial, proposed, today_of(on_trial))
    assert task_state(anna) == "warn"
    pay(pressed(anna)["Location"])
    settle()
    assert task_state(anna) == "ok"


def test_nobody_pays_on_for_a_contract_that_was_left(on_trial, double, settle, agree, anna, wanted_states):
    from billing.payments.tasks import follow_what_was_agreed

    today = today_of(on_trial)
    contract = agree.whole(on_trial, way="CARD", plan="tactical_advice", today=today)
    pay(pressed(anna)["Location"])
    settle()
    with inside(CONSOLE):
        follow_what_was_agreed(on_trial)
    (subscription,) = double.store.objects["subscription"].values()
    assert not subscription["cancel_at_period_end"]
    agree.leave(on_trial, contract, today)
    for _hour in range(2):
        with inside(CONSOLE):
            follow_what_was_agreed(on_trial)
        settle()
    with inside(CONSOLE):
        assert AuditEntry.objects.filter(verb="end_subscription").count() == 1
    assert double.store.objects["subscription"][subscription["id"]]["cancel_at_period_end"]
    assert "is not paid yet" not in words(anna)


def test_another_plan_is_paid_by_the_same_subscription(on_trial, double, settle, agree, anna, wanted_states):
    from billing.payments.tasks import follow_what_was_agreed

    today = today_of(on_trial)
    contract = agree.whole(on_trial, way="CARD", plan="tactical_advice", today=today)
    pay(pressed(anna)["Location"])
    settle()
    new = agree.change(on_trial, contract, "attended", today)
    for _hour in range(2):
        with inside(CONSOLE):
            follow_what_was_agreed(on_trial)
        settle()
    with inside(CONSOLE):
        line = AuditEntry.objects.get(verb="change_subscription")
        assert (line.details["from"], line.details["to"]) == (str(contract.uuid), str(new.uuid))
    (subscription,) = double.store.objects["subscription"].values()
    assert subscription["metadata"]["contract"] == str(new.uuid)
    assert "is not paid yet" not in words(anna)


def test_a_subscription_that_names_no_contract_is_left_alone(on_trial, double, checkout, settle):
    from billing.payments.tasks import follow_what_was_agreed

    pay(checkout(on_trial, order(contract="")).url)
    settle()
    with inside(CONSOLE):
        follow_what_was_agreed(on_trial)
    (subscription,) = double.store.objects["subscription"].values()
    assert not subscription["cancel_at_period_end"]
