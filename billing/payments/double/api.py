"""Stripe's addresses that the stand-in answers, each a function of the store and the form."""

import re
from collections.abc import Callable
from typing import Any

from billing.payments.double.engine import Engine
from billing.payments.double.store import INNER, Obj, Refusal, Store

Form = dict[str, Any]
_ROUTES: list[tuple[str, re.Pattern[str], Callable[..., Obj]]] = []


def route(method: str, path: str) -> Callable[[Callable[..., Obj]], Callable[..., Obj]]:
    """Declares who answers at an address; `{id}` stands for an id."""

    def declare(answer: Callable[..., Obj]) -> Callable[..., Obj]:
        _ROUTES.append((method, re.compile("/v1/" + path.replace("{id}", "([^/]+)") + r"\Z"), answer))
        return answer

    return declare


def answer(engine: Engine, method: str, path: str, form: Form) -> Obj:
    """The object that an address gives, expanded as asked. Raises Refusal."""
    for wanted, pattern, work in _ROUTES:
        found = pattern.match(path)
        if found and wanted == method:
            told = work(engine, form, *found.groups())
            return _expanded(engine.store, told, form.get("expand") or [])
    raise Refusal(404, f"Unrecognized request URL ({method}: {path}).")


# What an expanded field holds.
_FIELDS = {
    "customer": "customer", "subscription": "subscription", "latest_invoice": "invoice", "invoice": "invoice",
    "default_payment_method": "payment_method", "payment_intent": "payment_intent", "latest_charge": "charge",
}  # fmt: skip


def _expanded(store: Store, told: Obj, wanted: list[str]) -> Obj:
    shown: Obj = {key: value for key, value in told.items() if key not in INNER}
    if shown.get("object") == "list":
        inner = [one.removeprefix("data.") for one in wanted if one.startswith("data.")]
        shown["data"] = [_expanded(store, one, inner) for one in shown["data"]]
        return shown
    for path in wanted:
        name, _, rest = path.partition(".")
        if name == "payments" and shown.get("object") == "invoice":
            paid = [one for one in store.all("invoice_payment") if one["invoice"] == shown["id"]]
            shown["payments"] = {"object": "list", "data": paid, "has_more": False}
        elif isinstance(shown.get(name), str) and name in _FIELDS:
            found = store.objects[_FIELDS[name]].get(shown[name])
            if found:
                shown[name] = _expanded(store, found, [rest] if rest else [])
    return shown


def whole(form: Form, name: str, default: int | None = None, *, low: int = 0) -> int | None:
    value = form.get(name)
    if value in {None, ""}:
        return default
    try:
        number = int(str(value))
    except ValueError as error:
        raise Refusal(400, f"Invalid integer: {value}", param=name) from error
    if number < low:
        raise Refusal(400, f"This value must be greater than or equal to {low}.", param=name)
    return number


def needed(form: Form, *names: str) -> None:
    for name in names:
        if not form.get(name):
            raise Refusal(400, f"Missing required param: {name}.", code="parameter_missing", param=name)


def listed(store: Store, kind: str, form: Form, **narrow: Any) -> Obj:
    """A page of a list: newest first, by `limit` and `starting_after`."""
    wanted = {key: value for key, value in narrow.items() if value}
    found = [one for one in store.all(kind) if all(one.get(key) == value for key, value in wanted.items())]
    after = form.get("starting_after")
    if after:
        ids = [one["id"] for one in found]
        found = found[ids.index(after) + 1 :] if after in ids else []
    limit = whole(form, "limit", 10, low=1) or 10
    return {"object": "list", "url": "/v1", "data": found[:limit], "has_more": len(found) > limit}


def reads(path: str, kind: str, *narrowed_by: str, has_list: bool = True) -> None:
    """Declares the addresses that only read: an object by its id and, unless it has rules of its own, the list of them."""

    def one(engine: Engine, form: Form, key: str) -> Obj:
        return engine.store.get(kind, key)

    def several(engine: Engine, form: Form) -> Obj:
        return listed(engine.store, kind, form, **{name: form.get(name) for name in narrowed_by})

    route("GET", path + "/{id}")(one)
    if has_list:
        route("GET", path)(several)


reads("customers", "customer", "email")
reads("products", "product")
reads("prices", "price", has_list=False)
reads("tax_rates", "tax_rate")
reads("test_helpers/test_clocks", "test_helpers.test_clock")
reads("events", "event", "type")


@route("GET", "customers/{id}/tax_ids")
def list_tax_ids(engine: Engine, form: Form, key: str) -> Obj:
    return listed(engine.store, "tax_id", form, customer=key)


@route("GET", "customers/{id}/payment_methods")
def list_methods(engine: Engine, form: Form, key: str) -> Obj:
    return listed(engine.store, "payment_method", form, customer=key, type=form.get("type"))


# Customers


@route("POST", "customers")
def make_customer(engine: Engine, form: Form) -> Obj:
    store = engine.store
    made = store.make(
        "customer", name=form.get("name"), email=form.get("email"), phone=None, address=form.get("address"),
        metadata=form.get("metadata") or {}, preferred_locales=form.get("preferred_locales") or [],
        invoice_settings={"default_payment_method": None}, delinquent=False, balance=0, test_clock=None, currency="eur",
    )  # fmt: skip
    if form.get("test_clock"):
        made["test_clock"] = store.get("test_helpers.test_clock", form["test_clock"], "test_clock")["id"]
    for one in form.get("tax_id_data") or []:
        make_tax_id(engine, one, made["id"])
    store.tell("customer.created", made)
    return made


