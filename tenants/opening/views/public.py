"""The pages from the public site to a working account: one question a page, no script, no cookie."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from csp.decorators import csp_update
from django import forms
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

from shell.names import town_hall
from shell.sentences import in_words
from tenants.audit.actions import address_of
from tenants.audit.rules import Actor, ActorKind
from tenants.directory import prefill, reference
from tenants.directory.hosts import link_into
from tenants.directory.models import Municipality
from tenants.directory.queries import host_of, municipality_of_ine_code, open_ine_codes
from tenants.directory.rules import Kind
from tenants.directory.search import search
from tenants.opening import actions
from tenants.opening.forms import (
    KIND_NAMES,
    AddressForm,
    BodyForm,
    BodyPersonForm,
    KnownForm,
    PersonForm,
    province_names,
)
from tenants.opening.guard import FIELD, form_mark, own_form
from tenants.opening.models import Application
from tenants.opening.preferences import keeps_answers
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
        "answers_form": "answers" if "form" in context or "carried" in context else "",
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
    as_body = urlencode({"name": text})
    return _page(request, "choose", {"text": text, "told": told, "limit": 20, "as_body": as_body})


@dataclass(frozen=True)
class _Questions:
    """Two pages of questions and what they lead to. The pages' names are their templates' and the steps' of the form."""

    pages: tuple[str, str]
    first: Callable[..., forms.Form]
    second: Callable[..., forms.Form]
    told: Callable[[Any], dict[str, Any]]  # what the pages say besides, of the answers
    kept: dict[str, Any]  # what is known and not asked for


def _ask(request: HttpRequest, questions: _Questions) -> HttpResponse:
    """One of the two pages, everything once more, or the end: each step carries the answers of the others."""
    first_page, second_page = questions.pages
    answers: Any = request.POST or None
    told = {**questions.told(answers or {}), "pages": questions.pages}
    if answers is None:
        return _page(request, first_page, {**told, "form": questions.first()})
    wanted, first, second = answers.get("to", ""), questions.first(answers), questions.second(answers)
    if wanted == first_page:
        shown = questions.first(initial=answers.dict())
        return _page(request, first_page, {**told, "form": shown, "carried": _of(second, answers)})
    if not first.is_valid():
        return _page(request, first_page, {**told, "form": first, "carried": _of(second, answers)}, status=422)
    if wanted == second_page:
        shown = questions.second(initial=answers.dict())
        return _page(request, second_page, {**told, "form": shown, "carried": _of(first, answers)})
    if not second.is_valid():
        return _page(request, second_page, {**told, "form": second, "carried": _of(first, answers)}, status=422)
    asked = Asked(**questions.kept, **first.cleaned_data, **second.cleaned_data)
    if wanted == "send":
        return _sent(request, asked)
    carried = {**_of(first, answers), **_of(second, answers)}
    return _page(request, "check", {**told, "carried": carried, **_in_words(asked)})


def _in_words(one: Asked | Application) -> dict[str, Any]:
    """An application as its page tells it."""
    is_body = one.kind != Kind.TOWN_HALL
    return {
        "one": one,
        "language": dict(settings.LANGUAGES).get(one.language),
        "kind": KIND_NAMES[Kind(one.kind)] if is_body else "",
        "province": dict(province_names()).get(one.province, ""),
    }


@access(PUBLIC)
@own_form
@keeps_answers
def apply(request: HttpRequest, ine_code: str) -> HttpResponse:
    """What we know of a town hall, and who is responsible."""
    try:
        facts = prefill.facts_of(ine_code, get_language() or "es")
    except reference.UnknownMunicipality:
        return _page(request, "choose", {"text": ine_code, "told": [], "limit": 20}, status=404)
    if municipality_of_ine_code(ine_code):
        return _page(request, "already", {"facts": facts}, status=409)
    proposals = free_addresses(facts.municipality.names, facts.province.name)
    guess = {"name": facts.municipality.name, "slug": (*proposals, "")[0], "language": get_language() or "es"}
    spoken = [LANGUAGE_NAMES[code] for code in facts.province.languages]

    def told(answers: Any) -> dict[str, Any]:
        return {"facts": facts, "spoken": spoken, "title": town_hall(answers.get("name") or guess["name"])}

    def known(answers: Any = None, initial: Any = None) -> KnownForm:
        return KnownForm(answers, initial=initial or guess, proposals=proposals)

    return _ask(request, _Questions(("known", "person"), known, PersonForm, told, {"ine_code": ine_code}))


