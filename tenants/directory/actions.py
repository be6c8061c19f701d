"""Giving a municipality the number to which it forwards its lines. Adtende's console only."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kit.telephones import is_public, recognised
from tenants.audit.actions import record
from tenants.audit.rules import Actor
from tenants.directory.models import Municipality, ReceptionNumber


class UnableToAssignNumber(Exception):
    """Nothing was changed; one sentence says why."""


def assign_reception_number(*, town: Municipality, number: str, by: Actor, reason: str) -> ReceptionNumber:
    """Gives ``town`` a number, in place of the one it had. Raises UnableToAssignNumber for none, or another town's."""
    known = recognised(number)
    if not is_public(known):
        raise UnableToAssignNumber(_("“%(text)s” is not a telephone number.") % {"text": number})
    try:
        with transaction.atomic():
            ReceptionNumber.objects.filter(schema_name=town.schema_name).delete()
            given = ReceptionNumber.objects.create(number=known, schema_name=town.schema_name)
            details = {"number": known}
            record(by=by, verb="assign_reception_number", subject=town.name, reason=reason, details=details)
    except IntegrityError as error:
        raise UnableToAssignNumber(_("This number is given to another municipality already.")) from error
    return given


def release_reception_number(*, town: Municipality, by: Actor, reason: str) -> None:
    """Takes the number of ``town`` away, when it has one."""
    with transaction.atomic():
        if ReceptionNumber.objects.filter(schema_name=town.schema_name).delete()[0]:
            record(by=by, verb="release_reception_number", subject=town.name, reason=reason)
