"""Carriers and ways of forwarding, as people call them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from callhub.lines.rules import Carrier, When

CARRIERS: dict[Carrier, str | Promise] = {
    Carrier.MOVISTAR: "Movistar",
    Carrier.VODAFONE: "Vodafone",
    Carrier.ORANGE: "Orange",
    Carrier.MASMOVIL: "MásMóvil, Yoigo, Pepephone",
    Carrier.DIGI: "Digi",
    Carrier.OTHER: _("Another one"),
}
WHEN: dict[When, Promise] = {
    When.ALWAYS: _("Always: every call"),
    When.BUSY: _("When the line is busy"),
    When.NO_ANSWER: _("When nobody answers"),
    When.UNREACHABLE: _("When it is switched off or out of reach"),
}