@route("POST", "customers/{id}")
def change_customer(engine: Engine, form: Form, key: str) -> Obj:
    one = engine.store.get("customer", key)
    one.update({name: form[name] for name in ("name", "email", "address") if name in form})
    one["metadata"].update(form.get("metadata") or {})
    method = (form.get("invoice_settings") or {}).get("default_payment_method")
    if method:
        one["invoice_settings"]["default_payment_method"] = engine.store.get("payment_method", method)["id"]
    engine.store.tell("customer.updated", one)
    return one


@route("DELETE", "customers/{id}")
def drop_customer(engine: Engine, form: Form, key: str) -> Obj:
    one = engine.store.get("customer", key)
    for sub in engine.store.objects["subscription"].values():
        if sub["customer"] == key and sub["status"] != "canceled":
            engine.cancel(sub)
    engine.store.tell("customer.deleted", one)
    del engine.store.objects["customer"][key]
    return {"id": key, "object": "customer", "deleted": True}


_TAX_IDS = {"es_cif": r"[A-HJNP-SUVW]\d{7}[0-9A-J]", "eu_vat": r"[A-Z]{2}[0-9A-Z]{8,12}"}


@route("POST", "customers/{id}/tax_ids")
def make_tax_id(engine: Engine, form: Form, key: str) -> Obj:
    owner = engine.store.get("customer", key)
    kind, value = str(form.get("type")), str(form.get("value"))
    if kind not in _TAX_IDS or not re.fullmatch(_TAX_IDS[kind], value):
        raise Refusal(400, f"Invalid value for {kind}.", code="tax_id_invalid", param="value")
    made = engine.store.make(
        "tax_id", key, customer=owner["id"], type=kind, value=value, country=value[:2] if kind == "eu_vat" else "ES",
        owner={"type": "customer", "customer": key}, verification={"status": "pending"},
    )  # fmt: skip
    engine.store.tell("customer.tax_id.created", made)
    return made


# Products and prices


@route("POST", "products")
def make_product(engine: Engine, form: Form) -> Obj:
    needed(form, "name")
    if form.get("id") and form["id"] in engine.store.objects["product"]:
        raise Refusal(400, "Product already exists.", code="resource_already_exists", param="id")
    made = engine.store.make("product", name=form["name"], active=True, metadata=form.get("metadata") or {})
    if form.get("id"):
        del engine.store.objects["product"][made["id"]]
        made["id"] = form["id"]
        engine.store.objects["product"][made["id"]] = made
    engine.store.tell("product.created", made)
    return made


@route("POST", "products/{id}")
def change_product(engine: Engine, form: Form, key: str) -> Obj:
    one = engine.store.get("product", key)
    one.update({name: form[name] for name in ("name",) if name in form})
    engine.store.tell("product.updated", one)
    return one


@route("POST", "prices")
def make_price(engine: Engine, form: Form) -> Obj:
    needed(form, "currency", "product", "unit_amount")
    store = engine.store
    product = store.get("product", form["product"], "product")
    key = form.get("lookup_key")
    holder = next((one for one in store.objects["price"].values() if key and one["lookup_key"] == key), None)
    if holder and form.get("transfer_lookup_key") != "true":
        raise Refusal(400, f"A price ({holder['id']}) already uses that lookup key.", param="lookup_key")
    recurring = form.get("recurring")
    if recurring:
        recurring = {
            "interval": recurring.get("interval", "month"),
            "interval_count": int(recurring.get("interval_count", 1)),
            "usage_type": "licensed",
        }
    cents = whole(form, "unit_amount")
    made = store.make(
        "price", product=product["id"], unit_amount=cents, unit_amount_decimal=str(cents), currency=form["currency"],
        recurring=recurring, type="recurring" if recurring else "one_time", lookup_key=key, active=True,
        billing_scheme="per_unit", tax_behavior=form.get("tax_behavior", "unspecified"),
        metadata=form.get("metadata") or {}, nickname=form.get("nickname"),
    )  # fmt: skip
    if holder:
        holder["lookup_key"] = None
    store.tell("price.created", made)
    return made


@route("GET", "prices")
def list_prices(engine: Engine, form: Form) -> Obj:
    keys = form.get("lookup_keys")
    found = listed(engine.store, "price", {**form, "limit": 100}, product=form.get("product"))
    if keys:
        found["data"] = [one for one in engine.store.all("price") if one["lookup_key"] in keys]
        found["has_more"] = False
    return found


@route("POST", "prices/{id}")
def change_price(engine: Engine, form: Form, key: str) -> Obj:
    one = engine.store.get("price", key)
    if "active" in form:
        one["active"] = form["active"] == "true"
    engine.store.tell("price.updated", one)
    return one


@route("POST", "tax_rates")
def make_tax_rate(engine: Engine, form: Form) -> Obj:
    needed(form, "display_name", "percentage", "inclusive")
    return engine.store.make(
        "tax_rate", display_name=form["display_name"], percentage=float(form["percentage"]), inclusive=False,
        active=True, country=form.get("country"), metadata=form.get("metadata") or {},
    )  # fmt: skip


# Time


@route("POST", "test_helpers/test_clocks")
def make_clock(engine: Engine, form: Form) -> Obj:
    return engine.store.make(
        "test_helpers.test_clock", frozen_time=whole(form, "frozen_time"), name=form.get("name"), status="ready"
    )


@route("POST", "test_helpers/test_clocks/{id}/advance")
def advance_clock(engine: Engine, form: Form, key: str) -> Obj:
    clock = engine.store.get("test_helpers.test_clock", key)
    engine.advance(key, whole(form, "frozen_time", low=clock["frozen_time"]) or 0)
    return clock
