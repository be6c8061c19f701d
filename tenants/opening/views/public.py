"""The pages from the public site to a working account: one question a page, no script, no cookie."""

from typing import Any, cast

from csp.decorators import csp_update
from django.conf import settings
from django.core.cache import cache
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from shell.sentences import in_words
from tenants.audit.actions import address_of
from tenants.audit.rules import Actor, ActorKind
from tenants.directory import prefill, reference
from tenants.directory.hosts import link_into
from tenants.directory.models import Municipality
from tenants.directory.queries import host_of, municipality_of_ine_code, open_ine_codes
from tenants.directory.search import search
from tenants.opening import actions
from tenants.opening.forms import AddressForm, BodyForm, KnownForm, PersonForm
from tenants.opening.guard import FIELD, form_mark, own_form
from tenants.opening.models import Application
from tenants.opening.queries import application_of, free_addresses
from tenants.opening.rules import ASKED_PER_HOUR, Asked
from tenants.people.access import PUBLIC, access

LANGUAGE_NAMES = {
    "es": gettext_lazy("Spanish"), "ca": gettext_lazy("Catalan"), "gl": gettext_lazy("Galician"), "eu": gettext_lazy("Basque"),
}  # fmt: skip
SECONDS_BETWEEN_LOOKS = 3


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    of_all = {
        "mark_name": FIELD,
        "mark": form_mark(),
        "base_host": settings.BASE_HOST,
        "trial_days": settings.TRIAL_DAYS,
    }
    return render(request, f"opening/{name}.html", {**context, **of_all}, status=status)


@access(PUBLIC)
@own_form
def choose(request: HttpRequest) -> HttpResponse:
    """Which municipality?"""
    text = request.GET.get("text", "")[:100]
    found = search(text)
    have_one = open_ine_codes([one.municipality.ine_code for one in found])
    told = [
        (one, reference.provinces()[one.municipality.ine_code[:2]], one.municipality.ine_code in have_one)
        for one in found
    ]
    return _page(request, "choose", {"text": text, "told": told, "limit": 20})


@access(PUBLIC)
@own_form
def apply(request: HttpRequest, ine_code: str) -> HttpResponse:
    """What we know, who is responsible, everything once more: each step carries the answers of the others."""
    try:
        facts = prefill.facts_of(ine_code, get_language() or "es")
    except reference.UnknownMunicipality:
        return _page(request, "choose", {"text": ine_code, "told": [], "limit": 20}, status=404)
    if municipality_of_ine_code(ine_code):
        return _page(request, "already", {"facts": facts}, status=409)
    proposals = free_addresses(facts.municipality.names, facts.province.name)
    guess = {
        "name": facts.municipality.name,
        "slug": proposals[0] if proposals else "",
        "language": get_language() or "es",
    }
    answers: Any = request.POST or None
    known = KnownForm(answers, initial=guess, proposals=proposals)
    person = PersonForm(answers)
    spoken = [LANGUAGE_NAMES[code] for code in facts.province.languages]
    context = {"facts": facts, "spoken": spoken, "known": known, "person": person, "carried": {}}
    if answers is None:
        return _page(request, "known", context)
    wanted = answers.get("to", "")
    if wanted == "known":
        shown = KnownForm(initial=answers.dict(), proposals=proposals)
        return _page(request, "known", {**context, "known": shown, "carried": _of(person, answers)})
    if not known.is_valid():
        return _page(request, "known", {**context, "carried": _of(person, answers)}, status=422)
    if wanted == "person":
        shown_person = PersonForm(initial=answers.dict())
        return _page(request, "person", {**context, "person": shown_person, "carried": _of(known, answers)})
    if not person.is_valid():
        return _page(request, "person", {**context, "carried": _of(known, answers)}, status=422)
    if wanted == "send":
        asked = Asked(ine_code=ine_code, **known.cleaned_data, **person.cleaned_data)
        return _sent(request, asked)
    carried = {**_of(known, answers), **_of(person, answers)}
    return _page(
        request,
        "check",
        {**context, "carried": carried, "language": dict(settings.LANGUAGES)[known.cleaned_data["language"]]},
    )


def _of(form: Any, answers: Any) -> dict[str, str]:
    return {name: answers[name] for name in form.fields if name in answers}


def _asks_too_often(request: HttpRequest) -> bool:
    """Whether more links were asked for from this internet address, in an hour without a pause, than a person needs."""
    key = f"opening:asked:{address_of(request)}"
    asked = cache.get(key, 0) + 1
    cache.set(key, asked, 3600)
    return bool(asked > ASKED_PER_HOUR)


