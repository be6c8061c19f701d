"""From an order to a subscription that is paid, through Stripe's own library."""

from fixtures.stripe import order, pay
from support import owner_connection

from billing.payments.queries import state_of
from billing.payments.rules import Standing
from tenants.isolation.context import inside


def rows(table, columns="*"):
    with owner_connection() as owner:
        return owner.execute(f"SELECT {columns} FROM public.{table} ORDER BY 1").fetchall()


def test_a_checkout_that_is_paid_makes_the_municipality_paid(caldes, double, checkout, settle):
    page = checkout(caldes, order())
    assert pay(page.url) == (303, f"http://caldes.localhost/payments/returned/?session={page.session_id}")
    with inside(caldes):
        assert state_of(caldes.schema_name) is None  # nobody has told us yet
    assert set(settle()) == {"DONE", "OURS"}
    with inside(caldes):
        state = state_of(caldes.schema_name)
    assert (state.standing, state.invoice_status, state.invoice_cents) == (Standing.PAID, "paid", 14_520)
