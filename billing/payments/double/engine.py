"""What happens to subscriptions and invoices: charging, refusing, due dates, the next period. In Stripe's order of events."""

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from billing.payments.double.periods import DAY, later
from billing.payments.double.store import Obj, Refusal, Store

TRIES_AFTER = (3, 5, 7)  # days after the first refusal; then the subscription is unpaid
SEPA_DAYS = 5
UNPAID_AFTER_DUE = 60  # days


def line_total(line: Obj) -> int:
    """A line with its tax."""
    return int(line["amount"]) + sum(int(tax["amount"]) for tax in line["taxes"])


class Engine:
    """The one that moves money, which there is none of."""

    def __init__(self, store: Store, base: str) -> None:
        self.store = store
        self.base = base

    # Lines

    def line(self, amount: int, quantity: int, description: str, rates: list[Obj], **more: Any) -> Obj:
        """A line of an invoice, with the tax of its rates or, in ``taxes``, as somebody else counted it."""
        taxes = more.pop("taxes", None) or [
            {
                "amount": int((Decimal(amount) * Decimal(str(r["percentage"])) / 100).quantize(Decimal(1), ROUND_HALF_UP)),
                "tax_behavior": "exclusive",
                "tax_rate_details": {"tax_rate": r["id"]},
                "taxable_amount": amount,
                "taxability_reason": "not_available",
                "type": "tax_rate_details",
            }
            for r in rates
        ]  # fmt: skip
        return self.store.make(
            "line_item", amount=amount, currency="eur", quantity=quantity, description=description, taxes=taxes,
            metadata={}, subtotal=amount, **more,
        )  # fmt: skip

    def lines_of(self, items: list[Obj], start: int, end: int, *, is_free: bool = False) -> list[Obj]:
        """The lines of items for a period that is paid in advance; ``is_free``: it is a trial."""
        return [
            self.line(
                0 if is_free else item["price"]["unit_amount"] * item["quantity"], item["quantity"],
                self.store.objects["product"].get(item["price"]["product"], {}).get("name", ""), item["tax_rates"],
                period={"start": start, "end": end},
                pricing={"type": "price_details", "price_details": {"price": item["price"]["id"]}},
            )
            for item in items
        ]  # fmt: skip

    # Invoices

    def draft(self, customer: str, lines: list[Obj], /, *, sub: Obj | None, why: str, **more: Any) -> Obj:
        """A draft invoice."""
        owner = self.store.get("customer", customer)
        days = (sub or more).get("days_until_due")
        parent = {
            "type": "subscription_details", "quote_details": None,
            "subscription_details": {"subscription": sub["id"], "metadata": dict(sub["metadata"])},
        } if sub else None  # fmt: skip
        invoice = self.store.make(
            "invoice", customer, customer=customer, status="draft", currency="eur", billing_reason=why,
            collection_method=(sub or more).get("collection_method", "charge_automatically"), days_until_due=days,
            amount_paid=0, attempt_count=0, attempted=False, auto_advance=more.get("auto_advance", True),
             due_date=None, number=None, parent=parent, next_payment_attempt=None,
            metadata=more.get("metadata", {}), post_payment_credit_notes_amount=0, pre_payment_credit_notes_amount=0,
            customer_name=owner["name"], customer_email=owner["email"], hosted_invoice_url=None, invoice_pdf=None,
            period_start=more.get("period_start", self.store.now(customer)), period_end=self.store.now(customer),
            lines={"object": "list", "data": [], "has_more": False}, ends_with=None,
            default_payment_method=more.get("default_payment_method"),
            status_transitions=dict.fromkeys(("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")),
        )  # fmt: skip
        self.add(invoice, lines)
        self.store.tell("invoice.created", invoice)
        return invoice

    def add(self, invoice: Obj, lines: list[Obj]) -> None:
        """Puts lines on a draft."""
        if invoice["status"] != "draft":
            raise Refusal(400, "This invoice is already finalized: lines can be added to drafts only.")
        held = invoice["lines"]["data"]
        held += lines
        for line in held:
            line["invoice"] = invoice["id"]
        subtotal, total = sum(line["amount"] for line in held), sum(line_total(line) for line in held)
        invoice.update(
            subtotal=subtotal, subtotal_excluding_tax=subtotal, total=total, total_excluding_tax=subtotal,
            amount_due=total, amount_remaining=total,
        )  # fmt: skip

    def finalize(self, invoice: Obj) -> None:
        """From draft to open: a number, a page of its own, a date to pay by."""
        if invoice["status"] != "draft":
            raise Refusal(400, "This invoice is already finalized, you can't re-finalize a non-draft invoice.")
        now = self.store.now(invoice["customer"])
        self.store.numbers += 1
        address = f"{self.base}/invoice/{invoice['id']}"
        invoice.update(
            status="open", number=f"DBL-{self.store.numbers:06d}", hosted_invoice_url=address,
            invoice_pdf=f"{address}/pdf", effective_at=now,
        )  # fmt: skip
        invoice["status_transitions"]["finalized_at"] = now
        if invoice["collection_method"] == "send_invoice":
            invoice["due_date"] = now + (invoice["days_until_due"] or 0) * DAY
        self.store.tell("invoice.finalized", invoice)
        if invoice["collection_method"] == "send_invoice":
            self.store.tell("invoice.sent", invoice)
        if invoice["total"] == 0:
            self.settle(invoice, None)
        elif invoice["parent"] is None and invoice["auto_advance"] and invoice["due_date"] is None:
            self.charge(invoice, self.method_of(invoice))

    def charge(self, invoice: Obj, method: Obj | None) -> bool:
        """Tries to collect an open invoice; gives whether the subscription may go on."""
        if invoice["status"] == "paid":
            return True
        now = self.store.now(invoice["customer"])
        invoice["attempted"] = True
        invoice["attempt_count"] += 1
        if method and method["type"] == "sepa_debit" and not method["fails"]:
            invoice["ends_with"] = [now + SEPA_DAYS * DAY, method["id"]]
            return True
        if method and not method["fails"]:
            self.settle(invoice, method)
            return True
        tried = invoice["attempt_count"]
        invoice["next_payment_attempt"] = now + TRIES_AFTER[tried - 1] * DAY if tried <= len(TRIES_AFTER) else None
        self.store.tell("invoice.payment_failed", invoice)
        return False

    def settle(self, invoice: Obj, method: Obj | None) -> None:
        """The money is there."""
        now = self.store.now(invoice["customer"])
        invoice.update(
            status="paid", amount_paid=invoice["total"], amount_remaining=0, next_payment_attempt=None, ends_with=None
        )
        invoice["status_transitions"]["paid_at"] = now
        if method:
            intent = self.store.make(
                "payment_intent", invoice["customer"], customer=invoice["customer"], amount=invoice["total"],
                amount_received=invoice["total"], currency="eur", status="succeeded", payment_method=method["id"],
                latest_charge=None, metadata={},
            )  # fmt: skip
            charge = self.store.make(
                "charge", invoice["customer"], customer=invoice["customer"], amount=invoice["total"], currency="eur",
                amount_refunded=0, refunded=False, disputed=False, status="succeeded", payment_intent=intent["id"],
                paid=True, metadata={},
            )  # fmt: skip
            intent["latest_charge"] = charge["id"]
            self.store.make(
                "invoice_payment", invoice["customer"], invoice=invoice["id"], amount_paid=invoice["total"],
                status="paid", currency="eur", is_default=True,
                payment={"type": "payment_intent", "payment_intent": intent["id"]},
            )  # fmt: skip
        self.store.tell("invoice.paid", invoice)
        if method:
            self.store.tell("invoice.payment_succeeded", invoice)
        sub = self.sub_of(invoice)
        if sub and sub["status"] in {"incomplete", "past_due", "unpaid"} and not self._owes(sub):
            self.move(sub, status="active")

    def sub_of(self, invoice: Obj) -> Obj | None:
        """The subscription of an invoice."""
        details = (invoice["parent"] or {}).get("subscription_details") or {}
        return self.store.objects["subscription"].get(details.get("subscription", ""))

    def _owes(self, sub: Obj) -> bool:
        now = self.store.now(sub["customer"])
        return any(
            one["status"] == "open"
            and self.sub_of(one) is sub
            and ((one["due_date"] and one["due_date"] <= now) or (one["attempted"] and not one["ends_with"]))
            for one in self.store.objects["invoice"].values()
        )

    def move(self, sub: Obj, **changes: Any) -> None:
        """Changes a subscription and tells of it, unless nothing changed."""
        if any(sub.get(key) != value for key, value in changes.items()):
            sub.update(changes)
            self.store.tell("customer.subscription.updated", sub)

    # Subscriptions

    def subscribe(
        self,
        customer: str,
        items: list[Obj],
        /,
        *,
        once: list[Obj] | None = None,
        trial_end: int | None = None,
        **more: Any,
    ) -> Obj:
        """A new subscription with its first invoice, where ``once`` stands beside it. A trial charges nothing else."""
        now = self.store.now(customer)
        end = trial_end or min(
            later(now, i["price"]["recurring"]["interval"], i["price"]["recurring"]["interval_count"]) for i in items
        )
        for item in items:
            item.update(current_period_start=now, current_period_end=end)
        sub = self.store.make(
            "subscription", customer, customer=customer, status="trialing" if trial_end else "incomplete",
            currency="eur", start_date=now, trial_start=now if trial_end else None, trial_end=trial_end,
            items={"object": "list", "data": items, "has_more": False}, billing_cycle_anchor=trial_end or now, cancel_at=None,
            cancel_at_period_end=False, canceled_at=None, ended_at=None, latest_invoice=None, days_until_due=None,
            collection_method="charge_automatically", default_payment_method=None, metadata={}, periods=0,
            test_clock=self.store.get("customer", customer)["test_clock"],
        )  # fmt: skip
        sub.update({key: value for key, value in more.items() if value is not None})
        for item in items:
            item["subscription"] = sub["id"]
        self.store.tell("customer.subscription.created", sub)
        lines = self.lines_of(items, now, end, is_free=trial_end is not None) + self.lines_of(once or [], now, now)
        self._bill(sub, now, lines, why="subscription_create")
        return sub

    def waiting_items(self, customer: str) -> list[Obj]:
        """The lines of a customer's items that no invoice has yet, which are on one now."""
        found = []
        for item in self.store.objects["invoiceitem"].values():
            if item["customer"] == customer and item["invoice"] is None:
                found.append(self.line(item["amount"], 1, item["description"], item["tax_rates"]))
                item["invoice"] = "used"
        return found

    def _bill(self, sub: Obj, start: int, lines: list[Obj], *, why: str) -> None:
        lines += self.waiting_items(sub["customer"])
        invoice = self.draft(sub["customer"], lines, sub=sub, why=why, period_start=start)
        sub["latest_invoice"] = invoice["id"]
        self.finalize(invoice)
        if sub["collection_method"] == "send_invoice":
            self.move(sub, status="active" if sub["status"] == "incomplete" else sub["status"])
            return
        if invoice["status"] == "paid":
            return
        if sub["status"] == "unpaid":  # no more is charged; invoices wait for somebody to pay them
            return
        if self.charge(invoice, self.method_of(sub)):
            self.move(sub, status="active" if sub["status"] == "incomplete" else sub["status"])
        elif why == "subscription_create":
            invoice["next_payment_attempt"] = None  # a subscription that never began is not dunned
        else:
            self.move(sub, status="past_due")

    def method_of(self, about: Obj) -> Obj | None:
        """What a subscription, or an invoice of none, is paid with."""
        customer = self.store.get("customer", about["customer"])
        key = about["default_payment_method"] or customer["invoice_settings"]["default_payment_method"]
        return self.store.objects["payment_method"].get(key or "")

    def cancel(self, sub: Obj) -> None:
        """Ends a subscription now."""
        if sub["status"] == "canceled":
            raise Refusal(404, f"No such subscription: '{sub['id']}'", code="resource_missing")
        now = self.store.now(sub["customer"])
        sub.update(status="canceled", canceled_at=sub["canceled_at"] or now, ended_at=now)
        self.store.tell("customer.subscription.deleted", sub)

    # Time

    def _due(self, clock: str | None) -> tuple[float, Any, Obj | None]:
        """The next thing that happens on its own: when, what and to what."""
        best: tuple[float, Any, Obj | None] = (math.inf, None, None)
        for sub in self.store.objects["subscription"].values():
            if sub["test_clock"] != clock or sub["status"] in {"canceled", "incomplete", "incomplete_expired"}:
                continue
            end = min(item["current_period_end"] for item in sub["items"]["data"])
            if end < best[0]:
                best = (end, self._next_period, sub)
        for one in self.store.objects["invoice"].values():
            customer = self.store.objects["customer"].get(one["customer"])
            if one["status"] != "open" or customer is None or customer["test_clock"] != clock:
                continue
            for moment, work in self._ahead(one):
                if moment < best[0]:
                    best = (moment, work, one)
        return best

    def _ahead(self, invoice: Obj) -> list[tuple[int, Any]]:
        found: list[tuple[int, Any]] = []
        if invoice["ends_with"]:
            found.append((invoice["ends_with"][0], self._debited))
        if invoice["next_payment_attempt"]:
            found.append((invoice["next_payment_attempt"], self._try_again))
        if invoice["due_date"] and not invoice.get("is_overdue"):
            found.append((invoice["due_date"], self._overdue))
        elif invoice["due_date"] and not invoice.get("is_long_overdue"):
            found.append((invoice["due_date"] + UNPAID_AFTER_DUE * DAY, self._long_overdue))
        return found

    def _next_period(self, sub: Obj) -> None:
        items = sub["items"]["data"]
        start = min(item["current_period_end"] for item in items)
        if sub["cancel_at_period_end"]:
            self.cancel(sub)
            return
        sub["periods"] += sub["status"] != "trialing"  # a trial ends where the first period begins
        recurring = items[0]["price"]["recurring"]
        end = later(
            sub["billing_cycle_anchor"], recurring["interval"], recurring["interval_count"] * (sub["periods"] + 1)
        )
        for item in items:
            item.update(current_period_start=start, current_period_end=end)
        if sub["status"] == "trialing":
            sub["status"] = "active"
        self.store.tell("customer.subscription.updated", sub)
        self._bill(sub, start, self.lines_of(items, start, end), why="subscription_cycle")

    def try_out(self, sub: Obj, until: int) -> None:
        """Nothing is charged until a day, which is where periods begin from then on."""
        now = self.store.now(sub["customer"])
        for item in sub["items"]["data"]:
            item.update(current_period_start=now, current_period_end=until)
        self.move(sub, status="trialing", trial_start=now, trial_end=until, billing_cycle_anchor=until, periods=0)

    def _debited(self, invoice: Obj) -> None:
        self.settle(invoice, self.store.get("payment_method", invoice["ends_with"][1]))
        for session in self.store.objects["checkout.session"].values():
            if session["invoice"] == invoice["id"] and session["payment_status"] == "unpaid":
                session["payment_status"] = "paid"
                self.store.tell("checkout.session.async_payment_succeeded", session)

    def _try_again(self, invoice: Obj) -> None:
        sub = self.sub_of(invoice)
        if sub is None:
            self.charge(invoice, self.method_of(invoice))
        elif sub["status"] == "canceled":
            invoice["next_payment_attempt"] = None
        elif not self.charge(invoice, self.method_of(sub)) and invoice["next_payment_attempt"] is None:
            self.move(sub, status="unpaid")

    def _overdue(self, invoice: Obj) -> None:
        invoice["is_overdue"] = True
        self.store.tell("invoice.overdue", invoice)
        sub = self.sub_of(invoice)
        if sub and sub["status"] == "active":
            self.move(sub, status="past_due")

    def _long_overdue(self, invoice: Obj) -> None:
        invoice["is_long_overdue"] = True
        sub = self.sub_of(invoice)
        if sub and sub["status"] == "past_due":
            self.move(sub, status="unpaid")

    def advance(self, clock: str | None, until: int) -> None:
        """Lets everything happen that happens until then, one thing after the other."""
        frozen = self.store.objects["test_helpers.test_clock"].get(clock or "")
        while True:
            moment, work, about = self._due(clock)
            if moment > until or about is None:
                break
            self._set(frozen, int(moment))
            work(about)
        self._set(frozen, until)

    def _set(self, frozen: Obj | None, moment: int) -> None:
        if frozen:
            frozen["frozen_time"] = max(moment, frozen["frozen_time"])
        else:
            self.store.offset += max(0, moment - self.store.now())
