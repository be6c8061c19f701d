"""The pages that a citizen sees: no sign-in, no cookie, no script, and the same answer for every wrong link."""

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation.trans_real import parse_accept_lang_header

from callhub.surveys import actions, queries
from callhub.surveys.definitions import LANGUAGES, Words, words_in
from callhub.surveys.forms import AnswerForm
from callhub.surveys.rules import CODE_LENGTH, as_secret
from tenants.audit.actions import address_of
from tenants.directory.queries import today_of
from tenants.opening.guard import FIELD, form_mark, own_form
from tenants.people.access import PUBLIC, access

WRONG_TRIES_AN_HOUR = 20  # of one internet address; a whole municipality takes ten times as many
AN_HOUR = 3600


@access(PUBLIC)
@own_form
def answer(request: HttpRequest, secret: str) -> HttpResponse:
    """The questions behind a link or a code, or why they are not asked."""
    if _guesses_too_often(request, secret):
        return _told(request, "too_often")
    invitation = queries.invitation_of(secret)
    if invitation is None:
        _count_guess(request, secret)
        return _told(request, "unknown")
    today, words = today_of(request.municipality), _words(request)  # type: ignore[attr-defined]
    if today > invitation.closes_on:
        return _told(request, "over")
    if invitation.answered_on is not None:
        return _told(request, "kept")
    form = AnswerForm(request.POST if request.method == "POST" else None, words=words)
    if not form.is_valid():
        return _page(request, "surveys/answer.html", {"form": form}, 422 if form.is_bound else 200)
    try:
        actions.answer(invitation=invitation, reply=form.reply(), language=words.code, today=today)
    except actions.UnableToAnswer as error:
        return _told(request, "kept" if error.is_answered else "over")
    return _told(request, "thanks")


@access(PUBLIC)
@own_form
def code(request: HttpRequest) -> HttpResponse:
    """Where the code that an agent said is typed."""
    if request.method != "POST":
        return _page(request, "surveys/code.html", {})
    typed = request.POST.get("code", "")[:40]
    if _guesses_too_often(request, typed):
        return _told(request, "too_often")
    if queries.invitation_of(typed) is None:
        _count_guess(request, typed)
        return _page(request, "surveys/code.html", {"typed": typed, "is_wrong": True}, 422)
    return redirect(f"{reverse('surveys:answer', args=[as_secret(typed)])}?lang={_words(request).code}")


_STATUS = {"thanks": 200, "kept": 200, "unknown": 404, "over": 410, "too_often": 429}


def _told(request: HttpRequest, what: str) -> HttpResponse:
    """A page with one sentence."""
    words = _words(request)
    told = {"heading": getattr(words, what), "text": getattr(words, f"{what}_text")}
    response = _page(request, "surveys/told.html", told, _STATUS[what])
    if what == "too_often":
        response["Retry-After"] = str(AN_HOUR)
    return response


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    words = _words(request)
    known = {"words": words, "languages": LANGUAGES.values(), "mark_field": FIELD, "mark": form_mark()}
    response = render(request, template, known | context, status=status)
    response["X-Robots-Tag"] = "noindex"
    response["Content-Language"] = words.code
    return response


def _words(request: HttpRequest) -> Words:
    """The language chosen in the address, else the browser's first that there is, else the municipality's."""
    accepted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    town = request.municipality.language  # type: ignore[attr-defined]
    return words_in(request.GET.get("lang", ""), *(one for one, _weight in accepted), town)


def _keys(request: HttpRequest, secret: str) -> dict[str, int]:
    """What wrong tries are counted by, and how many there may be.

    A code is short, so it must not be found from many addresses at once either; nobody finds a token, and whoever has one is
    not kept waiting because others try codes.
    """
    keys = {f"survey:guessed:{address_of(request)}": WRONG_TRIES_AN_HOUR}
    return keys | ({"survey:guessed": 10 * WRONG_TRIES_AN_HOUR} if len(as_secret(secret)) == CODE_LENGTH else {})


def _guesses_too_often(request: HttpRequest, secret: str) -> bool:
    return any(cache.get(key, 0) >= most for key, most in _keys(request, secret).items())


def _count_guess(request: HttpRequest, secret: str) -> None:
    for key in _keys(request, secret):
        cache.add(key, 0, AN_HOUR)
        cache.incr(key)
