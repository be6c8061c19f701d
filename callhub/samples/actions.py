"""Sample calls for a municipality on trial: its own departments, and invented calls that came in like any others."""

import shutil
from itertools import count
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from callhub.departments.actions import keep_extension, start_departments
from callhub.departments.models import Department, Extension
from callhub.departments.rules import starter_set
from callhub.pbx.actions import end_samples, finish_undo, request_import, take_in
from callhub.pbx.actions.leftovers import SAMPLE_PERSON
from callhub.pbx.adapters import SourceFormat
from callhub.pbx.models import Import, Pbx
from callhub.pbx.queries import latest_sample_pbx
from callhub.samples.queries import CLOSING, are_closed, may_have_samples, samples_of_town, why_they_end
from tenants.audit.actions import record
from tenants.audit.rules import Actor, ActorKind
from tenants.directory.models import Municipality

WHY = "sample calls of the trial"
BY = Actor(ActorKind.JOB, "SCT", "samples")
HANDED_TO = ("301", "302", "303", "304", "305", "306")  # extensions to which the sample calls are handed
AT_THE_HEAD = ("201", "202", "203", "204", "221", "222")  # where they are answered first


class UnableToMakeSamples(Exception):
    """No sample calls are made; one sentence says why."""


def ask_for_samples(*, town: Municipality, by: Actor) -> Pbx:
    """Says that sample calls are to be made, and gives the town the departments and extensions they are handed to.

    Departments and extensions that are there stay as they are. Asking again while they are there changes nothing. Raises
    UnableToMakeSamples outside a trial, after a contract was accepted, and where there are records of its own.
    """
    if are_closed():
        raise UnableToMakeSamples(_("A contract was accepted: sample calls are for the time before it."))
    if not may_have_samples(town):
        raise UnableToMakeSamples(
            _("Sample calls are for a trial, until the first file of your own switchboard is imported.")
        )
    before = latest_sample_pbx()
    if before and samples_of_town().state != "ENDED":
        return before
    try:
        return _asked(town, by)
    except IntegrityError:  # somebody else asked at the same moment
        before = latest_sample_pbx()
        if before is None:
            raise
        return before


def close_samples(*, town: Municipality, by: Actor, reason: str) -> None:
    """Says that no sample calls are made any more for a municipality. Once it is said, it stays said.

    Where it is in service already there are none to be made, and nothing is written.
    """
    if town.is_in_service or are_closed():
        return
    with transaction.atomic():
        record(by=by, verb=CLOSING, subject=town.name, reason=reason)


def _asked(town: Municipality, by: Actor) -> Pbx:
    with transaction.atomic():
        names = set(Pbx.objects.values_list("name", flat=True))  # one of the town's own may be called so as well
        free = next(name for number in count(1) if (name := f"SCT {number}") not in names)
        pbx = Pbx.objects.create(name=free, is_sample=True)
        record(by=by, verb="ask_for_samples", subject=town.name, reason=WHY)
        if not Department.objects.exists():
            start_departments(population=town.population, language=town.language, by=by)
        if not Extension.objects.exists():
            _extensions(town, by)
    return pbx


def _extensions(town: Municipality, by: Actor) -> None:
    usual = starter_set(town.population, town.language)
    named = {one.name: one for one in Department.objects.filter(is_active=True)}
    found = [named[name] for name in usual if name in named] or list(named.values())
    if not found:
        return
    others = found[1:] or found
    wanted = [(number, found[0]) for number in AT_THE_HEAD]
    wanted += [(number, others[place % len(others)]) for place, number in enumerate(HANDED_TO)]
    for number, department in wanted:
        keep_extension(number=number, department=department, person=SAMPLE_PERSON, by=by, reason=WHY)


def make_samples(*, town: Municipality, pbx: Pbx) -> None:
    """Makes the files of the sample calls and takes them in, from wherever an earlier try stopped.

    When meanwhile somebody asked for their end, they end. Raises ClaimedElsewhere while another process takes one of them in.
    """
    folder = Path(settings.UPLOADS) / town.schema_name / f"samples-{pbx.pk}"
    own = folder / uuid4().hex  # whoever was taken for dead may still read the files that it wrote
    wanted = import_string(settings.SAMPLE_CALLS)(town, pbx.created_at.date(), own)
    for source, path in wanted:
        take_in(batch=_requested(town, pbx, source, path))
    shutil.rmtree(folder, ignore_errors=True)
    why = why_they_end(pbx) or ("" if town.state == Municipality.State.TRIAL else "the trial is over")
    if why:
        for batch in end_samples(by=BY, reason=why):
            finish_undo(batch=batch)


def _requested(town: Municipality, pbx: Pbx, source: SourceFormat, path: Path) -> Import:
    """The import of a file of the sample calls, the same however many ask for it at once."""
    with transaction.atomic():
        Pbx.objects.select_for_update().get(pk=pbx.pk)
        return Import.objects.filter(pbx=pbx, file_name=path.name).first() or request_import(
            pbx=pbx, source=source, file_name=path.name, path=path, timezone_name=town.time_zone, mapping=None, by=BY, reason=WHY,
        )  # fmt: skip