@access(PUBLIC)
@own_form
@keeps_answers
def body(request: HttpRequest) -> HttpResponse:
    """A public body that is no town hall, as it describes itself, and who is responsible."""
    guess = {"name": request.GET.get("name", "")[:100], "language": get_language() or "es"}
    name, province = request.POST.get("name", ""), request.POST.get("province", "")
    known_province = reference.provinces().get(province)
    proposals = free_addresses((name,), known_province.name if known_province else "")

    def described(answers: Any = None, initial: Any = None) -> BodyForm:
        return BodyForm(answers, initial=initial or guess)

    def person(answers: Any = None, initial: Any = None) -> BodyPersonForm:
        return BodyPersonForm(answers, initial={"slug": (*proposals, "")[0], **(initial or {})}, proposals=proposals)

    def told(answers: Any) -> dict[str, Any]:
        return {"title": answers.get("name", "")}

    return _ask(request, _Questions(("body", "body_person"), described, person, told, {}))


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
def sent(request: HttpRequest) -> HttpResponse:
    """Look into your mail: the same for everybody."""
    is_file = settings.EMAIL_BACKEND.endswith("filebased.EmailBackend")
    folder = settings.EMAIL_FILE_PATH if settings.DEMONSTRATION and is_file else ""
    return _page(request, "sent", {"folder": folder})


@access(PUBLIC)
@own_form
@keeps_answers
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
            if is_new and (found.remark or not found.is_town_hall):
                _tell_adtende(found)
        elif do == "address":
            form = _address_form(found, request.POST)
            if form is None or not form.is_valid():
                return _application(request, found, form, status=422)
            actions.choose_address(application=found, slug=form.cleaned_data["slug"])
            actions.ask_to_open(application=found)
        elif do == "give_up":
            actions.give_up(application=found)
        elif do == "enter":
            return _enter(request, found)
        elif not do:
            return _application(request, found, _address_form(found, typed=request.POST.get("slug", "")))
    except actions.UnableToApply as error:
        found.refresh_from_db()
        return _application(request, found, said=in_words(str(error)), status=409)
    return redirect(request.path)


def _tell_adtende(found: Application) -> None:
    """Somebody corrects what we know, or describes a body that no list has: people of Adtende look at it."""
    with translation.override(settings.LANGUAGE_CODE):
        body = render_to_string("opening/mail_to_adtende.txt", _in_words(found))
        subject = _("SCT: %(name)s opens its account") % {"name": found.name}
    send_mail(subject, body, None, [settings.APPLICATIONS_TO])


def _enter(request: HttpRequest, found: Application) -> HttpResponse:
    by = Actor(ActorKind.PUBLIC, "", address_of(request))
    invited = actions.invite_responsible(application=found, by=by)
    urls = settings.TENANT_URLCONF
    path = reverse("people:accept", urls, args=[invited.token]) if invited else reverse("account_login", urls)
    return redirect(link_into(request, _host(found), path))


def _host(found: Application) -> str:
    return host_of(Municipality.objects.values_list("slug", flat=True).get(schema_name=found.schema_name))


def _address_form(found: Application, answers: Any = None, typed: str = "") -> AddressForm | None:
    """The form for another address, where the one wished for is taken."""
    if found.trouble != Application.Trouble.ADDRESS_TAKEN and answers is None:
        return None
    names = (found.name,) if found.body else reference.municipality(found.ine_code).names
    province = reference.provinces()[found.province or found.ine_code[:2]].name
    proposals = free_addresses(names, province)
    return AddressForm(answers, initial={"slug": typed or (*proposals, "")[0]}, proposals=proposals)


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
    context = {"application": found, "form": form or _address_form(found), "said": said, **_in_words(found)}
    return _page(request, "resume", context, status)
