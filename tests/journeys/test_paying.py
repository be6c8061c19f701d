"""An administrator agrees and pays on the stand-in's page; another one by electronic invoice, without paying anything."""

import os
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from fixtures.looking import enter, faults, speak, width_of
from fixtures.stripe import forget_payments
from servers import free_port
from support import owner_connection

from billing.plans.queries import contract_on
from billing.plans.rules import month_quote, tax_of
from kit.money import euros
from kit.periods import month_after
from tenants.directory.queries import today_of
from tenants.isolation.context import inside

SECRET = "whsec_of_this_journey"
BUYER = {
    "legal_name": "Ajuntament de Caldes de Montbui", "tax_id": "P0803300C", "address": "Plaça de la Font del Lleó, 11",
    "postal_code": "08140", "invoice_email": "factures@example.org",
}  # fmt: skip


@pytest.fixture(scope="module")
def port_of_stripe():
    """Web, worker and provisioner, which start after it, find the stand-in there."""
    port = free_port()
    told = {"STRIPE_DOUBLE_PORT": str(port), "STRIPE_WEBHOOK_SECRETS": SECRET}
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    yield port
    for name, text in before.items():
        os.environ.pop(name) if text is None else os.environ.update({name: text})


@pytest.fixture(scope="module")
def paying(port_of_stripe, towns, site, tmp_path_factory):
    """The stand-in for Stripe, and the provisioner, which changes the states of municipalities; gives the site's port."""
    state = tmp_path_factory.mktemp("stripe") / "state.json"
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "billing.payments.double", "--port", str(port_of_stripe), "--state", str(state),
             "--webhook", f"http://127.0.0.1:{site}/stripe/webhook", "--host", "localhost"],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        ),
        subprocess.Popen(
            [sys.executable, "-m", "config.manage", "run_provisioner"],
            env={**os.environ, "PORT": str(site), "SCT_DEMONSTRATION": "1"}, stderr=subprocess.DEVNULL,
        ),
    ]  # fmt: skip
    yield site
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(timeout=30)
    forget_payments()


@pytest.fixture
def on_trial(paying, shown, towns):
    """Caldes on trial; active again afterwards, without a contract."""

    def put(state):
        with owner_connection() as owner:
            owner.execute("DELETE FROM public.plans_contract")
            owner.execute(
                "UPDATE directory_municipality SET state = %s WHERE schema_name = %s",
                [state, towns["caldes"].schema_name],
            )

    put("TRIAL")
    yield towns["caldes"]
    put("ACTIVE")


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def state_of(town):
    with owner_connection() as owner:
        asked = "SELECT state FROM directory_municipality WHERE schema_name = %s"
        return owner.execute(asked, [town.schema_name]).fetchone()[0]


def soon(what):
    until = time.monotonic() + 40
    while not what() and time.monotonic() < until:
        time.sleep(0.5)
    return what()


def agree(page, site, way, language="en"):
    speak(page.context, site, language, "", "caldes.")
    enter(page, site, "caldes.", "anna@example.org")
    page.goto(f"http://caldes.localhost:{site}/billing/contract/choose/")
    page.check("[name=plan][value=attended]")
    page.check(f"[name=way][value={way}]")
    for name, text in BUYER.items():
        page.fill(f"[name={name}]", text)
    page.click("main button.main")
    page.click("main button.main")


def days_of_this_month(town):
    """What the days from today to the end of the month cost, with tax."""
    with inside(town):
        contract = contract_on(town.schema_name, today_of(town))
    part = replace(contract.part, ends_before=month_after(contract.starts_on))
    return euros(month_quote([part], tax_of(town.ine_code, contract.starts_on), calls=0).total_cents, "es")


def look(page):
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert faults(page) == "", page.url
        assert width_of(page) <= width, page.url


def test_a_contract_by_card_is_paid_on_the_page_that_follows(on_trial, paying, page):
    agree(page, paying, "CARD")
    asked = page.inner_text("main")
    assert f"Pagar {days_of_this_month(on_trial)}" in asked, "on the stand-in's page, with IVA"
    assert "1.090,00" in asked, "each month afterwards"
    page.click("button[value=cancel]")
    page.click("text=See the payment")
    assert "is not paid yet" in page.inner_text("main")
    look(page)
    page.click("main button.main")
    page.click("button[value=pay]")
    overview = f"http://caldes.localhost:{paying}/payments/"
    assert page.url.startswith(f"{overview}returned/")

    def is_paid():
        page.goto(overview)
        return "Paid" in page.inner_text("main .badge.ok, main .saying")

    assert soon(is_paid)
    look(page)
    assert soon(lambda: state_of(on_trial) == "ACTIVE")


def test_a_contract_by_electronic_invoice_is_active_without_paying_in_catalan_on_a_telephone(on_trial, paying, page):
    page.set_viewport_size({"width": 390, "height": 844})
    agree(page, paying, "E_INVOICE", "ca")
    assert "En vigor" in page.inner_text("main")
    assert soon(lambda: state_of(on_trial) == "ACTIVE")
    page.goto(f"http://caldes.localhost:{paying}/payments/")
    assert "El seu contracte es paga mitjançant factura electrònica" in page.inner_text("main")
    look(page)
