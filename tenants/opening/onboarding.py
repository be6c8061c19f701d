"""What was done before anybody signed in: the town hall's data."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from shell import numbers
from shell.names import your_house
from shell.onboarding import OnboardingTask, TaskState
from tenants.directory.models import Municipality


def tasks(request: HttpRequest) -> list[OnboardingTask]:
    """The data of the town hall, filled in from the INE's list."""
    town: Municipality = request.municipality  # type: ignore[attr-defined]
    told = {"name": town.name, "people": numbers.whole(town.population), "year": town.population_year}
    if town.is_population_stated:
        hint = _("%(name)s, %(people)s inhabitants as stated by yourselves in %(year)s") % told
    else:
        hint = _("%(name)s, %(people)s inhabitants, Padrón %(year)s, INE") % told
    name = _("Data of the town hall") if town.is_town_hall else _("Data of your organisation")
    return [OnboardingTask("data", your_house(town), name, TaskState.DONE, hint=hint)]
