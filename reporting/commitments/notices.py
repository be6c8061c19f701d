"""What the dashboard is told of commitments: those that this window is about to miss."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from reporting.commitments.queries import board
from reporting.commitments.rules import LOST, Verdict
from reporting.commitments.words import name_of_window, standing
from reporting.dashboard.sentences import Notice
from tenants.directory.queries import today_of


def notices_of(request: HttpRequest) -> list[Notice]:
    """A notice for each commitment about to be missed, or out of reach, in the window that goes on."""
    town = request.municipality  # type: ignore[attr-defined]
    found = board(town, today_of(town), only_running=True)
    told = [one.running for one in found.standings if one.running] if found else []
    return [_notice(one) for one in told if one.is_about_to_miss]


def _notice(one: Verdict) -> Notice:
    words = {"text": one.commitment.text, "window": name_of_window(one.commitment.window, one.window)}
    url = reverse("commitments:one", args=[one.commitment.code])
    if one.outlook == LOST:
        sentence = _("“%(text)s” cannot be kept any more in %(window)s.") % words
        return Notice("bad", _("Urgent"), sentence, standing(one), url, _("See the days"))
    sentence = _("“%(text)s” is about to be missed in %(window)s.") % words
    return Notice("warn", _("Attention"), sentence, standing(one), url, _("See the days"))
