"""What the public pages read: the published table and the register of municipalities, nothing else."""

from dataclasses import dataclass
from datetime import datetime

from reporting.public.models import PublicCount
from reporting.public.rules import TOTAL
from tenants.directory.models import Municipality
from tenants.directory.queries import host_of, municipalities_in_service


@dataclass(frozen=True)
class PublicTown:
    """A municipality as everybody may see it. ``calls`` None where nothing is published or it is suppressed."""

    name: str
    province: str
    population: int
    host: str
    calls: int | None
    is_demonstration: bool


@dataclass(frozen=True)
class PublicBoard:
    """The figures of the front page."""

    calls: int
    answered: int
    covered: int
    towns: list[PublicTown]
    months: list[tuple[str, int]]
    as_at: datetime | None
    padron_year: int | None
    outcomes: dict[str, int]


def public_board() -> PublicBoard:
    """Counts of all municipalities in service; a suppressed count adds nothing."""
    towns: list[Municipality] = municipalities_in_service()
    counts = list(PublicCount.objects.filter(schema_name__in=[town.schema_name for town in towns]))
    value = {(c.schema_name, c.indicator, c.period): c.value for c in counts}
    months: dict[str, int] = {}
    outcomes: dict[str, int] = {}
    for count in counts:
        if count.indicator == "calls" and count.period != TOTAL and count.value:
            months[count.period] = months.get(count.period, 0) + count.value
        if count.indicator.startswith("outcome_") and count.period == TOTAL and count.value:
            word = count.indicator.removeprefix("outcome_")
            outcomes[word] = outcomes.get(word, 0) + count.value
    return PublicBoard(
        calls=sum(value.get((t.schema_name, "calls", TOTAL)) or 0 for t in towns),
        answered=outcomes.get("ANSWERED", 0),
        covered=sum(town.population for town in towns),
        towns=[
            PublicTown(
                t.name,
                t.province,
                t.population,
                host_of(t.slug),
                value.get((t.schema_name, "calls", TOTAL)),
                t.is_demonstration,
            )
            for t in towns
        ],
        months=sorted(months.items())[-13:],
        as_at=max((count.as_at for count in counts), default=None),
        padron_year=max((town.population_year for town in towns), default=None),
        outcomes=outcomes,
    )
