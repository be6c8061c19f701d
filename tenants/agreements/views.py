"""Reading and accepting the data-processing agreement: administrators of the municipality only."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from shell.paper import a_paper, draw, language_of, pdf_answer
from shell.sentences import in_words
from tenants.agreements.actions import UnableToAccept, accept_agreement
from tenants.agreements.queries import acceptance_of, current_version, latest_acceptance, text_for
from tenants.audit.actions import actor_of
from tenants.directory.models import Municipality
from tenants.people.access import access
from tenants.people.rules import Role

REASON = "read and accepted on its page"


@access(Role.ADMINISTRATOR)
def agreement(request: HttpRequest) -> HttpResponse:
    """The text, who accepted it, or the button to."""
    town: Municipality = request.municipality  # type: ignore[attr-defined]
    accepted = acceptance_of(current_version(town))
    text = text_for(town, language_of(request))
    if request.method == "POST":
        try:
            accept_agreement(text=text, read_digest=request.POST.get("digest", ""), by=actor_of(request), reason=REASON)
        except UnableToAccept as error:
            messages.error(request, in_words(str(error)))
        else:
            messages.success(request, _("The data-processing agreement was accepted."))
        return redirect("agreements:agreement")
    context = {
        "text": text,
        "html": accepted.text if accepted else text.html,
        "accepted": accepted,
        "earlier": None if accepted else latest_acceptance(),
        "may_accept": not accepted and settings.INVOICE_SELLER is not None,
    }
    return render(request, "agreements/agreement.html", context)


@access(Role.ADMINISTRATOR, Role.SUPERVISOR)
@a_paper
def pdf(request: HttpRequest) -> HttpResponse:
    """The agreement as PDF: the words that were accepted, or those to read."""
    town: Municipality = request.municipality  # type: ignore[attr-defined]
    accepted, text = acceptance_of(current_version(town)), text_for(town, language_of(request))
    language = accepted.language if accepted else text.language
    with translation.override(language):
        page = render_to_string(
            "agreements/paper.html",
            {
                "language": language,
                "town": town,
                "processor": settings.INVOICE_SELLER,
                "version": text.version,
                "html": accepted.text if accepted else text.html,
                "digest": accepted.digest if accepted else text.digest,
                "accepted": accepted,
                "demonstration": settings.DEMONSTRATION,
            },
        )
    return pdf_answer(draw(page), f"sct-agreement-{text.version.number}")
