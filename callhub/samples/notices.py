"""What everybody of a municipality is told on every page while its calls are invented."""

from typing import Any

from django.utils.translation import gettext as _

from callhub.pbx.queries import samples_there
from shell.menus import TownNotice


def notice_of(municipality: Any) -> TownNotice | None:
    """The mark of sample calls; None where there are none, and where there never were: they are of a trial."""
    if municipality.trial_ends_on is None or not samples_there():
        return None
    return TownNotice(
        "warn",
        _("Sample calls"),
        _(
            "The calls and figures here are invented examples. They end when you import records of your own, or take them away."
        ),
    )
