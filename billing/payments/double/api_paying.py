"""The addresses about money: checkout, subscriptions, invoices, refunds, credit notes, disputes, the portal."""

from typing import Any

from billing.payments.double.api import Form, listed, needed, reads, route, whole
from billing.payments.double.engine import Engine, line_total
from billing.payments.double.periods import DAY
from billing.payments.double.store import Obj, Refusal

_METHODS = {"card", "sepa_debit"}


reads("checkout/sessions", "checkout.session", "customer", "status")
reads("subscriptions", "subscription", has_list=False)
reads("invoices", "invoice", has_list=False)
reads("invoice_payments", "invoice_payment", "invoice")
reads("refunds", "refund", "payment_intent")
reads("credit_notes", "credit_note", "invoice", "customer")
reads("disputes", "dispute", "payment_intent")
reads("charges", "charge", "customer")
reads("payment_intents", "payment_intent", "customer")


def _items(engine: Engine, wanted: list[Obj]) -> list[Obj]:
    """Items by price or by price data; amounts come from the price alone."""
    made = []
    for one in wanted:
        if one.get("price"):
            price = engine.store.get("price", one["price"], "items[price]")
        elif one.get("price_data"):
            price = _price_of(engine, one["price_data"])
        else:
            raise Refusal(400, "Missing required param: price.", code="parameter_missing", param="price")
        rates = [engine.store.get("tax_rate", rate, "tax_rates") for rate in one.get("tax_rates") or []]
        quantity = whole(one, "quantity", 1)
        made.append(
            engine.store.make("subscription_item", price=price, quantity=quantity, tax_rates=rates, metadata={})
        )
    return made


def _recurring(made: list[Obj]) -> list[Obj]:
    """The items, which must be charged again and again, all as often."""
    for one in made:
        if not one["price"]["recurring"]:
            raise Refusal(
                400, f"The price specified is set to `type=one_time`: {one['price']['id']}", param="items[price]"
            )
    intervals = {(one["price"]["recurring"]["interval"], one["price"]["recurring"]["interval_count"]) for one in made}
    if len(intervals) != 1:
        raise Refusal(400, "All prices of a subscription must have the same interval.", param="items")
    return made


def _price_of(engine: Engine, data: Obj) -> Obj:
    product = engine.store.get("product", data.get("product"), "price_data[product]")
    recurring = data.get("recurring")
    return engine.store.make(
        "price", product=product["id"], unit_amount=whole(data, "unit_amount"), currency=data.get("currency"),
        recurring={"interval": recurring["interval"], "interval_count": 1, "usage_type": "licensed"}
        if recurring else None, lookup_key=None, active=False, metadata={}, type="recurring" if recurring else "one_time",
    )  # fmt: skip


# Checkout


@route("POST", "checkout/sessions")
def make_session(engine: Engine, form: Form) -> Obj:
    needed(form, "mode", "line_items", "success_url")
    if form["mode"] != "subscription":
        raise Refusal(400, "This stand-in sells subscriptions only.", param="mode")
    customer = engine.store.get("customer", form.get("customer"), "customer")["id"]
    methods = form.get("payment_method_types") or ["card"]
    if not set(methods) <= _METHODS:
        raise Refusal(400, f"Invalid payment_method_types: {methods}", param="payment_method_types")
    every, inner = _items(engine, form["line_items"]), form.get("subscription_data") or {}
    items, once = (
        _recurring([one for one in every if one["price"]["recurring"]]),
        [one for one in every if not one["price"]["recurring"]],
    )
    trial_end = whole(inner, "trial_end")
    if trial_end is not None and trial_end < engine.store.now(customer) + 2 * DAY:
        raise Refusal(400, "The `trial_end` date has to be at least 2 days in the future.", param="subscription_data")
    # What is paid on the page: of a trial nothing, of what is charged once all.
    today = engine.lines_of(items, 0, 0, is_free=trial_end is not None) + engine.lines_of(once, 0, 0)
    subtotal, total = sum(one["amount"] for one in today), sum(line_total(one) for one in today)
    made = engine.store.make(
        "checkout.session", customer, customer=customer, mode="subscription", status="open", payment_status="unpaid",
        success_url=form["success_url"], cancel_url=form.get("cancel_url"), payment_method_types=methods,
        metadata=form.get("metadata") or {}, client_reference_id=form.get("client_reference_id"), currency="eur",
        amount_subtotal=subtotal, amount_total=total,
        total_details={"amount_tax": total - subtotal, "amount_discount": 0},
        expires_at=engine.store.now(customer) + 86_400, subscription=None, invoice=None, locale=form.get("locale"),
        ui_mode="hosted_page",
        key={"items": items, "once": once, "trial_end": trial_end, "metadata": inner.get("metadata") or {}},
    )  # fmt: skip
    made["url"] = f"{engine.base}/pay/{made['id']}"
    return made