def _sent(request: HttpRequest, asked: Asked) -> HttpResponse:
    if _asks_too_often(request):
        return _page(request, "too_often", {}, status=429)
    applied = actions.apply(asked=asked)
    if applied:
        link = link_into(request, settings.BASE_HOST, reverse("opening:application", args=[applied.token]))
        with translation.override(asked.language):
            told = {"link": link, "application": applied.application, "support_phone": settings.SUPPORT_PHONE}
            body = render_to_string("opening/mail.txt", told)
            send_mail(_("Your link to open the account of %(name)s") % {"name": asked.name}, body, None, [asked.email])
    return redirect("opening:sent")


@access(PUBLIC)
@own_form
def body(request: HttpRequest) -> HttpResponse:
    """A public body that is no town hall: by name and tax id, checked by Adtende."""
    form = BodyForm(request.POST or None, initial={"language": get_language() or "es"})
    if request.method == "POST" and form.is_valid():
        return _sent(request, Asked(**form.cleaned_data))
    return _page(request, "body", {"form": form}, status=422 if form.errors else 200)


@access(PUBLIC)
@own_form
def sent(request: HttpRequest) -> HttpResponse:
    """Look into your mail: the same for everybody."""
    is_file = settings.EMAIL_BACKEND.endswith("filebased.EmailBackend")
    folder = settings.EMAIL_FILE_PATH if settings.DEMONSTRATION and is_file else ""
    return _page(request, "sent", {"folder": folder})


@access(PUBLIC)
@own_form
def application(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link: what was answered, the opening as it goes on, the way in."""
    found = application_of(token)
    if found is None:
        return _page(request, "link_over", {}, status=404)
    if request.method == "POST":
        return _act(request, found, request.POST.get("do", ""))
    return _application(request, found)


def _act(request: HttpRequest, found: Application, do: str) -> HttpResponse:
    try:
        if do == "open":
            is_new = found.verified_at is None
            actions.ask_to_open(application=found)
            if not found.ine_code and is_new:
                _tell_adtende(found)
        elif do == "address":
            form = _address_form(found, request.POST)
            if not form.is_valid():
                return _application(request, found, form, status=422)
            actions.choose_address(application=found, slug=form.cleaned_data["slug"])
            actions.ask_to_open(application=found)
        elif do == "give_up":
            actions.give_up(application=found)
        elif do == "enter":
            return _enter(request, found)
    except actions.UnableToApply as error:
        found.refresh_from_db()
        return _application(request, found, said=in_words(str(error)), status=409)
    return redirect(request.path)


def _tell_adtende(found: Application) -> None:
    body = render_to_string("opening/mail_to_adtende.txt", {"application": found})
    send_mail(f"SCT: {found.name} ({found.tax_id})", body, None, [settings.APPLICATIONS_TO])


def _enter(request: HttpRequest, found: Application) -> HttpResponse:
    by = Actor(ActorKind.PUBLIC, "", address_of(request))
    invited = actions.invite_responsible(application=found, by=by)
    urls = settings.TENANT_URLCONF
    path = reverse("people:accept", urls, args=[invited.token]) if invited else reverse("account_login", urls)
    return redirect(link_into(request, _host(found), path))


def _host(found: Application) -> str:
    return host_of(Municipality.objects.values_list("slug", flat=True).get(schema_name=found.schema_name))


def _address_form(found: Application, answers: Any = None) -> AddressForm:
    names = reference.municipality(found.ine_code).names
    proposals = free_addresses(names, reference.provinces()[found.ine_code[:2]].name)
    return AddressForm(answers, initial={"slug": proposals[0] if proposals else ""}, proposals=proposals)


def _application(
    request: HttpRequest, found: Application, form: AddressForm | None = None, said: str = "", status: int = 200
) -> HttpResponse:
    states = Application.State
    if found.state == states.OPEN and found.schema_name:
        host = _host(found)
        response = _page(request, "open", {"application": found, "host": host}, status)
        # The button's answer leads to the town hall's own host, which the policy of forms must allow.
        target = link_into(request, host, "")
        return cast(HttpResponse, csp_update({"form-action": [target]})(lambda _request: response)(request))
    if found.state == states.OPENING:
        waited = (timezone.now() - found.asked_at).total_seconds() if found.asked_at else 0
        response = _page(request, "opening", {"application": found, "is_slow": waited > 60}, status)
        response["Refresh"] = str(SECONDS_BETWEEN_LOOKS)
        return response
    if found.state == states.GIVEN_UP:
        return _page(request, "given_up", {"application": found}, status)
    if found.trouble == Application.Trouble.ADDRESS_TAKEN and form is None:
        form = _address_form(found)
    context = {
        "application": found,
        "form": form,
        "said": said,
        "language": dict(settings.LANGUAGES).get(found.language),
    }
    return _page(request, "resume", context, status)
