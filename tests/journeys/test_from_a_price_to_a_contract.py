"""From the public price to the contract and out of it again, in a browser; every page on the way is looked at."""

import pytest
from fixtures.looking import enter, faults, speak, width_of

BUYER = {
    "legal_name": "Ajuntament de Caldes de Montbui", "tax_id": "P0803300D", "address": "Plaça de la Font del Lleó, 11",
    "postal_code": "08140", "invoice_email": "factures@example.org",
}  # fmt: skip


@pytest.fixture
def page(chromium):
    """A page whose colours are never on their way to others; that a form is refused is no error here."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.fixture
def look():
    """look(page) finds no fault in the page, light and dark, nor anything wider than a small telephone."""

    def at(page):
        found = [faults(page)]
        page.emulate_media(color_scheme="dark")
        found.append(faults(page, "color-contrast"))
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 320, "height": 640})
        width = width_of(page)
        page.set_viewport_size({"width": 1366, "height": 768})
        assert "\n".join(filter(None, found)) == "", page.url
        assert width <= 320, page.url

    return at


def test_a_town_hall_reads_its_price_agrees_to_it_changes_and_leaves(shown, page, site, look):
    speak(page.context, site, "en", "", "caldes.")
    page.goto(f"http://localhost:{site}/")
    page.click("nav >> text=Prices")
    page.fill("input[name=where]", "montbui")
    page.click("main button.main")
    look(page)
    page.click("text=Caldes de Montbui")
    look(page)
    assert "€269" in page.inner_text("#tactical_advice >> xpath=ancestor::section")
    enter(page, site, "caldes.", "anna@example.org")
    page.click(".side >> text=Billing")
    look(page)
    page.click("main a.btn.main")
    look(page)
    for name, text in BUYER.items():
        page.fill(f"[name={name}]", text)
    page.check("[name=plan][value=tactical_advice]")
    page.click("main button.main")
    assert "would have to be C" in page.inner_text(".summary")
    look(page)
    page.fill("[name=tax_id]", "P0803300C")
    page.click("main button.main")
    assert page.url.endswith("/billing/contract/proposal/")
    look(page)
    page.click("main button.main")
    assert "In force" in page.inner_text("main")
    look(page)
    page.click('main a:text("Change the plan")')
    look(page)
    page.fill("[name=reason]", "the council agreed")
    page.click("main button.main")
    assert "Centralised call service" in page.inner_text("main .facts")
    page.click('main a:text("Leave the contract")')
    look(page)
    page.fill("[name=reason]", "the council changed its mind")
    page.click("main button.danger")
    assert "Last day" in page.inner_text("main .facts")
    look(page)


def test_the_price_is_there_without_a_script(site, chromium):
    context = chromium.new_context(java_script_enabled=False, locale="es-ES")
    page = context.new_page()
    page.goto(f"http://localhost:{site}/prices/")
    page.fill("input[name=where]", "Arrecife")
    page.click("main button.main")
    assert "IGIC 7" in page.inner_text("main")
    context.close()
