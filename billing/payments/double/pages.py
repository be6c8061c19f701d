"""The pages that Stripe hosts: paying, changing the card, an invoice. Plain forms; nothing here needs a script."""

from datetime import UTC, datetime
from html import escape
from typing import Any

from billing.payments.double import api_paying
from billing.payments.double.engine import Engine
from billing.payments.double.periods import DAY
from billing.payments.double.store import Obj
from billing.payments.double.style import STYLE

_STATES = {
    "active": "al corriente", "past_due": "pago atrasado", "unpaid": "impagada", "canceled": "cancelada",
    "incomplete": "sin empezar", "trialing": "al corriente", "draft": "borrador", "open": "por pagar", "paid": "pagada", "void": "anulada",
    "uncollectible": "incobrable",
}  # fmt: skip
REFUSED_NOW, REFUSED_LATER = "4000000000000002", "4000000000000341"


def money(cents: int) -> str:
    """1.234,56 € as it is written in Spain."""
    text = f"{cents / 100:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")
    return f"{text}\u00a0€"


def page(title: str, body: str) -> str:
    """A whole page."""
    return (
        f"<!doctype html><html lang=es><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>{escape(title)}</title><style>{STYLE}</style><main>"
        "<p class=mark>Pasarela de demostración: aquí no se mueve dinero y no debe escribirse ninguna tarjeta real.</p>"
        f"{body}</main></html>"
    )


def answer(engine: Engine, method: str, path: str, form: dict[str, Any]) -> tuple[int, str, str] | None:
    """Status, page and where to go next; None when the address is no page."""
    parts = path.strip("/").split("/")
    store = engine.store
    if parts[0] == "pay" and len(parts) == 2 and parts[1] in store.objects["checkout.session"]:
        return _pay(engine, method, store.objects["checkout.session"][parts[1]], form)
    if parts[0] == "portal" and len(parts) == 2 and parts[1] in store.objects["billing_portal.session"]:
        return _portal(engine, method, store.objects["billing_portal.session"][parts[1]], form)
    if parts[0] == "invoice" and len(parts) >= 2 and parts[1] in store.objects["invoice"]:
        return _invoice(engine, method, store.objects["invoice"][parts[1]], form)
    if parts == [""]:
        return _front(engine, method, form)
    return None


def _method_fields(kinds: list[str]) -> str:
    options = {"card": "Tarjeta", "sepa_debit": "Domiciliación bancaria (SEPA)"}
    chosen = "".join(f"<option value={kind}>{options[kind]}</option>" for kind in kinds)
    return (
        f"<label for=kind>Forma de pago</label><select id=kind name=kind>{chosen}</select>"
        "<label for=number>Número de tarjeta o IBAN</label>"
        "<input id=number name=number value='4242 4242 4242 4242' inputmode=numeric autocomplete=off required>"
        f"<p class=quiet>{REFUSED_NOW} se rechaza en el acto; {REFUSED_LATER} se acepta hoy y se rechaza en el próximo cobro.</p>"
    )


def _method_of(engine: Engine, customer: str, form: dict[str, Any], kinds: list[str]) -> Obj:
    number = "".join(c for c in str(form.get("number", "")) if c.isalnum())
    kind = str(form.get("kind") or kinds[0])
    fails: Any = {REFUSED_NOW: "at once", REFUSED_LATER: True}.get(number, False)
    return api_paying.new_method(
        engine, customer, kind if kind in kinds else kinds[0], last4=number[-4:] or "4242", fails=fails
    )


def _row(engine: Engine, item: Obj) -> str:
    name = engine.store.get("product", item["price"]["product"])["name"]
    return f"<tr><td>{escape(name)} × {item['quantity']}<td>{money(item['price']['unit_amount'] * item['quantity'])}"


def _pay(engine: Engine, method: str, session: Obj, form: dict[str, Any]) -> tuple[int, str, str]:
    owner = engine.store.get("customer", session["customer"])
    success = session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])
    trouble = ""
    if session["status"] == "complete":
        return 303, "", success
    if session["status"] != "open":
        return 410, page("Caducada", "<h1>Esta página de pago ha caducado.</h1>"), ""
    if method == "POST":
        if form.get("act") == "cancel":
            return 303, "", session["cancel_url"] or success
        kinds = session["payment_method_types"]
        if api_paying.complete(engine, session, _method_of(engine, session["customer"], form, kinds)):
            return 303, "", success
        trouble = "<p class=bad role=alert>La tarjeta ha sido rechazada. Pruebe con otra.</p>"
    inner = session["key"]
    now = inner["once"] if inner["trial_end"] else inner["items"] + inner["once"]
    lines = "".join(_row(engine, item) for item in now)
    later = "".join(_row(engine, item) for item in inner["items"]) if inner["trial_end"] else ""
    first = datetime.fromtimestamp(inner["trial_end"] or 0, UTC)
    afterwards = (
        f"<section><h2>Después, desde el {first:%d/%m/%Y}</h2><table>{later}</table></section>" if later else ""
    )
    back = "<form method=post><button class=plain name=act value=cancel>Cancelar y volver</button></form>"
    body = (
        f"<h1>{escape(owner['name'] or '')}</h1><p class=sum>{money(session['amount_total'])}</p>{trouble}"
        f"<section><table>{lines}<tr><td>Impuestos<td>{money(session['total_details']['amount_tax'])}</table></section>{afterwards}"
        f"<section><form method=post>{_method_fields(session['payment_method_types'])}"
        f"<button name=act value=pay>Pagar {money(session['amount_total'])}</button></form>{back}</section>"
    )
    return 402 if trouble else 200, page("Pagar", body), ""


