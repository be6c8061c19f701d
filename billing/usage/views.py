"""The page of billing of a municipality: for its administrators only."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from billing.payments.queries import is_to_be_paid
from billing.plans.queries import contract_without_end, contracts_for_blocks
from billing.usage import summaries
from billing.usage.queries import quote_of
from tenants.directory.queries import today_of
from tenants.people.access import access
from tenants.people.rules import Role


@access(Role.ADMINISTRATOR)
def billing(request: HttpRequest) -> HttpResponse:
    """This month's calls and what they will cost, the contract, and the months that are closed."""
    town = request.municipality  # type: ignore[attr-defined]
    today = today_of(town)
    month = summaries.month_of(town, today)
    context = {
        "month": month,
        "may_order": bool(contracts_for_blocks(town.schema_name, today)),
        "opening": summaries.sentence(month),
        "chart": summaries.drawing(month),
        "closed": [(one, quote_of(one, town.ine_code)) for one in reversed(month.closed)],
        "is_to_be_paid": is_to_be_paid(month.contract),
        "open_contract": contract_without_end(town.schema_name),
    }
    return render(request, "usage/billing.html", context)
