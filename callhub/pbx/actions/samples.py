"""The end of sample calls: their imports are undone."""

from django.db import transaction

from callhub.pbx.actions.undoing import request_undo
from callhub.pbx.models import Import
from callhub.pbx.queries import END_OF_SAMPLES, is_end_of_samples_asked, latest_sample_pbx
from tenants.audit.actions import record
from tenants.audit.rules import Actor


def end_samples(*, by: Actor, reason: str) -> list[Import]:
    """Says that the sample calls are to be taken back; gives the imports to undo, none where there are no sample calls.

    What is still being made is taken back by whoever makes it.
    """
    with transaction.atomic():
        # Imports before their switchboard, as whoever works on one locks them: the other way round both would wait for ever.
        list(Import.objects.select_for_update(of=("self",)).filter(pbx__is_sample=True).order_by("pk"))
        pbx = latest_sample_pbx(is_locked=True)
        if pbx is None:
            return []
        if not is_end_of_samples_asked(pbx):
            record(by=by, verb=END_OF_SAMPLES, subject=pbx.name, reason=reason, details={"pbx": pbx.pk})
        found = Import.objects.filter(pbx=pbx, state__in=[Import.State.DONE, Import.State.UNDOING])
        return [request_undo(batch=one, by=by, reason=reason) for one in found]
