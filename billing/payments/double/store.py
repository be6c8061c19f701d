"""What the stand-in remembers: objects by id, used idempotency keys, events, and what time it is."""

import copy
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Obj = dict[str, Any]

PREFIXES = {
    "customer": "cus", "tax_id": "txi", "product": "prod", "price": "price", "tax_rate": "txr", "subscription": "sub",
    "subscription_item": "si", "invoice": "in", "line_item": "il", "invoiceitem": "ii", "invoice_payment": "inpay",
    "payment_method": "pm", "payment_intent": "pi", "charge": "ch", "checkout.session": "cs_test",
    "billing_portal.session": "bps", "refund": "re",
    "credit_note": "cn", "dispute": "dp", "event": "evt", "test_helpers.test_clock": "clock",
}  # fmt: skip


# What the stand-in keeps in an object for itself; nobody else sees it.
INNER = frozenset({"ends_with", "is_overdue", "is_long_overdue", "periods", "fails", "key"})


class Refusal(Exception):
    """An error as Stripe tells it: status, type, code and a sentence."""

    def __init__(self, status: int, message: str, *, code: str = "", param: str = "", kind: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.body = {
            "error": {
                "type": kind or ("card_error" if status == 402 else "invalid_request_error"),
                "message": message,
                **({"code": code} if code else {}),
                **({"param": param} if param else {}),
            }
        }


class Store:
    """All objects of one account. One lock: a request is handled whole before the next one begins."""

    def __init__(self, path: Path | None = None) -> None:
        self.lock = threading.RLock()
        self.path = path
        self.objects: dict[str, dict[str, Obj]] = {kind: {} for kind in PREFIXES}
        self.idempotency: dict[str, tuple[str, int, Obj]] = {}
        self.offset = 0  # seconds that the clock was moved on by hand
        self.numbers = 0  # invoices numbered so far
        self.told: list[Callable[[Obj], None]] = []  # who hears of events
        if path and path.exists():
            kept = json.loads(path.read_text())
            self.objects.update(kept["objects"])
            self.idempotency = {key: (one[0], one[1], one[2]) for key, one in kept["idempotency"].items()}
            self.offset, self.numbers = kept["offset"], kept["numbers"]

    def keep(self) -> None:
        """Writes everything to the file, whole or not at all."""
        if self.path is None:
            return
        kept = {
            "objects": self.objects,
            "idempotency": self.idempotency,
            "offset": self.offset,
            "numbers": self.numbers,
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_suffix(".new")
        beside.write_text(json.dumps(kept))
        beside.replace(self.path)

    def now(self, customer: str | None = None) -> int:
        """The time: of the customer's own clock where one was made for tests."""
        clock = self.objects["customer"].get(customer or "", {}).get("test_clock")
        if clock:
            return int(self.objects["test_helpers.test_clock"][clock]["frozen_time"])
        return int(time.time()) + self.offset

    def make(self, kind: str, customer: str | None = None, /, **fields: Any) -> Obj:
        """A new object with an id nobody can guess."""
        made = {
            "id": f"{PREFIXES[kind]}_{secrets.token_hex(12)}",
            "object": kind,
            "created": self.now(customer),
            "livemode": False,
            **fields,
        }
        self.objects[kind][made["id"]] = made
        return made

    def get(self, kind: str, key: Any, param: str = "id") -> Obj:
        """An object by id. Raises Refusal as Stripe does."""
        found = self.objects[kind].get(str(key))
        if found is None:
            status = 404 if param == "id" else 400
            raise Refusal(status, f"No such {kind}: '{key}'", code="resource_missing", param=param)
        return found

    def all(self, kind: str) -> Iterable[Obj]:
        """Every object of a kind, newest first, as Stripe lists them."""
        return reversed(list(self.objects[kind].values()))

    def tell(self, kind: str, about: Obj) -> Obj:
        """Makes an event with the object as it is now."""
        customer = about["id"] if about["object"] == "customer" else about.get("customer")
        event = self.make(
            "event",
            customer,
            type=kind,
            api_version=None,
            data={"object": copy.deepcopy({key: value for key, value in about.items() if key not in INNER})},
            pending_webhooks=1,
            request={"id": None, "idempotency_key": None},
        )
        for hear in self.told:
            hear(event)
        return event
