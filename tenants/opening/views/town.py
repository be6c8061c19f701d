"""What is still to do, on the municipality's own host."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shell.onboarding import OnboardingTask, TaskState, tasks_of
from tenants.audit.actions import actor_of
from tenants.audit.queries import latest_of_verbs
from tenants.opening.forms import TaskInvitationForm
from tenants.people.access import access, task_helped_with
from tenants.people.actions import UnableToChangePerson, invite_person
from tenants.people.rules import Role
from tenants.people.views.people import send_invitation

STATES: dict[TaskState, tuple[str, Promise]] = {
    TaskState.NOT_STARTED: ("none", gettext_lazy("Not started")),
    TaskState.IN_PROGRESS: ("half", gettext_lazy("In progress")),
    TaskState.MISSING: ("warn", gettext_lazy("Something is missing")),
    TaskState.DONE: ("ok", gettext_lazy("Done")),
    TaskState.BY_ADTENDE: ("info", gettext_lazy("Adtende does it")),
}


@access(Role.ADMINISTRATOR)
def tasks(request: HttpRequest) -> HttpResponse:
    """Every task with its state, and somebody else's help for one of them."""
    found = tasks_of(request)
    to_do = [one for one in found if one.state not in {TaskState.DONE, TaskState.BY_ADTENDE}]
    form = TaskInvitationForm(request.POST or None, tasks=[one for one in to_do if one.can_be_helped])
    if form.is_valid():
        task = next(one for one in to_do if one.code == form.cleaned_data["task"])
        try:
            invited = invite_person(
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                role=Role.HELPER,
                task=task.code,
                by=actor_of(request),
                reason="invited to a task of the start",
                leads_to=reverse("getting_started:task", args=[task.code]),
            )
        except UnableToChangePerson as error:
            form.add_error("email", str(error))
        else:
            send_invitation(request, invited, task.name)
            messages.success(request, _("The invitation to %(email)s was sent.") % {"email": invited.invitation.email})
            return redirect("getting_started:tasks")
    context = {
        "groups": _groups(found),
        "form": form,
        "left": len(to_do),
        "minutes": sum(one.minutes for one in to_do),
        "done": len(found) - len(to_do),
        "total": len(found),
    }
    return render(request, "opening/tasks.html", context, status=422 if form.errors else 200)


def _groups(found: list[OnboardingTask]) -> list[tuple[str, list[dict[str, object]]]]:
    latest = latest_of_verbs({verb for one in found for verb in one.verbs})
    groups: dict[str, list[dict[str, object]]] = {}
    for one in found:
        shape, words = STATES[one.state]
        worked = max((latest[verb] for verb in one.verbs if verb in latest), key=lambda entry: entry.pk, default=None)
        groups.setdefault(one.group, []).append({"task": one, "shape": shape, "words": words, "latest": worked})
    return list(groups.items())


@access(Role.ADMINISTRATOR, Role.SUPERVISOR, Role.HELPER)
def task(request: HttpRequest, code: str) -> HttpResponse:
    """Where a task is done: what an invitation to it leads to."""
    found = next((one for one in tasks_of(request) if one.code == code and one.url), None)
    helped = task_helped_with(request)
    if found is None or (helped is not None and helped.code != code):
        raise Http404
    return redirect(found.url)
