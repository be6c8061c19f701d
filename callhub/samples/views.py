"""The page of the sample calls: asked for, made, and taken away by one button."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from callhub.samples.actions import UnableToMakeSamples, ask_for_samples
from callhub.samples.queries import are_closed, may_have_samples, samples_of_town
from callhub.samples.tasks import ask_for_making, end_them
from tenants.audit.actions import actor_of
from tenants.people.access import access
from tenants.people.rules import Role


@access(Role.ADMINISTRATOR, Role.SUPERVISOR)
def samples(request: HttpRequest) -> HttpResponse:
    """How the sample calls stand; ``make`` asks for them, ``end`` takes them away."""
    town = request.municipality  # type: ignore[attr-defined]
    if request.method == "POST":
        if "end" in request.POST:
            end_them(schema=town.schema_name, by=actor_of(request), reason="on the page of the sample calls")
        else:
            try:
                ask_for_samples(town=town, by=actor_of(request))
            except UnableToMakeSamples as error:
                messages.error(request, str(error))
            else:
                ask_for_making(schema=town.schema_name)
        return redirect("samples:samples")
    told = samples_of_town()
    context = {
        "samples": told,
        "is_running": told.state in {"MAKING", "ENDING"},
        "may_have": may_have_samples(town),
        "is_closed": are_closed(),
        "is_trial": town.state == "TRIAL",
    }
    return render(request, "samples/samples.html", context)
