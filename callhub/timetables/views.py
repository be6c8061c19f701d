"""Pages of hours: the town hall's, each department's, the days on which it is closed, and undoing the latest change."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from callhub.departments.models import Department
from callhub.timetables import actions, queries, rules
from callhub.timetables.forms import ClosedDayForm, SeasonForm, WeekForm
from callhub.timetables.models import Edition
from callhub.timetables.rules import Hours, Season, Timetable
from callhub.timetables.words import season_in_words, timetable_in_words
from shell.days import weekday_and_day
from tenants.audit.actions import actor_of
from tenants.directory.queries import today_of
from tenants.people.access import access
from tenants.people.rules import Role

KEEPERS = (Role.ADMINISTRATOR, Role.SUPERVISOR)
READERS = (*KEEPERS, Role.DATA_PROTECTION_OFFICER)
WHY = "kept on the page of timetables"
# Monday to Friday, 9:00 to 14:00, for whoever wrote nothing yet
PROPOSED: rules.Week = (((540, 840),),) * 5 + ((),) * 2


def _years(request: HttpRequest) -> tuple[int, int]:
    year = today_of(request.municipality).year  # type: ignore[attr-defined]
    return year, year + 1


@access(*READERS)
def timetables(request: HttpRequest) -> HttpResponse:
    """When everybody is open, and who is now."""
    town = request.municipality  # type: ignore[attr-defined]
    edition = queries.current_edition()
    hours = edition.hours() if edition else Hours()
    departments = Department.objects.filter(is_active=True)
    named: list[tuple[int | None, str]] = [(None, _("General hours")), *((one.pk, one.name) for one in departments)]
    years = _years(request)
    open_now = queries.open_at(town, hours, timezone.now(), [pk for pk, _name in named])
    rows = [
        {
            "pk": pk,
            "name": name,
            "has_own": pk in hours.timetables,
            "told": timetable_in_words(hours.of(pk)),
            "is_open": pk in open_now,
        }
        for pk, name in named
    ]
    days = [one for year in years for one in _told_days(town, hours, year)]
    context = {
        "rows": rows,
        "edition": edition,
        "days": [one for one in days if one["day"].day >= today_of(town) and not one["day"].is_working][:6],
        "lacking": [year for year in years[:1] if queries.lacks_local_days(town, hours, year)],
    }
    return render(request, "timetables/timetables.html", context)


def _told_days(town: Any, hours: Hours, year: int) -> list[dict[str, Any]]:
    days = queries.closed_days(town, hours, year, (get_language() or "es")[:2])
    return [
        {"day": one, "name": one.name or _("Local holiday"), "told": f"{weekday_and_day(one.day)} {one.day.year}"}
        for one in days
    ]


@access(*KEEPERS)
def change(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The usual week, or one season of it (``?season=`` its place, or ``new``), of the town hall or of a department."""
    department = get_object_or_404(Department, pk=pk) if pk is not None else None
    edition = queries.current_edition()
    is_outdated = _is_outdated(request, edition)
    if is_outdated and "drop" in request.POST:  # nothing was typed
        messages.error(request, str(actions.ChangedMeanwhile()))
        return redirect("timetables:timetables")
    hours = edition.hours() if edition else Hours()
    timetable = hours.of(pk)
    asked = request.GET.get("season", "")
    place = _place(_season_now(asked, request, pk, timetable) if is_outdated else asked, timetable)
    season = timetable.seasons[place] if place is not None and place < len(timetable.seasons) else None
    form = _form(request, timetable, place, season)
    name = department.name if department else _("General hours")
    if "drop" in request.POST and pk is None and place is None:
        raise Http404
    if is_outdated:
        messages.error(request, _typed_is_kept())
    elif request.method == "POST" and ("drop" in request.POST or form.is_valid()):
        wanted = None if "drop" in request.POST and place is None else _changed(timetable, place, form, request)
        try:
            actions.keep_timetable(
                department=pk, timetable=wanted, subject=name, seen=_seen(request), by=actor_of(request), reason=WHY
            )
        except actions.UnableToKeepHours as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The hours were kept."))
        return redirect("timetables:timetables")
    context = {
        "form": form,
        "number": queries.number_of(edition),
        "department": department,
        "name": name,
        "season": season,
        "is_season": place is not None,
        "place": "new" if season is None else place,
        "seasons": list(enumerate(map(season_in_words, timetable.seasons))),
        "may_add": len(timetable.seasons) < rules.MOST_SEASONS,
        "may_drop": season is not None or (place is None and pk in hours.timetables and pk is not None),
        "has_own": pk in hours.timetables,
    }
    return render(request, "timetables/change.html", context, status=_status(form, is_outdated))


