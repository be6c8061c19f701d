"""What the municipality sees of its surveys, what it chooses, and what it makes of the texts."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from callhub.calls.models import Call
from callhub.calls.queries.names import names_in_use
from callhub.surveys import actions, figures, queries, rules
from callhub.surveys.definitions import words_in
from callhub.surveys.forms import AnswerForm, AskingForm, MailForm, TextForm
from callhub.surveys.models import Answer, Way
from kit.periods import month_after
from shell.csv import csv_response
from tenants.audit.actions import actor_of
from tenants.directory.models import Municipality
from tenants.directory.queries import today_of
from tenants.people.access import access
from tenants.people.rules import Role

KEEPERS = (Role.ADMINISTRATOR, Role.SUPERVISOR)
READERS = (*KEEPERS, Role.DATA_PROTECTION_OFFICER)
WHY = "on the page of satisfaction"
TEXTS = 30


@access(*READERS)
def satisfaction(request: HttpRequest) -> HttpResponse:
    """The last twelve months: what citizens said, and always how many of those asked said it; the same as CSV."""
    month = today_of(request.municipality).replace(day=1)  # type: ignore[attr-defined]
    first, past = month.replace(year=month.year - 1), month_after(month)
    if request.GET.get("format") == "csv":
        used = {"from": f"{first:%Y-%m}", "to": f"{month:%Y-%m}"}
        return csv_response("satisfaction.csv", figures.COLUMNS, figures.values(first, past), used)
    names = names_in_use(str(request.user.role))  # type: ignore[union-attr]
    context = {
        "whole": queries.whole(first, past),
        "fewest": rules.FEWEST_ANSWERS,
        # Of agents only months that are over: today's figure against yesterday's would be one citizen's answer.
        "tables": figures.tables(first, past, month, names),
        "edition": queries.current_edition(),
        "waiting": queries.texts(Answer.TextState.WAITING).count(),
    }
    return render(request, "surveys/satisfaction.html", context)


@access(*KEEPERS)
def asking(request: HttpRequest) -> HttpResponse:
    """Whether, how and about how many calls citizens are asked."""
    edition = queries.current_edition()
    initial = None if edition else {"is_on": False, "sends_messages": True, "one_in": 1}
    form = AskingForm(request.POST or None, instance=edition, initial=initial)
    number = edition.number if edition else 0  # before the form writes on the instance
    if form.is_valid():
        seen = request.POST.get("edition", "")
        try:
            actions.choose_asking(
                **form.cleaned_data,
                seen=int(seen) if seen.isdecimal() and len(seen) < 9 else -1,
                by=actor_of(request),
                reason=WHY,
            )
        except actions.ChangedMeanwhile as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The choice was kept."))
            return redirect("surveys:satisfaction")
    context = {"form": form, "number": number}
    return render(request, "surveys/asking.html", context, status=422 if form.errors else 200)


@access(*READERS)
def texts(request: HttpRequest) -> HttpResponse:
    """What citizens wrote, without personal data."""
    state = request.GET.get("state", "")
    page = Paginator(queries.texts(state), TEXTS).get_page(request.GET.get("page"))
    return render(request, "surveys/texts.html", {"page": page, "state": state})


@access(*KEEPERS)
def text(request: HttpRequest, answer_id: uuid.UUID) -> HttpResponse:
    """Publishes a text, holds it back with a reason, or replies to it."""
    found = get_object_or_404(queries.texts(), pk=answer_id)
    form = TextForm(request.POST or None, initial={"why": found.text_reason, "reply": found.reply})
    if form.is_valid():
        state, by = form.cleaned_data["state"], actor_of(request)
        if state == "REPLY":
            actions.reply_to(answer_id=answer_id, reply=form.cleaned_data["reply"], by=by, reason=WHY)
        else:
            why = form.cleaned_data["why"] if state == Answer.TextState.HELD_BACK else ""
            actions.moderate(answer_id=answer_id, state=Answer.TextState(state), why=why, by=by, reason=WHY)
        messages.success(request, _("It was kept."))
        return redirect("surveys:texts")
    context = {"form": form, "one": found}
    return render(request, "surveys/text.html", context, status=422 if form.errors else 200)


@access(*KEEPERS)
def call(request: HttpRequest, call_id: uuid.UUID) -> HttpResponse:
    """Asks about one call: a code to be said, a link by e-mail, or the questions read aloud and written down here."""
    one = Call.objects.filter(pk=call_id).first()
    if one is None:
        raise Http404
    town: Municipality = request.municipality  # type: ignore[attr-defined]
    words = words_in(get_language() or "")
    does = request.POST.get("does", "")
    form = AnswerForm(request.POST if does == "answer" else None, words=words)
    mail = MailForm(request.POST if does == "mail" else None)
    context: dict[str, Any] = {"call": one, "form": form, "mail": mail, "words": words, "code": ""}
    try:
        if does == "code":
            asked = actions.ask(town=town, call=one, way=Way.CODE, by=actor_of(request), reason=WHY)
            context["code"] = rules.in_groups(asked.secret)
        elif does == "mail" and mail.is_valid():
            email = mail.cleaned_data["email"]
            actions.ask_by_mail(town=town, call=one, email=email, by=actor_of(request), reason=WHY)
            messages.success(request, _("The link was sent."))
            return redirect("surveys:call", call_id)
        elif does == "answer" and form.is_valid():
            actions.write_down(
                town=town, call=one, reply=form.reply(), language=words.code, by=actor_of(request), reason=WHY
            )
            messages.success(request, _("The answers were kept."))
            return redirect("surveys:call", call_id)
    except actions.UnableToAsk as error:
        messages.error(request, str(error))
    except actions.UnableToAnswer as error:
        messages.error(
            request, _("This call has its answer.") if error.is_answered else _("The time to answer is over.")
        )
    context |= {"invitation": queries.invitation_of_call(one), "may_be_asked": queries.may_be_asked_about(one)}
    return render(request, "surveys/call.html", context, status=422 if form.errors or mail.errors else 200)
