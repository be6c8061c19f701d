"""What Stripe charged is what we invoice, to the cent: contracts of every kind, month after month, and what happens to them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from fixtures.stripe import CARD, pay
from support import owner_connection

from billing.payments.actions import pay_contract
from billing.payments.gateway import give_back
from billing.payments.models import Settlement
from billing.payments.tasks import follow_what_was_agreed, settle_what_is_closed
from billing.payments.words import names_of
from billing.plans.actions import order_block
from billing.plans.models import Contract
from billing.plans.queries import contract_on, years_between
from billing.plans.rules import ANNUAL, quote, tax_of, year_quote
from billing.usage.models import ClosedMonth
from billing.usage.queries import quote_of
from kit.periods import month_after
from tenants.audit.rules import Actor, ActorKind
from tenants.isolation.context import CONSOLE, inside

BY = Actor(ActorKind.PERSON, "Anna", "192.0.2.1")
IBAN = "ES9121000418450200051332"


class Life:
    """A municipality at Stripe, day by day: what people do, what jobs do, and what both sides count."""

    def __init__(self, town, double, settle, agree, monkeypatch, calls, corrections=()):
        self.town, self.double, self.settle, self.agree, self.patch = town, double, settle, agree, monkeypatch
        self.calls, self.corrections, self.closed = calls, dict(corrections), []
        self.today = None

    def go(self, day, hour=9):
        """To the morning of a day, with everything that happens until then."""
        moment = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        if self.today is None:
            self.double.store.offset += int(moment.timestamp()) - self.double.store.now()
        self.today = day
        self.double.engine.advance(None, int(moment.timestamp()))
        self.patch.setattr("django.utils.timezone.now", lambda: moment)
        self.jobs()

    def jobs(self):
        """What the worker does each hour and each morning."""
        self.settle()
        first = self.today.replace(day=1)
        while self.today.day >= 2 and (month := self._month_to_close(first)):
            self._close(month)
        with inside(CONSOLE):
            follow_what_was_agreed(self.town)
            settle_what_is_closed(self.town)
        self.settle()

    def _month_to_close(self, first):
        if not self.closed:
            return None
        month = month_after(self.closed[-1])
        return month if month < first else None

    def _close(self, month):
        calls = self.calls.get(f"{month:%Y-%m}", 0)
        late = self.corrections.get(f"{month:%Y-%m}", {})
        with inside(self.town):
            ClosedMonth.objects.create(
                schema_name=self.town.schema_name, month=month, calls=calls, correction_of_earlier=sum(late.values()),
                by_day={month.replace(day=28).isoformat(): calls}, corrections=late,
            )  # fmt: skip
        self.closed.append(month)

    def pay(self, number=CARD, kind="card"):
        """Somebody pays on the page; gives what the page said, with tax."""
        with inside(self.town):
            contract = contract_on(self.town.schema_name, self.today)
            page = pay_contract(
                municipality=self.town, names=names_of(contract), return_url="http://caldes.localhost/payments/returned/",
                by=BY, reason="because of this test",
            )  # fmt: skip
        session = self.double.store.objects["checkout.session"][page.session_id]
        assert pay(page.url, number, kind)[0] == 303
        self.jobs()
        return session["amount_total"]

    def charged(self):
        """All that Stripe charged, in cents with tax."""
        every = self.double.store.objects["invoice"].values()
        assert {one["status"] for one in every} <= {"paid", "open"}
        return sum(one["total"] for one in every)

    def invoiced(self):
        """All that we count: months that are closed, years in advance, and this month in advance."""
        with inside(self.town):
            closed = [quote_of(one, self.town.ine_code) for one in ClosedMonth.objects.all()]
            months = sum(one.total_cents for one in closed if one)
            begun = years_between(self.town.schema_name, date.min, self.today + timedelta(days=1))
            years = sum(
                year_quote(one, tax_of(self.town.ine_code, one.starts_on)).total_cents for one, _contract in begun
            )
            held = contract_on(self.town.schema_name, self.today.replace(day=1))
        running = 0
        if held and held.term != ANNUAL and held.starts_on < self.today.replace(day=1):
            running = quote(held.agreed, held.term, tax_of(self.town.ine_code, self.today), self.today).total_cents
        return months + years + running


def months(first, last):
    """The fourth of each month: it is charged by then, and the month before is closed."""
    day = date.fromisoformat(first)
    while day <= date.fromisoformat(last):
        yield day.replace(day=4)
        day = month_after(day)


@pytest.fixture
def life(on_trial, arrecife, double, settle, agree, wanted_states, monkeypatch):
    """life(first_day, calls) is a municipality on the day when it agrees."""
    with owner_connection() as owner:
        owner.execute("DELETE FROM plans_contract")

    def begin(first, calls=None, town=on_trial, corrections=(), **terms):
        one = Life(town, double, settle, agree, monkeypatch, calls or {}, corrections)
        day = date.fromisoformat(first)
        one.go(day)
        one.closed.append(day.replace(day=1) - timedelta(days=1))
        one.closed[-1] = one.closed[-1].replace(day=1)
        one.contract = agree.whole(town, today=day, **{"way": "CARD", "term": "MONTHLY", **terms})
        return one

    yield begin
    with owner_connection() as owner:
        owner.execute("DELETE FROM plans_contract")
        owner.execute("DELETE FROM usage_closedmonth")


# 1.090 € a month, 1.100 calls; tactical advice costs less and counts no calls.
FIRST_DAYS = ["2027-02-01", "2027-02-12", "2027-02-28", "2027-03-31", "2027-04-28", "2027-04-29", "2027-04-30"]
CALLS = {"2027-02": 90, "2027-03": 1_411, "2027-04": 1_100, "2027-05": 2_003, "2027-06": 7, "2027-07": 1_233}


@pytest.mark.parametrize("plan", ["attended", "tactical_advice"])
@pytest.mark.parametrize("first", FIRST_DAYS)
def test_months_paid_by_card_come_to_what_is_invoiced(life, first, plan):
    one = life(first, CALLS, plan=plan)
    one.pay()
    for day in months("2027-05-01", "2027-08-01"):
        one.go(day)
        assert one.charged() == one.invoiced(), day


@pytest.mark.parametrize("first", ["2027-02-12", "2027-04-30"])
def test_so_they_do_in_the_canary_islands_with_a_discount(life, arrecife, first):
    one = life(first, CALLS, town=arrecife, discount_percent=Decimal("7.35"))
    one.pay()
    for day in months("2027-05-01", "2027-08-01"):
        one.go(day)
        assert one.charged() == one.invoiced(), day


def test_blocks_of_calls_are_charged_with_their_month(life):
    one = life("2027-02-12", CALLS)
    one.pay()
    with inside(one.town):
        for kind, month in (("overflow_block", 3), ("campaign_block", 5), ("campaign_block", 6)):
            order_block(
                kind=kind,
                month=date(2027, month, 1),
                once=str(uuid4()),
                today=one.today,
                by=BY,
                reason="because of this test",
            )
    for day in months("2027-03-01", "2027-08-01"):
        one.go(day)
        assert one.charged() == one.invoiced(), day


def test_the_page_of_payment_asks_for_the_days_of_this_month_and_tells_the_next(life, double):
    one = life("2027-02-12", {"2027-02": 500})
    net = 66_179  # 17 of 28 days of 1.090
    assert one.pay() == net + 13_898  # IVA of 21 %
    (sub,) = double.store.objects["subscription"].values()
    first = datetime(2027, 3, 1, 6, tzinfo=UTC)
    assert (sub["status"], sub["trial_end"]) == ("trialing", int(first.timestamp()))
    one.go(date(2027, 3, 4))
    assert sub["status"] == "active"


@pytest.mark.parametrize("first", ["2027-02-12", "2027-04-29"])
def test_who_pays_weeks_after_agreeing_pays_every_month_since(life, first):
    one = life(first, CALLS)
    one.go(date(2027, 5, 20))
    assert one.charged() == 0
    one.pay()
    for day in months("2027-06-01", "2027-08-01"):
        one.go(day)
        assert one.charged() == one.invoiced(), day


def test_a_direct_debit_comes_to_the_same(life, double):
    one = life("2027-02-12", CALLS, way="DIRECT_DEBIT")
    one.pay(IBAN, "sepa_debit")
    for day in months("2027-03-01", "2027-06-01"):
        one.go(day)
        assert one.charged() == one.invoiced(), day
    one.go(date(2027, 6, 20))
    assert {invoice["status"] for invoice in double.store.objects["invoice"].values()} == {"paid"}


@pytest.mark.parametrize("changed", ["2027-03-01", "2027-03-17", "2027-03-31"])
@pytest.mark.parametrize(("before", "after"), [("tactical_advice", "attended"), ("attended", "tactical_advice")])
def test_another_plan_is_charged_from_the_day_it_holds(life, double, before, after, changed):
    one = life("2027-02-12", CALLS, plan=before)
    one.pay()
    one.go(date.fromisoformat(changed))
    one.agree.change(one.town, one.contract, after, one.today)
    one.jobs()
    for day in months("2027-05-01", "2027-07-01"):
        one.go(day)
        assert one.charged() == one.invoiced(), day
    assert len(double.store.objects["subscription"]) == 1, "nobody pays on a page again"
    assert double.hooks.held == []


@pytest.mark.parametrize(
    ("first", "left"),
    [
        ("2027-02-12", "2027-02-12"), ("2027-02-12", "2027-04-01"), ("2027-02-12", "2027-04-17"),
        ("2027-02-12", "2027-04-30"), ("2027-04-30", "2027-04-30"), ("2027-04-30", "2027-05-01"),
    ],
)  # fmt: skip
def test_after_leaving_the_last_month_is_charged_and_nothing_more(life, double, first, left):
    one = life(first, CALLS)
    one.pay()
    one.go(date.fromisoformat(left), hour=20)
    one.agree.leave(one.town, one.contract, one.today)
    one.jobs()
    for day in months("2027-05-01", "2027-08-01"):
        one.go(day)
        if day >= date(2027, 6, 4):
            assert one.charged() == one.invoiced(), day
    (sub,) = double.store.objects["subscription"].values()
    assert sub["status"] == "canceled"
    with inside(one.town):
        assert Settlement.objects.filter(is_late=True).count() == 0


@pytest.mark.parametrize("found", [40, 3, -500, -40])
def test_calls_found_late_are_charged_or_taken_off_later_months(life, found):
    late = {"2027-05": {"2027-04-28": found}}
    one = life("2027-04-01", {"2027-04": 1_300, "2027-05": 1_250, "2027-06": 1_700}, corrections=late)
    one.pay()
    for day in months("2027-05-01", "2027-07-01"):
        one.go(day)
        if found > -300 or day.month != 6:  # more than the month has beyond waits for the next
            assert one.charged() == one.invoiced(), day


@pytest.mark.parametrize(
    ("taken_off", "on", "given", "left"),
    [
        (-100, date(2027, 6, 20), 13_915, 13_915),  # 100 calls at 1.15 and IVA of 21 %: too much, and given back
        (-100, date(2027, 6, 20), 6_000, 6_000),  # a part of it
        (0, date(2027, 6, 20), 13_915, 0),  # a present
    ],
)
def test_what_is_given_back_counts_once(life, double, taken_off, on, given, left):
    late = {"2027-05": {"2027-04-28": taken_off}} if taken_off else {}
    one = life("2027-04-01", {"2027-04": 1_300, "2027-05": 1_100, "2027-06": 1_700}, corrections=late)
    one.pay()
    for day in (*months("2027-05-01", "2027-06-01"), on):
        one.go(day)
    paid = next(made for made in double.store.objects["invoice"].values() if made["status"] == "paid")
    give_back(paid["id"], given, "agreed by telephone", mark="test")
    one.go(date(2027, 7, 4))
    assert one.charged() == one.invoiced() + left


@pytest.mark.parametrize(("first", "paid"), [("2027-02-12", "2027-02-12"), ("2027-02-12", "2027-03-03")])
def test_a_year_in_advance_has_its_further_calls_charged_each_month(life, first, paid):
    one = life(first, CALLS, term="ANNUAL")
    one.go(date.fromisoformat(paid))
    # 12 x 1,090.00 less 8 %, and IVA of 21 %
    assert one.pay() == 1_203_360 + 252_706
    for day in months("2027-04-01", "2028-04-01"):
        one.go(day)
        assert one.charged() == one.invoiced(), day


@pytest.mark.parametrize("changed", ["2027-02-12", "2027-06-20", "2028-02-11", "2028-02-12"])
def test_a_dearer_year_begins_at_once_and_gives_back_what_is_left_of_the_other(life, changed):
    one = life("2027-02-12", CALLS, plan="tactical_advice", term="ANNUAL")
    one.pay()
    on = date.fromisoformat(changed)
    one.go(on)
    one.agree.change(one.town, one.contract, "attended", on)
    one.jobs()
    assert one.charged() == one.invoiced(), "at once, not at the end of the month"
    for number in range(1, 14):
        day = (month_after(on) + timedelta(days=31 * number)).replace(day=4)
        one.go(day)
        assert one.charged() == one.invoiced(), day


def test_what_is_given_back_of_a_year_is_not_charged_again_with_a_dearer_one(life, double):
    one = life("2027-02-12", CALLS, plan="tactical_advice", term="ANNUAL")
    one.pay()
    one.go(date(2027, 6, 20))
    (paid,) = (made for made in double.store.objects["invoice"].values() if made["parent"])
    give_back(paid["id"], 10_000, "agreed by telephone", mark="test")
    one.agree.change(one.town, one.contract, "attended", one.today)
    one.jobs()
    assert one.charged() == one.invoiced()


@pytest.mark.parametrize("changed", ["2028-02-11", "2028-02-12", "2028-02-20", "2028-03-03", "2028-03-10"])
def test_who_paid_the_first_year_weeks_late_and_changes_near_its_end_pays_every_day_once(life, changed):
    one = life("2027-02-12", CALLS, plan="tactical_advice", term="ANNUAL")
    one.go(date(2027, 3, 3))
    one.pay()
    one.go(date.fromisoformat(changed))
    one.agree.change(one.town, one.contract, "attended", one.today)
    one.jobs()
    for day in (date(2028, 4, 4), date(2029, 1, 4), date(2029, 4, 4)):
        one.go(day)
        assert one.charged() == one.invoiced(), day


def test_a_cheaper_year_begins_when_the_dearer_one_ends(life):
    one = life("2027-02-12", CALLS, plan="attended", term="ANNUAL")
    one.pay()
    one.go(date(2027, 6, 20))
    one.agree.change(one.town, one.contract, "tactical_advice", one.today)
    for day in months("2027-07-01", "2028-04-01"):
        one.go(day)
        assert one.charged() == one.invoiced(), day


def test_who_ended_it_at_stripe_and_pays_again_pays_no_month_twice(life, double):
    one = life("2027-02-12", CALLS)
    one.pay()
    one.go(date(2027, 3, 20))
    (sub,) = double.store.objects["subscription"].values()
    end = sub["items"]["data"][0]["current_period_end"]
    double.engine.move(sub, cancel_at_period_end=True, cancel_at=end, canceled_at=double.store.now())
    one.go(date(2027, 4, 4))
    before = one.charged()
    one.go(date(2027, 5, 9))
    assert one.charged() == before, "what is to be paid on the page is not charged besides"
    one.pay()
    for day in months("2027-06-01", "2027-08-01"):
        one.go(day)
        assert one.charged() == one.invoiced(), day


@pytest.mark.parametrize("lost_at", ["/v1/invoices", "/add_lines", "/finalize"])
def test_an_answer_that_is_lost_while_a_month_is_settled_charges_it_once(life, double, settings, lost_at):
    settings.STRIPE_RETRIES = 0
    one = life("2027-02-12", {"2027-02": 900})
    one.pay()
    one.go(date(2027, 3, 1))
    real = double.call

    def forgetful(method, path, *arguments):
        told = real(method, path, *arguments)
        double.faults.lost_answers = int(method == "POST" and path.endswith(lost_at))
        return told

    double.call = forgetful
    one.go(date(2027, 3, 4))
    double.call = real
    with inside(one.town):
        assert not Settlement.objects.exists(), "nothing is written down that Stripe did not answer"
    double.store.idempotency.clear()  # a day later Stripe has forgotten what was asked
    one.go(date(2027, 3, 5))
    assert one.charged() == one.invoiced()
    with inside(one.town):
        assert Settlement.objects.count() == 1


def test_jobs_that_settle_a_month_at_once_charge_it_once(life, double):
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    one = life("2027-02-12", {"2027-02": 900})
    one.pay()
    one.go(date(2027, 3, 1))
    one._close(date(2027, 2, 1))

    def job(_number):
        try:
            with inside(CONSOLE):
                settle_what_is_closed(one.town)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(job, range(6)))
    assert one.charged() == one.invoiced()
    assert len([invoice for invoice in double.store.objects["invoice"].values() if invoice["metadata"]]) == 1


def test_a_settlement_that_is_refused_is_a_late_payment_until_it_is_paid(life, double):
    one = life("2027-03-01", {"2027-03": 1_500})
    one.pay()
    one.go(date(2027, 4, 1))
    (method,) = double.store.objects["payment_method"].values()
    method["fails"] = True
    one.go(date(2027, 4, 4))
    with inside(one.town):
        assert Settlement.objects.get().is_late
        assert Contract.objects.get().state == "PAST_DUE"
    method["fails"] = False
    one.go(date(2027, 4, 20))
    with inside(one.town):
        assert not Settlement.objects.get().is_late
        assert Contract.objects.get().state == "IN_FORCE"
    assert one.charged() == one.invoiced()


def test_a_municipality_sees_its_own_settlements_and_writes_none(life, arrecife):
    from django.db import DatabaseError

    one = life("2027-03-01", {"2027-03": 1_500})
    one.pay()
    one.go(date(2027, 4, 4))
    with inside(arrecife):
        assert not Settlement.objects.exists()
    with inside(one.town), pytest.raises(DatabaseError, match="permission denied"):
        Settlement.objects.update(net_cents=0)
    with inside(one.town), pytest.raises(DatabaseError, match="permission denied"):
        Settlement.objects.create(schema_name=arrecife.schema_name, about="2027-03", net_cents=0, tax_cents=0)
