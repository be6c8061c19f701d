"""What a new municipality has to do about its contract and its payment."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.payments.queries import is_to_be_paid, standing_for
from billing.payments.rules import Standing, Way
from billing.plans.models import Contract
from billing.plans.queries import contract_on, contract_without_end, proposal_of
from billing.plans.words import PLANS
from shell.onboarding import OnboardingTask, TaskState
from tenants.directory.models import Municipality
from tenants.directory.queries import today_of


def tasks(request: HttpRequest) -> list[OnboardingTask]:
    """A contract that holds, and that is paid where it is paid by card or direct debit."""
    town: Municipality = request.municipality  # type: ignore[attr-defined]
    state, address, hint = _state(town)
    return [
        OnboardingTask(
            "contract", _("Your contract"), _("Contract and payment"), state, address, hint, 10,
            ("propose_contract", "accept_contract", "start_checkout"), is_of_administrators=True,
        )
    ]  # fmt: skip


def _state(town: Municipality) -> tuple[TaskState, str, str]:
    schema = town.schema_name
    contract = contract_on(schema, today_of(town)) or contract_without_end(schema)
    if contract is None:
        if proposal_of(schema):
            return TaskState.IN_PROGRESS, reverse("plans:proposal"), _("A proposal waits for you to accept it")
        return TaskState.NOT_STARTED, reverse("plans:choose"), _("Choose a plan when your town hall is ready")
    plan = str(PLANS[contract.plan])
    if contract.way == Way.E_INVOICE:
        hint = _("%(plan)s, by electronic invoice") % {"plan": plan}
        return TaskState.DONE, reverse("usage:billing"), hint
    return _by_stripe(contract, plan)


def _by_stripe(contract: Contract, plan: str) -> tuple[TaskState, str, str]:
    address = reverse("payments:overview")
    if is_to_be_paid(contract):
        return TaskState.MISSING, address, _("%(plan)s, not paid yet") % {"plan": plan}
    if standing_for(contract) == Standing.PAID:
        return TaskState.DONE, address, _("%(plan)s, paid") % {"plan": plan}
    return TaskState.MISSING, address, _("%(plan)s, a payment is late") % {"plan": plan}
