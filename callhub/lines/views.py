"""Queues, agents and lines: what the switchboard calls them, and what people do."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from callhub.lines import actions
from callhub.lines.models import Agent, Line, Queue
from tenants.audit.actions import actor_of
from tenants.people.access import access
from tenants.people.rules import Role

KEEPERS = (Role.ADMINISTRATOR, Role.SUPERVISOR)
WHY = "named on the page of queues, agents and lines"


@access(*KEEPERS)
def names(request: HttpRequest) -> HttpResponse:
    """Everything the records named so far, each with the name people use."""
    if request.method == "POST":
        by, label = actor_of(request), request.POST.get("label", "")[:100]
        kind, pk = request.POST.get("kind", ""), request.POST.get("pk", "0")
        if kind == "queue":
            actions.name_queue(queue=get_object_or_404(Queue, pk=pk), label=label, by=by, reason=WHY)
        elif kind == "agent":
            actions.name_agent(agent=get_object_or_404(Agent, pk=pk), label=label, by=by, reason=WHY)
        else:
            actions.name_line(line=get_object_or_404(Line, pk=pk), label=label, by=by, reason=WHY)
        messages.success(request, _("The name was kept."))
        return redirect("lines:names")
    groups = [
        ("queue", _("Queues"), [(one.pk, one.name, one.label) for one in Queue.objects.all()]),
        ("agent", _("Agents"), [(one.pk, one.name, one.label) for one in Agent.objects.all()]),
        ("line", _("Lines"), [(one.pk, one.number, one.name) for one in Line.objects.all()]),
    ]
    return render(request, "lines/names.html", {"groups": groups})