@route("POST", "checkout/sessions/{id}/expire")
def expire_session(engine: Engine, form: Form, key: str) -> Obj:
    one = engine.store.get("checkout.session", key)
    if one["status"] != "open":
        raise Refusal(400, 'Only Checkout Sessions with a status in ["open"] can be expired.')
    one.update(status="expired", url=None)
    engine.store.tell("checkout.session.expired", one)
    return one


def new_method(engine: Engine, customer: str, kind: str, *, last4: str, fails: bool) -> Obj:
    """A card or an account as it was typed on the page."""
    return engine.store.make(
        "payment_method", customer, customer=customer, type=kind, fails=fails, metadata={},
        **{kind: {"last4": last4, "brand": "visa"} if kind == "card" else {"last4": last4, "country": "ES"}},
    )  # fmt: skip


def complete(engine: Engine, session: Obj, method: Obj) -> bool:
    """Somebody pressed Pay; gives whether the payment was taken. Pressing twice pays once."""
    if session["status"] == "complete":
        return True
    if session["status"] != "open":
        raise Refusal(400, "This Checkout Session has expired.")
    if method["fails"] == "at once":
        return False
    inner, fails_later = session["key"], method["fails"]
    method["fails"] = False
    sub = engine.subscribe(
        session["customer"], inner["items"], once=inner["once"], trial_end=inner["trial_end"],
        default_payment_method=method["id"], metadata=inner["metadata"],
    )  # fmt: skip
    method["fails"] = fails_later
    paid = engine.store.get("invoice", sub["latest_invoice"])["status"] == "paid"
    session.update(
        status="complete", subscription=sub["id"], invoice=sub["latest_invoice"], url=None,
        payment_status="paid" if paid else "unpaid",
    )  # fmt: skip
    engine.store.tell("checkout.session.completed", session)
    return True


# Subscriptions


@route("POST", "subscriptions")
def make_subscription(engine: Engine, form: Form) -> Obj:
    needed(form, "customer", "items")
    customer = engine.store.get("customer", form["customer"], "customer")["id"]
    way = form.get("collection_method", "charge_automatically")
    days = whole(form, "days_until_due")
    if way == "send_invoice" and days is None:
        raise Refusal(400, "`days_until_due` is needed with `send_invoice`.", param="days_until_due")
    method = form.get("default_payment_method")
    if method:
        engine.store.get("payment_method", method, "default_payment_method")
    return engine.subscribe(
        customer, _recurring(_items(engine, form["items"])), collection_method=way, days_until_due=days,
        default_payment_method=method, metadata=form.get("metadata") or {},
    )  # fmt: skip


@route("GET", "subscriptions")
def list_subscriptions(engine: Engine, form: Form) -> Obj:
    status = form.get("status")
    found = listed(
        engine.store, "subscription", form, customer=form.get("customer"), status=None if status == "all" else status
    )
    if status is None:
        found["data"] = [one for one in found["data"] if one["status"] != "canceled"]
    return found


@route("POST", "subscriptions/{id}")
def change_subscription(engine: Engine, form: Form, key: str) -> Obj:
    sub = engine.store.get("subscription", key)
    changes: dict[str, Any] = {}
    if form.get("items"):
        _change_items(engine, sub, form)
    if "cancel_at_period_end" in form:
        wanted = form["cancel_at_period_end"] == "true"
        changes = {
            "cancel_at_period_end": wanted,
            "canceled_at": engine.store.now(sub["customer"]) if wanted else None,
            "cancel_at": min(one["current_period_end"] for one in sub["items"]["data"]) if wanted else None,
        }
    if form.get("default_payment_method"):
        changes["default_payment_method"] = engine.store.get("payment_method", form["default_payment_method"])["id"]
    if form.get("metadata"):
        changes["metadata"] = {**sub["metadata"], **form["metadata"]}
    engine.move(sub, **changes)
    until = whole(form, "trial_end")
    if until is not None:
        engine.try_out(sub, until)
    return sub


