"""What a municipality's people are told about its account: on every page, and by e-mail before a trial ends."""

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shell.days import long_day
from shell.menus import TownNotice
from tenants.directory.models import Municipality
from tenants.directory.queries import host_of, today_of
from tenants.isolation.context import inside
from tenants.people.models import User
from tenants.people.rules import Role

TOLD_DAYS = 7  # before the end of a trial the page begins to say so


def notice_of(municipality: Any) -> TownNotice | None:
    """The banner of a municipality; None when there is nothing to say."""
    states = Municipality.State
    if municipality.state == states.SUSPENDED:
        return TownNotice(
            "bad",
            _("The account is suspended: everything can be read, nothing changed"),
            _("Calls are still recorded, and everything can be exported. Choose how to pay, or call us: %(phone)s.")
            % {"phone": settings.SUPPORT_PHONE},
        )
    if municipality.state == states.PAST_DUE:
        return TownNotice(
            "warn",
            _("A payment is missing"),
            _("Nothing changes for now. If it is on its way, do nothing; otherwise call us: %(phone)s.")
            % {"phone": settings.SUPPORT_PHONE},
        )
    if municipality.state != states.TRIAL or municipality.trial_ends_on is None:
        return None
    days = (municipality.trial_ends_on - today_of(municipality)).days
    if days > TOLD_DAYS:
        return None
    last = long_day(municipality.trial_ends_on)
    title = (
        ngettext("The trial ends in %(days)s day", "The trial ends in %(days)s days", days) % {"days": days}
        if days > 0
        else _("The trial ends today")
    )
    text = _("Its last day is %(day)s. Afterwards everything can be read and exported, and calls are still recorded.")
    return TownNotice("warn", title, text % {"day": last})


def warn_of_end(municipality: Municipality, days: int) -> None:
    """Writes to the administrators of a municipality that its trial ends in ``days`` days. Owner mode."""
    with inside(municipality):
        people = list(User.objects.filter(role=Role.ADMINISTRATOR.value, is_active=True))
    for person in people:
        with translation.override(person.language or municipality.language):
            told = {
                "person": person.name,
                "municipality": municipality,
                "host": host_of(municipality.slug),
                "days": days,
                "last": long_day(municipality.trial_ends_on or today_of(municipality)),
                "support_phone": settings.SUPPORT_PHONE,
            }
            body = render_to_string("opening/trial_ends.txt", told)
            send_mail(_("The trial of %(name)s ends soon") % {"name": municipality.name}, body, None, [person.email])
