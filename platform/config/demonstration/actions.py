"""Loading the demonstration through the same actions as everybody: opening, people, departments, imports."""

import gzip
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import connection as plain_connection

from callhub.departments.actions import choose_contacts, keep_department, keep_extension, start_departments
from callhub.departments.models import Department, Extension
from callhub.lines.actions import keep_agent, keep_queue
from callhub.lines.models import Agent, Queue
from callhub.pbx.actions import pbx_named, request_import, take_in
from callhub.pbx.adapters import SourceFormat
from callhub.pbx.models import Import
from callhub.timetables.actions import keep_timetable
from callhub.timetables.queries import current_edition
from callhub.timetables.rules import Season, Timetable
from config.demonstration.rules import AGENTS, EXTENSIONS, QUEUES, RECORDS, SIGN_INS, TOWNS, Town, year_of_calls
from kit.periods import month_after
from reporting.commitments.actions import keep_charter
from reporting.commitments.queries import editions
from reporting.commitments.rules import Charter, Commitment
from reporting.public.tasks import publish_what_is_over
from tenants.audit.rules import Actor, ActorKind
from tenants.directory.models import Municipality
from tenants.isolation.context import CONSOLE, inside
from tenants.opening.actions import open_municipality
from tenants.people.actions import create_person
from tenants.people.models import User
from tenants.people.rules import Role

BY = Actor(ActorKind.COMMAND, "Demostració", "make run")
WHY = "demonstration data"
# The hours in which the invented calls find somebody, and a summer as many town halls have it.
HOURS = Timetable(
    (((8 * 60, 15 * 60),),) * 5 + ((), ()), (Season("Estiu", (7, 1), (8, 31), (((8 * 60, 14 * 60),),) * 5 + ((), ())),)
)
# What a town hall of this size may promise: some months it keeps it, some it does not.
CHARTER = Charter(
    "Carta de serveis del telèfon",
    (
        Commitment(
            "c1", "Qui espera és atès en menys de mig minut, de mitjana", "mean_wait", 0.75, limit=25, only_open_days=True,
            remedy="L'alcaldia n'explica les causes al ple següent i hi proposa mesures.",
        ),
        Commitment("c2", "Dues de cada tres trucades parlen amb una persona", "answered_calls", 0.66, window="quarter"),
    ),
    is_public=True,
)  # fmt: skip
Say = Callable[[str], None]
_GENUINE = (
    (SourceFormat.QUEUE_LOG, "queue_log"),
    (SourceFormat.CEL, "cel.csv"),
    (SourceFormat.CDR, "cdr-custom.csv"),
)


def open_towns(say: Say) -> None:
    """Opens the demonstration municipalities that are not open yet. Owner mode."""
    for town in TOWNS:
        if Municipality.objects.filter(slug=town.slug).exists():
            continue
        opened = open_municipality(
            ine_code=town.ine_code, slug=town.slug, by=BY, reason=WHY, colour=town.colour, is_demonstration=True
        )
        say(f"{town.name} is open ({opened.seconds:.2f} s).")


def fill_towns(today: date, say: Say) -> None:
    """People, departments and a year of calls for every demonstration municipality. Login mode; goes on where it stopped."""
    with inside(CONSOLE):
        _people("")
    for town in TOWNS:
        municipality = Municipality.objects.get(slug=town.slug)
        with inside(municipality):
            _people(town.slug)
            _departments(municipality)
            _hours()
            _calls(town, today, say)
            _names()
            _charter(today)
            publish_what_is_over(municipality)
        plain_connection.close()


def _people(slug: str) -> None:
    for person in SIGN_INS:
        if person.slug == slug and not User.objects.filter(email=person.email).exists():
            create_person(
                email=person.email,
                name=person.name,
                role=Role(person.role),
                password=person.password,
                by=BY,
                reason=WHY,
            )


def _departments(municipality: Municipality) -> None:
    if not Department.objects.exists():
        start_departments(population=municipality.population, language=municipality.language, by=BY)
    known = set(Extension.objects.values_list("number", flat=True))
    for number, name, person in EXTENSIONS:
        if number not in known:
            keep_extension(number=number, department=_department(name), person=person, by=BY, reason=WHY)
    planning = Department.objects.get(name="Urbanisme")
    if not planning.contacts.exists():
        contacts = list(User.objects.filter(role=Role.DEPARTMENT_CONTACT.value))
        choose_contacts(department=planning, people=contacts, by=BY, reason=WHY)


def _hours() -> None:
    if current_edition() is None:
        keep_timetable(department=None, timetable=HOURS, subject="Horari general", seen=0, by=BY, reason=WHY)


def _charter(today: date) -> None:
    if not editions():
        starts_on = month_after(today.replace(day=1, year=today.year - 1))
        keep_charter(charter=CHARTER, starts_on=starts_on, seen=0, today=today, by=BY, reason=WHY)


def _names() -> None:
    for queue in Queue.objects.filter(name__in=dict(QUEUES), label=""):
        keep_queue(queue=queue, label=dict(QUEUES)[queue.name], is_active=True, by=BY, reason=WHY)
    for agent in Agent.objects.filter(name__in=dict(AGENTS), label=""):
        keep_agent(agent=agent, label=dict(AGENTS)[agent.name], is_active=True, by=BY, reason=WHY)


def _department(name: str) -> Department:
    return Department.objects.filter(name=name).first() or keep_department(
        department=None, name=name, description="", email="", is_active=True, by=BY, reason=WHY
    )


def _calls(town: Town, today: date, say: Say) -> None:
    folder = Path(settings.SCT_HOME) / "demonstration" / town.slug
    wanted = [(SourceFormat.QUEUE_LOG, "queue_log"), (SourceFormat.CDR, "cdr-custom.csv")]
    missing = [(source, name) for source, name in wanted if not _is_in("Centralita", name)]
    if missing:
        say(f"{town.name}: making a year of calls (about {town.calls:,}) ...")
        _write(town, today, folder)
        for source, name in missing:
            _import(folder / name, source, "Centralita", say)
    if town.has_genuine_records:
        folder.mkdir(parents=True, exist_ok=True)
        for source, name in _GENUINE:
            if not _is_in("Registres genuïns", f"genuine-{name}"):
                path = folder / f"genuine-{name}"
                with gzip.open(RECORDS / f"{name}.gz") as packed, path.open("wb") as file:
                    shutil.copyfileobj(packed, file)
                _import(path, source, "Registres genuïns", say)
    shutil.rmtree(folder, ignore_errors=True)


def _is_in(pbx: str, name: str) -> bool:
    return Import.objects.filter(pbx__name=pbx, file_name=name, state=Import.State.DONE).exists()


def _write(town: Town, today: date, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "queue_log").open("w") as queue_log, (folder / "cdr-custom.csv").open("w") as details:
        for queue_lines, detail_lines in year_of_calls(town, today):
            queue_log.writelines(f"{line}\n" for line in queue_lines)
            details.writelines(f"{line}\n" for line in detail_lines)


def _import(path: Path, source: SourceFormat, pbx_name: str, say: Say) -> None:
    unfinished = Import.objects.filter(
        pbx__name=pbx_name, file_name=path.name, state__in=[Import.State.WAITING, Import.State.RUNNING]
    ).first()
    batch = unfinished or request_import(
        pbx=pbx_named(name=pbx_name, by=BY), source=source, file_name=path.name, path=path,
        timezone_name="Europe/Madrid", mapping=None, by=BY, reason=WHY,
    )  # fmt: skip
    done = take_in(batch=batch)
    say(f"  {path.name}: {done.rows:,} rows, {done.calls_created:,} new calls.")