def _change_items(engine: Engine, sub: Obj, form: Form) -> None:
    """Other prices from the next period on: what days of this one would cost or give back is not counted here."""
    if form.get("proration_behavior") != "none":
        raise Refusal(400, "This stand-in changes prices without proration only.", param="proration_behavior")
    held = {one["id"]: one for one in sub["items"]["data"]}
    for wanted, made in zip(form["items"], _recurring(_items(engine, form["items"])), strict=True):
        if wanted.get("id") not in held:
            raise Refusal(
                404, f"No such subscription_item: '{wanted.get('id')}'", code="resource_missing", param="items"
            )
        held[wanted["id"]].update({name: made[name] for name in ("price", "quantity", "tax_rates")})
    engine.store.tell("customer.subscription.updated", sub)


@route("DELETE", "subscriptions/{id}")
def cancel_subscription(engine: Engine, form: Form, key: str) -> Obj:
    sub = engine.store.get("subscription", key)
    engine.cancel(sub)
    return sub


# Invoices


@route("POST", "invoiceitems")
def make_item(engine: Engine, form: Form) -> Obj:
    needed(form, "customer", "amount")
    customer = engine.store.get("customer", form["customer"], "customer")["id"]
    made = engine.store.make(
        "invoiceitem", customer, customer=customer, amount=int(form["amount"]), currency="eur", invoice=None,
        description=form.get("description") or "", metadata=form.get("metadata") or {},
        tax_rates=[engine.store.get("tax_rate", rate, "tax_rates") for rate in form.get("tax_rates") or []],
    )  # fmt: skip
    engine.store.tell("invoiceitem.created", made)
    return made


@route("POST", "invoices")
def make_invoice(engine: Engine, form: Form) -> Obj:
    needed(form, "customer")
    customer = engine.store.get("customer", form["customer"], "customer")["id"]
    method = form.get("default_payment_method")
    if method:
        engine.store.get("payment_method", method, "default_payment_method")
    return engine.draft(
        customer, engine.waiting_items(customer), sub=None, why="manual", metadata=form.get("metadata") or {},
        days_until_due=whole(form, "days_until_due"), default_payment_method=method,
        auto_advance=form.get("auto_advance") == "true",
        collection_method=form.get("collection_method", "charge_automatically"),
    )  # fmt: skip


@route("POST", "invoices/{id}/add_lines")
def add_lines(engine: Engine, form: Form, key: str) -> Obj:
    invoice = engine.store.get("invoice", key)
    needed(form, "lines")
    lines = [
        engine.line(
            int(one["amount"]), 1, one.get("description") or "", [],
            taxes=[
                {
                    "amount": int(tax["amount"]), "tax_behavior": "exclusive", "type": "tax_rate_details",
                    "taxable_amount": int(tax["taxable_amount"]), "taxability_reason": "not_available",
                    "tax_rate_details": {"tax_rate": tax["tax_rate_data"]["display_name"]},
                }
                for tax in one.get("tax_amounts") or []
            ],
        )
        for one in form["lines"]
    ]  # fmt: skip
    engine.add(invoice, lines)
    return invoice


@route("GET", "invoices")
def list_invoices(engine: Engine, form: Form) -> Obj:
    sub = form.get("subscription")
    found = listed(engine.store, "invoice", form, customer=form.get("customer"), status=form.get("status"))
    if sub:
        found["data"] = [one for one in found["data"] if (engine.sub_of(one) or {}).get("id") == sub]
    return found


@route("POST", "invoices/{id}/finalize")
def finalize(engine: Engine, form: Form, key: str) -> Obj:
    invoice = engine.store.get("invoice", key)
    engine.finalize(invoice)
    return invoice


@route("POST", "invoices/{id}/send")
def send(engine: Engine, form: Form, key: str) -> Obj:
    invoice = engine.store.get("invoice", key)
    if invoice["status"] == "draft":
        engine.finalize(invoice)
    else:
        engine.store.tell("invoice.sent", invoice)
    return invoice


@route("POST", "invoices/{id}/pay")
def pay(engine: Engine, form: Form, key: str) -> Obj:
    invoice = engine.store.get("invoice", key)
    if invoice["status"] not in {"open", "uncollectible"}:
        raise Refusal(400, f"Invoice is already {invoice['status']}.", code="invoice_not_open")
    if form.get("paid_out_of_band") == "true":
        engine.settle(invoice, None)
        return invoice
    if not engine.charge(invoice, engine.method_of(engine.sub_of(invoice) or invoice)):
        raise Refusal(402, "Your card was declined.", code="card_declined")
    return invoice


