"""Pages about people, the same on a municipality's host and on the console."""

from allauth.account.forms import LoginForm
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.mail import send_mail
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.audit.actions import actor_of, address_of
from tenants.directory.hosts import link_for_mail
from tenants.people import actions
from tenants.people.access import PUBLIC, access
from tenants.people.forms import ROLE_NAMES, AcceptForm, InvitationForm, PersonForm
from tenants.people.models import Invitation, User
from tenants.people.rules import Role

ADMINISTRATORS = (Role.ADMINISTRATOR, Role.STAFF_ADMINISTRATOR)


def _is_console(request: HttpRequest) -> bool:
    return bool(getattr(request, "is_console", False))


@access(*ADMINISTRATORS)
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who may sign in, and open invitations."""
    everybody = [(user, ROLE_NAMES[Role(user.role)]) for user in User.objects.order_by("-is_active", "name", "email")]
    invited = [
        (one, ROLE_NAMES[Role(one.role)]) for one in Invitation.objects.filter(accepted_at=None, withdrawn_at=None)
    ]
    return render(request, "people/people.html", {"people": everybody, "invitations": invited})


@access(*ADMINISTRATORS)
def invite(request: HttpRequest) -> HttpResponse:
    """Invites somebody by e-mail."""
    form = InvitationForm(request.POST or None, is_console=_is_console(request))
    if form.is_valid():
        try:
            invited = actions.invite_person(
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                role=Role(form.cleaned_data["role"]),
                by=actor_of(request),
                reason="invited on the page of people",
            )
        except actions.UnableToChangePerson as error:
            form.add_error("email", str(error))
        else:
            send_invitation(request, invited)
            messages.success(request, _("The invitation to %(email)s was sent.") % {"email": invited.invitation.email})
            return redirect("people:people")
    return render(request, "people/invite.html", {"form": form}, status=422 if form.errors else 200)


def send_invitation(request: HttpRequest, invited: actions.Invited, task: str = "") -> None:
    """Sends the link of an invitation; ``task`` says what the person is asked to do, when it is one thing."""
    link = link_for_mail(request, reverse("people:accept", args=[invited.token]))
    municipality = getattr(request, "municipality", None)
    name = municipality.name if municipality else "Adtende"
    body = render_to_string(
        "people/invitation.txt",
        {"link": link, "place": name, "days": actions.INVITATION_DAYS, "invitation": invited.invitation, "task": task},
    )
    send_mail(_("Your invitation to SCT"), body, None, [invited.invitation.email])


@access(*ADMINISTRATORS)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes role or access of somebody."""
    user = get_object_or_404(User, pk=pk)
    initial = {"role": user.role, "is_active": user.is_active}
    form = PersonForm(request.POST or None, initial=initial, is_console=_is_console(request))
    if form.is_valid():
        try:
            actions.change_person(
                user=user,
                role=Role(form.cleaned_data["role"]),
                is_active=form.cleaned_data["is_active"],
                by=actor_of(request),
                reason=form.cleaned_data["reason"],
            )
        except actions.UnableToChangePerson as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The change was made; the person has to sign in again."))
            return redirect("people:people")
    return render(request, "people/person.html", {"form": form, "person": user}, status=422 if form.errors else 200)


@access(*ADMINISTRATORS)
def withdraw(request: HttpRequest, uuid: str) -> HttpResponse:
    """Withdraws an invitation."""
    if request.method != "POST":
        raise Http404
    invitation = get_object_or_404(Invitation, uuid=uuid)
    actions.withdraw_invitation(invitation=invitation, by=actor_of(request), reason="withdrawn on the page of people")
    messages.success(request, _("The invitation was withdrawn."))
    return redirect("people:people")


def _signed_in(request: HttpRequest, email: str, password: str, leads_to: str) -> HttpResponse:
    """Signs in whoever has just chosen a password, as the page to sign in would: with its limits, record and second factor."""
    form = LoginForm({"login": email, "password": password}, request=request)
    if form.is_valid():
        answer: HttpResponse = form.login(request, redirect_url=leads_to)
        return answer
    messages.success(request, _("Your sign-in is ready: use your e-mail address and your password."))
    return redirect_to_login(leads_to, reverse("account_login"))


@access(PUBLIC)
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind an invitation's link."""
    invitation = actions.open_invitation(token)
    if invitation is None:
        return render(request, "people/invitation_over.html", status=410)
    form = AcceptForm(request.POST or None, initial={"name": invitation.name})
    if form.is_valid():
        try:
            actions.accept_invitation(
                token=token,
                password=form.cleaned_data["password"],
                name=form.cleaned_data["name"],
                origin=address_of(request),
            )
        except actions.UnableToChangePerson as error:
            form.add_error("password", str(error))
        else:
            return _signed_in(request, invitation.email, form.cleaned_data["password"], invitation.leads_to or "/")
    return render(
        request, "people/accept.html", {"form": form, "invitation": invitation}, status=422 if form.errors else 200
    )
