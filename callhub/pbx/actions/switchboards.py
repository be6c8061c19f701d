"""Keeping switchboards and their settings."""

from django.db import transaction

from callhub.pbx.actions.telling import announce_end, tell_all_again
from callhub.pbx.models import Pbx
from callhub.pbx.rules import PbxSettings
from tenants.audit.actions import record
from tenants.audit.rules import Actor

DEFAULT_NAME = "Centralita"


def pbx_named(*, name: str, by: Actor) -> Pbx:
    """The switchboard with this name, made when there is none."""
    with transaction.atomic():
        pbx, is_new = Pbx.objects.get_or_create(name=name or DEFAULT_NAME)
        if is_new:
            record(by=by, verb="add_switchboard", subject=pbx.name, reason="first records of this switchboard")
    return pbx


def set_pbx_settings(*, pbx: Pbx, chosen: PbxSettings, by: Actor, reason: str) -> None:
    """Keeps what people decided about a switchboard. Calls told with other settings wait for ``tell_with_settings``."""
    with transaction.atomic():
        locked = Pbx.objects.select_for_update().get(pk=pbx.pk)
        stored = {name: value for name, value in chosen.to_json().items() if value is not None}
        if stored == locked.chosen:
            return
        locked.chosen = stored
        locked.save(update_fields=["chosen"])
        record(by=by, verb="set_switchboard", subject=locked.name, reason=reason, details=stored)


def tell_with_settings(*, pbx_id: int) -> None:
    """Tells the calls of a switchboard again that were told with other settings than those in use. Safe to repeat."""
    tell_all_again(pbx_id=pbx_id, alive=lambda: None)
    announce_end()