def _end(engine: Engine, key: str, status: str, moment: str, event: str) -> Obj:
    invoice = engine.store.get("invoice", key)
    if invoice["status"] != "open":
        raise Refusal(400, f"You can only do this to an open invoice; this one is {invoice['status']}.")
    invoice.update(status=status, next_payment_attempt=None, ends_with=None)
    invoice["status_transitions"][moment] = engine.store.now(invoice["customer"])
    engine.store.tell(event, invoice)
    return invoice


@route("POST", "invoices/{id}/void")
def void(engine: Engine, form: Form, key: str) -> Obj:
    return _end(engine, key, "void", "voided_at", "invoice.voided")


@route("POST", "invoices/{id}/mark_uncollectible")
def give_up(engine: Engine, form: Form, key: str) -> Obj:
    return _end(engine, key, "uncollectible", "marked_uncollectible_at", "invoice.marked_uncollectible")


# Money back


@route("POST", "refunds")
def refund(engine: Engine, form: Form) -> Obj:
    intent = engine.store.get("payment_intent", form.get("payment_intent"), "payment_intent")
    charge = engine.store.get("charge", intent["latest_charge"])
    amount = whole(form, "amount", charge["amount"] - charge["amount_refunded"], low=1) or 0
    if charge["amount_refunded"] + amount > charge["amount"]:
        raise Refusal(400, "Refund amount is greater than unrefunded amount on charge.", param="amount")
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    made = engine.store.make(
        "refund", intent["customer"], amount=amount, currency="eur", charge=charge["id"], status="succeeded",
        payment_intent=intent["id"], reason=form.get("reason"), metadata=form.get("metadata") or {},
    )  # fmt: skip
    engine.store.tell("refund.created", made)
    engine.store.tell("charge.refunded", charge)
    return made


@route("POST", "credit_notes")
def credit(engine: Engine, form: Form) -> Obj:
    needed(form, "invoice")
    invoice = engine.store.get("invoice", form["invoice"], "invoice")
    amount = whole(form, "amount", invoice["total"], low=1) or 0
    credited = sum(one["amount"] for one in engine.store.all("credit_note") if one["invoice"] == invoice["id"])
    if invoice["status"] not in {"open", "paid"} or credited + amount > invoice["total"]:
        raise Refusal(400, "The credit note is larger than what is left of the invoice.", param="amount")
    refunds = []
    back = whole(form, "refund_amount", 0) or 0
    if back:
        paid = next((one for one in engine.store.all("invoice_payment") if one["invoice"] == invoice["id"]), None)
        if paid is None:
            raise Refusal(
                400, "This invoice was not paid through us: there is nothing to give back.", param="refund_amount"
            )
        made = refund(engine, {"payment_intent": paid["payment"]["payment_intent"], "amount": back})
        refunds = [{"refund": made["id"], "amount_refunded": back}]
    note = engine.store.make(
        "credit_note", invoice["customer"], customer=invoice["customer"], invoice=invoice["id"], amount=amount,
        total=amount, currency="eur", status="issued", reason=form.get("reason"), memo=form.get("memo"),
        number=f"{invoice['number']}-CN-{(credited and 2) or 1:02d}", refunds=refunds, metadata=form.get("metadata") or {},
    )  # fmt: skip
    field = "post_payment_credit_notes_amount" if invoice["status"] == "paid" else "pre_payment_credit_notes_amount"
    invoice[field] += amount
    engine.store.tell("credit_note.created", note)
    return note


def open_dispute(engine: Engine, charge: Obj) -> Obj:
    """The bank of the one who paid wants the money back."""
    charge["disputed"] = True
    made = engine.store.make(
        "dispute", charge["customer"], charge=charge["id"], amount=charge["amount"], currency="eur", reason="general",
        status="needs_response", payment_intent=charge["payment_intent"], metadata={},
    )  # fmt: skip
    engine.store.tell("charge.dispute.created", made)
    return made


@route("POST", "disputes/{id}/close")
def close_dispute(engine: Engine, form: Form, key: str) -> Obj:
    one = engine.store.get("dispute", key)
    one["status"] = "lost"
    engine.store.tell("charge.dispute.closed", one)
    return one


@route("POST", "billing_portal/sessions")
def make_portal(engine: Engine, form: Form) -> Obj:
    customer = engine.store.get("customer", form.get("customer"), "customer")["id"]
    made = engine.store.make(
        "billing_portal.session",
        customer,
        customer=customer,
        return_url=form.get("return_url"),
        locale=form.get("locale"),
    )
    made["url"] = f"{engine.base}/portal/{made['id']}"
    return made
