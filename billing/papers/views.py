"""Papers to download: the proposal for anybody and any municipality, the contract for who agreed to it."""

from datetime import date
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from billing.papers.drawing import contract_paper, proposal_paper
from billing.plans.queries import contract_on, contract_without_end, proposal_of
from billing.plans.rules import UnknownTax
from kit.periods import local_day
from shell.paper import a_paper, language_of, pdf_answer
from tenants.directory.models import Municipality
from tenants.directory.queries import today_of
from tenants.directory.reference import UnknownMunicipality, municipality
from tenants.directory.rules import time_zone_of
from tenants.people.access import PUBLIC, access
from tenants.people.rules import Role


@access(PUBLIC)
@a_paper
def for_place(request: HttpRequest, ine_code: str) -> HttpResponse:
    """The proposal for a municipality of the reference list."""
    today = local_day(timezone.now(), ZoneInfo(time_zone_of(ine_code)))
    return _proposal(request, ine_code, today)


@access(Role.ADMINISTRATOR, Role.SUPERVISOR)
@a_paper
def proposal(request: HttpRequest) -> HttpResponse:
    """The proposal for this municipality."""
    town = _town(request)
    return _proposal(request, town.ine_code, today_of(town))


def _proposal(request: HttpRequest, ine_code: str, today: date) -> HttpResponse:
    try:
        content = proposal_paper(municipality(ine_code), today, language_of(request))
    except (UnknownMunicipality, UnknownTax) as error:
        raise Http404(str(error)) from error
    return pdf_answer(content, f"sct-{ine_code}-{today:%Y%m%d}")


@access(Role.ADMINISTRATOR, Role.SUPERVISOR)
@a_paper
def contract(request: HttpRequest) -> HttpResponse:
    """The contract in force, or the one that is proposed; who has none comes to the page that says so."""
    town = _town(request)
    schema, today = town.schema_name, today_of(town)
    found = contract_on(schema, today) or contract_without_end(schema) or proposal_of(schema)
    if found is None:
        return redirect("usage:billing")
    content = contract_paper(found, town.ine_code, language_of(request))
    return pdf_answer(content, f"sct-contract-{found.starts_on:%Y%m%d}")


def _town(request: HttpRequest) -> Municipality:
    town: Municipality = request.municipality  # type: ignore[attr-defined]
    return town