def _portal(engine: Engine, method: str, session: Obj, form: dict[str, Any]) -> tuple[int, str, str]:
    customer = session["customer"]
    subs = [one for one in engine.store.all("subscription") if one["customer"] == customer]
    alive = [one for one in subs if one["status"] != "canceled"]
    if method == "POST":
        if form.get("act") == "cancel":
            for sub in alive:
                end = min(one["current_period_end"] for one in sub["items"]["data"])
                engine.move(sub, cancel_at_period_end=True, cancel_at=end, canceled_at=engine.store.now(customer))
        else:
            chosen = _method_of(engine, customer, form, ["card", "sepa_debit"])
            for sub in alive:
                engine.move(sub, default_payment_method=chosen["id"])
            for one in [o for o in engine.store.objects["invoice"].values() if o["customer"] == customer]:
                if one["status"] == "open" and one["collection_method"] == "charge_automatically":
                    engine.charge(one, chosen)
        return 303, "", f"/portal/{session['id']}"
    invoices = "".join(
        f"<tr><td><a href='/invoice/{one['id']}'>{escape(one['number'] or 'borrador')}</a><td>{_STATES[one['status']]}"
        f"<td>{money(one['total'])}"
        for one in engine.store.all("invoice")
        if one["customer"] == customer
    )
    states = "".join(
        f"<p>Suscripción: <b>{_STATES[one['status']]}</b>{', se cancela al acabar el periodo' if one['cancel_at_period_end'] else ''}</p>"
        for one in subs
    )
    back = f"<p><a href='{escape(session['return_url'] or '/')}'>Volver a SCT</a></p>"
    body = (
        f"<h1>Pagos</h1>{back}<section>{states}</section>"
        f"<section><h2>Cambiar la forma de pago</h2><form method=post>{_method_fields(['card', 'sepa_debit'])}"
        "<button name=act value=change>Guardar</button></form></section>"
        "<section><form method=post><button class=plain name=act value=cancel>Cancelar la suscripción</button></form></section>"
        f"<section><h2>Facturas</h2><table>{invoices}</table></section>"
    )
    return 200, page("Pagos", body), ""


def _invoice(engine: Engine, method: str, invoice: Obj, form: dict[str, Any]) -> tuple[int, str, str]:
    if method == "POST" and invoice["status"] == "open":
        engine.settle(invoice, _method_of(engine, invoice["customer"], form, ["card"]))
        return 303, "", f"/invoice/{invoice['id']}"
    lines = "".join(
        f"<tr><td>{escape(one['description'])}<td>{money(one['amount'])}" for one in invoice["lines"]["data"]
    )
    pay = f"<section><form method=post>{_method_fields(['card'])}<button>Pagar</button></form></section>"
    body = (
        f"<h1>Factura {escape(invoice['number'] or 'borrador')}</h1><p class=sum>{money(invoice['total'])}</p>"
        f"<p>Estado: <b>{_STATES[invoice['status']]}</b></p><section><table>{lines}</table></section>"
        f"{pay if invoice['status'] == 'open' else ''}"
    )
    return 200, page("Factura", body), ""


def _front(engine: Engine, method: str, form: dict[str, Any]) -> tuple[int, str, str]:
    """What there is, and a button that lets days pass."""
    if method == "POST":
        days = str(form.get("days", "1"))
        engine.advance(None, engine.store.now() + (int(days) if days.isdigit() else 1) * DAY)
        return 303, "", "/"
    rows = "".join(
        f"<tr><td>{escape(engine.store.objects['customer'].get(one['customer'], {}).get('name') or '')}<td>{_STATES[one['status']]}"
        for one in engine.store.all("subscription")
    )
    body = (
        "<h1>Stripe de demostración</h1><section><form method=post><label for=days>Días que pasan</label>"
        "<input id=days name=days value=31 inputmode=numeric><button>Dejar pasar el tiempo</button></form></section>"
        f"<section><h2>Suscripciones</h2><table>{rows}</table></section>"
    )
    return 200, page("Stripe de demostración", body), ""
