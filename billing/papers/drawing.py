"""The proposal and the contract as PDF: every amount is one of the rules of plans."""

from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from billing.plans import words
from billing.plans.figures import offer, offers
from billing.plans.models import Contract
from billing.plans.rules import minor_contract_cents, quote, tax_of
from kit.versions import version_on
from shell.paper import draw
from tenants.directory.reference import ReferenceMunicipality

VALID_DAYS = 30
_TEXTS = Path(__file__).with_name("data") / "texts.toml"


def proposal_page(town: ReferenceMunicipality, on: date, language: str) -> str:
    """The HTML of the proposal of a day. Raises UnknownTax where none is kept."""
    tax = tax_of(town.ine_code, on)
    with translation.override(language):
        context = {
            "language": language,
            "town": town,
            "seller": settings.INVOICE_SELLER,
            "offers": offers(town.population, tax, on),
            "tax": words.rate(tax),
            "made_on": on,
            "valid_until": on + timedelta(days=VALID_DAYS),
            "minor_cents": minor_contract_cents(on),
            "reference": f"{town.ine_code}-{on:%Y%m%d}",
            "demonstration": settings.DEMONSTRATION,
        }
        return render_to_string("papers/proposal.html", context)


def proposal_paper(town: ReferenceMunicipality, on: date, language: str) -> bytes:
    """The proposal as PDF. Raises UnknownTax and UnableToDraw."""
    return draw(proposal_page(town, on, language))


def contract_page(contract: Contract, ine_code: str, language: str) -> str:
    """The HTML of a contract, with the text that held on the day its prices were agreed."""
    terms = contract.agreed
    tax = tax_of(ine_code, contract.starts_on)
    version = version_on(_TEXTS, "contract", terms.agreed_on)
    with translation.override(language):
        context = {
            "language": language,
            "contract": contract,
            "terms": terms,
            "seller": settings.INVOICE_SELLER,
            "quote": quote(terms, contract.term, tax, contract.starts_on),
            "offer": offer(terms, tax, terms.agreed_on),
            "version": version,
            "text": f"papers/contract/{version.number}/{language}.html",
            "demonstration": settings.DEMONSTRATION,
        }
        return render_to_string("papers/contract.html", context)


def contract_paper(contract: Contract, ine_code: str, language: str) -> bytes:
    """The contract as PDF. Raises UnableToDraw."""
    return draw(contract_page(contract, ine_code, language))
