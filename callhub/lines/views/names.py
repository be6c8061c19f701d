"""Queues, agents and lines: what the switchboard calls them, what people do, and whether they are in use."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callhub.lines import actions, queries
from callhub.lines.forms import AddForm, AddLineForm, LineForm, NameForm
from callhub.lines.models import Agent, Line, Queue
from shell.csv import csv_response
from tenants.audit.actions import actor_of
from tenants.audit.rules import Actor
from tenants.people.access import access
from tenants.people.rules import Role

KEEPERS = (Role.ADMINISTRATOR, Role.SUPERVISOR)
READERS = (*KEEPERS, Role.DATA_PROTECTION_OFFICER)
WHY = "kept on the page of queues, agents and lines"


@dataclass(frozen=True)
class Kind:
    """One of the three lists, and how its pages are called."""

    model: type[Queue | Agent | Line]
    matching: Callable[[str], Sequence[Queue | Agent | Line]]
    title: Promise
    add: Promise
    found_none: Promise


KINDS: dict[str, Kind] = {
    "queues": Kind(
        Queue, queries.queues_matching, gettext_lazy("Queues"), gettext_lazy("Add a queue"), gettext_lazy("No queue matches.")
    ),
    "agents": Kind(
        Agent, queries.agents_matching, gettext_lazy("Agents"), gettext_lazy("Add an agent"), gettext_lazy("No agent matches.")
    ),
    "numbers": Kind(
        Line, queries.lines_matching, gettext_lazy("Lines"), gettext_lazy("Add a line"), gettext_lazy("No line matches.")
    ),
}  # fmt: skip


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise Http404
    return KINDS[name]


def _state(one: Queue | Agent | Line) -> tuple[str, str]:
    """Badge and word of something's state."""
    if isinstance(one, Line) and one.state == Line.State.PROPOSED:
        return "info", _("Seen in records")
    is_in_use = one.state == Line.State.IN_USE if isinstance(one, Line) else one.is_active
    return ("ok", _("In use")) if is_in_use else ("none", _("Not in use"))


def _told(one: Queue | Agent | Line) -> dict[str, Any]:
    name, label = (one.number, one.name) if isinstance(one, Line) else (one.name, one.label)
    return {"pk": one.pk, "name": name, "label": label, "state": _state(one)}


@access(*READERS)
def names(request: HttpRequest, kind: str) -> HttpResponse:
    """One of the three lists, searched without accents."""
    chosen, text = _kind(kind), request.GET.get("text", "")
    found = chosen.matching(text)
    if request.GET.get("format") == "csv":
        rows = [[told["name"], told["label"], told["state"][1]] for told in map(_told, found)]
        return csv_response(f"{kind}.csv", ["name", "label", "state"], rows, {"text": text})
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    context = {
        "kinds": [(name, one.title) for name, one in KINDS.items()],
        "kind": kind,
        "chosen": chosen,
        "page": page,
        "rows": [_told(one) for one in page],
        "text": text,
    }
    return render(request, "lines/names.html", context)


@access(*KEEPERS)
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """Adds a queue, an agent or a line by hand."""
    chosen = _kind(kind)
    form = (AddLineForm if chosen.model is Line else AddForm)(request.POST or None)
    if form.is_valid():
        try:
            _add(chosen, by=actor_of(request), **form.cleaned_data)
        except actions.UnableToKeep as error:
            form.add_error(next(iter(form.fields)), str(error))
        else:
            messages.success(request, _("It was added."))
            return redirect("lines:kind", kind)
    context = {"form": form, "kind": kind, "chosen": chosen}
    return render(request, "lines/add.html", context, status=422 if form.errors else 200)


def _add(chosen: Kind, *, label: str, by: Actor, number: str = "", name: str = "") -> None:
    if chosen.model is Line:
        actions.add_line(number=number, label=label, by=by, reason=WHY)
    elif chosen.model is Queue:
        actions.keep_queue(queue=Queue(name=name), label=label, is_active=True, by=by, reason=WHY)
    else:
        actions.keep_agent(agent=Agent(name=name), label=label, is_active=True, by=by, reason=WHY)


@access(*KEEPERS)
def one(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Names something, takes it out of use or back; confirms a line that records proposed."""
    chosen = _kind(kind)
    kept: Any = get_object_or_404(chosen.model, pk=pk)
    told = _told(kept)
    initial = {"label": told["label"], "is_in_use": told["state"][0] == "ok"}
    form = (LineForm if isinstance(kept, Line) else NameForm)(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            _keep(kept, by=actor_of(request), **form.cleaned_data)
        except actions.UnableToKeep as error:
            form.add_error("is_in_use", str(error))
        else:
            messages.success(request, _("The change was kept."))
            return redirect("lines:kind", kind)
    context = {"form": form, "kind": kind, "chosen": chosen, "told": told}
    return render(request, "lines/one.html", context, status=422 if form.errors else 200)


def _keep(kept: Any, *, label: str, is_in_use: bool, reason: str, by: Actor) -> None:
    reason = reason or WHY
    if isinstance(kept, Line):
        actions.keep_line(line=kept, label=label, is_in_use=is_in_use, by=by, reason=reason)
    elif isinstance(kept, Queue):
        actions.keep_queue(queue=kept, label=label, is_active=is_in_use, by=by, reason=reason)
    else:
        actions.keep_agent(agent=kept, label=label, is_active=is_in_use, by=by, reason=reason)
