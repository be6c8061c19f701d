"""The page of billing of a municipality: for its administrators only."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from billing.plans.queries import contract_without_end
from billing.plans.words import blocks
from billing.usage import summaries
from billing.usage.queries import quote_of
from tenants.directory.queries import today_of
from tenants.people.access import access
from tenants.people.rules import Role


@access(Role.ADMINISTRATOR)
def billing(request: HttpRequest) -> HttpResponse:
    """This month's calls and what they will cost, the contract, and the months that are closed."""
    town = request.municipality  # type: ignore[attr-defined]
    month = summaries.month_of(town, today_of(town))
    open_contract = contract_without_end(town.schema_name)
    orders_of = open_contract or month.contract
    context = {
        "month": month,
        "may_order": orders_of is not None and bool(blocks(orders_of.agreed)),
        "opening": summaries.sentence(month),
        "chart": summaries.drawing(month),
        "closed": [(one, quote_of(one, town.ine_code)) for one in reversed(month.closed)],
        "open_contract": open_contract,
    }
    return render(request, "usage/billing.html", context)