def _seen(request: HttpRequest) -> int:
    """The edition that the form was made of; -1 where it does not say."""
    text = request.POST.get("edition", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def _is_outdated(request: HttpRequest, edition: Edition | None) -> bool:
    """Whether a form was made of another edition than holds now: it is shown again, with what was typed, and changes nothing."""
    return request.method == "POST" and _seen(request) != queries.number_of(edition)


def _typed_is_kept() -> str:
    return _(
        "Somebody changed the hours meanwhile, so nothing was kept yet. What you wrote is still here: look at the hours that "
        "hold now, and keep yours if they are right."
    )


def _status(form: Form, is_outdated: bool) -> int:
    return 409 if is_outdated else 422 if form.errors else 200


def _season_now(asked: str, request: HttpRequest, pk: int | None, timetable: Timetable) -> str:
    """The place that a season has by now, which was another one in the edition that was seen; ``new`` when it is gone."""
    seen = Edition.objects.filter(number=_seen(request)).first()
    before = dict(enumerate(seen.hours().of(pk).seasons if seen else ()))
    if not asked.isascii() or not asked.isdigit():
        return asked
    was = before.get(int(asked))
    same = [place for place, one in enumerate(timetable.seasons) if was and one.name == was.name]
    return str(same[0]) if same else "new"


def _place(text: str, timetable: Timetable) -> int | None:
    """Which season is meant: None for the usual week, one more than there are for a new one."""
    if not text:
        return None
    known = len(timetable.seasons)
    place = known if text == "new" else int(text) if text.isascii() and text.isdigit() and len(text) < 3 else known + 1
    if place > known or place >= rules.MOST_SEASONS:
        raise Http404
    return place


def _form(request: HttpRequest, timetable: Timetable, place: int | None, season: Season | None) -> WeekForm:
    data = request.POST if request.method == "POST" and "drop" not in request.POST else None
    week = timetable.week if any(timetable.week) else PROPOSED
    if place is None:
        return WeekForm(data, week=week)
    initial = SeasonForm.initial_of(season) if season else {"name": _("Summer")}
    return SeasonForm(data, week=season.week if season else week, initial=initial)


def _changed(timetable: Timetable, place: int | None, form: WeekForm, request: HttpRequest) -> Timetable:
    seasons = list(timetable.seasons)
    if place is None:
        return Timetable(form.cleaned_data["week"], timetable.seasons)
    data = {} if "drop" in request.POST else form.cleaned_data
    seasons[place : place + 1] = [Season(data["name"], data["first"], data["last"], data["week"])] if data else []
    return Timetable(timetable.week, tuple(seasons))


@access(*READERS)
def closed(request: HttpRequest) -> HttpResponse:
    """The days from today to the end of next year on which it is closed."""
    return _days_page(request, ClosedDayForm(today=today_of(request.municipality)))  # type: ignore[attr-defined]


def _days_page(request: HttpRequest, form: ClosedDayForm, *, is_outdated: bool = False) -> HttpResponse:
    town, edition = request.municipality, queries.current_edition()  # type: ignore[attr-defined]
    hours = edition.hours() if edition else Hours()
    days = [one for year in _years(request) for one in _told_days(town, hours, year)]
    context = {
        "number": queries.number_of(edition),
        "days": [one for one in days if one["day"].day >= today_of(town)],
        "form": form,
        "lacking": [year for year in _years(request) if queries.lacks_local_days(town, hours, year)],
    }
    return render(request, "timetables/closed.html", context, status=_status(form, is_outdated))


@access(*KEEPERS)
def keep_day(request: HttpRequest) -> HttpResponse:
    """Adds a closed day, or says of one that is there (``work``, ``close``) that it is open all the same, or not."""
    if request.method != "POST":
        return redirect("timetables:closed")
    form = ClosedDayForm(request.POST, today=today_of(request.municipality))  # type: ignore[attr-defined]
    is_known = bool({"work", "close"} & request.POST.keys())
    if _is_outdated(request, queries.current_edition()):  # the day may be one of others now
        messages.error(request, str(actions.ChangedMeanwhile()) if is_known else _typed_is_kept())
        return redirect("timetables:closed") if is_known else _days_page(request, form, is_outdated=True)
    if not is_known and not form.is_valid():
        return _days_page(request, form)
    try:
        if is_known:
            _keep_known_day(request)
        else:
            actions.close_on(**form.cleaned_data, seen=_seen(request), by=actor_of(request), reason=WHY)
    except actions.UnableToKeepHours as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The day was kept."))
    return redirect("timetables:closed")


def _keep_known_day(request: HttpRequest) -> None:
    town, hours, by = request.municipality, queries.current_hours(), actor_of(request)  # type: ignore[attr-defined]
    wanted = request.POST.get("work") or request.POST.get("close")
    days = [one for year in _years(request) for one in _told_days(town, hours, year)]
    found = next((one for one in days if one["day"].day.isoformat() == wanted), None)
    if found is None:
        raise Http404
    day: date = found["day"].day
    if "work" in request.POST:
        is_holiday = day in queries.holidays_around(town, day.year)
        actions.work_on(day=day, name=found["name"], is_holiday=is_holiday, seen=_seen(request), by=by, reason=WHY)
    else:
        actions.keep_holiday(day=day, name=found["name"], seen=_seen(request), by=by, reason=WHY)


@access(*KEEPERS)
def undo(request: HttpRequest) -> HttpResponse:
    """Takes the latest change back: the hours are as they were before it."""
    if request.method == "POST":
        try:
            actions.undo_hours(seen=_seen(request), by=actor_of(request), reason=WHY)
        except actions.UnableToKeepHours as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The latest change was taken back."))
    return redirect("timetables:timetables")
