"""How numbers are written for people, in the language being spoken. Text comes out, plain values go in.

Missing values are an en dash, never 0. Numbers and their units are joined by a no-break space.
"""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import get_language, gettext, ngettext

MISSING = "–"
NBSP = "\u00a0"
FEW_CASES = 30  # under this, a percentage says more than is known
SUPPRESSED_BELOW = 5

Number = int | float | Decimal


def decimal(value: Number | None, places: int = 1) -> str:
    """``4139.25`` gives ``4.139,3`` in Spanish and Catalan, ``4,139.3`` in English."""
    if value is None:
        return MISSING
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    sign = "−" if exact < 0 else ""
    whole, _, fraction = f"{abs(exact):f}".partition(".")
    thousands, point = (",", ".") if _is_english() else (".", ",")
    return sign + f"{int(whole):,}".replace(",", thousands) + (point + fraction if fraction else "")


def whole(value: Number | None) -> str:
    """``4139`` gives ``4.139``; a fraction is rounded to the nearest unit."""
    return decimal(value, 0)


def percent(rate: Number | None, places: int = 1) -> str:
    """A share from 0 to 1 as ``93,9 %``. Never rounds up to 100 nor down to 0 what is not exactly that."""
    return MISSING if rate is None else percent_number(rate, places) + percent_sign()


def percent_number(rate: Number, places: int = 1) -> str:
    """The figure of a percentage without its sign, for a card that sets the sign apart."""
    value = Decimal(str(rate)) * 100
    step = Decimal(1).scaleb(-places)
    if 0 < value < step:
        value = step
    elif 100 - step < value < 100:
        value = 100 - step
    return decimal(value, places)


def percent_sign() -> str:
    """`` %`` with its no-break space, or ``%`` alone in English."""
    return "%" if _is_english() else NBSP + "%"


def duration(seconds: Number | None) -> str:
    """``118`` gives ``1 min 58 s``, ``8640`` gives ``2 h 24 min``, ``5.4`` gives ``5,4 s`` (under 10 s, one decimal)."""
    if seconds is None:
        return MISSING
    if seconds < 0:
        return "−" + duration(-seconds)
    if seconds < 10 and seconds != int(seconds):
        return decimal(seconds, 1) + NBSP + "s"
    total = int(Decimal(str(seconds)).to_integral_value(rounding=ROUND_HALF_UP))
    minutes, rest = divmod(total, 60)
    hours, minutes_left = divmod(minutes, 60)
    if hours:
        parts = [f"{whole(hours)}{NBSP}h"] + ([f"{minutes_left}{NBSP}min"] if minutes_left else [])
    elif minutes:
        parts = [f"{minutes}{NBSP}min"] + ([f"{rest}{NBSP}s"] if rest else [])
    else:
        parts = [f"{rest}{NBSP}s"]
    return NBSP.join(parts)


def clock(seconds: Number | None) -> str:
    """``328`` gives ``5:28``, ``3728`` gives ``1:02:08``."""
    if seconds is None:
        return MISSING
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def hours(seconds: Number | None) -> str:
    """``184680`` gives ``51,3 h``: for loads, where minutes would be noise."""
    return MISSING if seconds is None else decimal(Decimal(str(seconds)) / 3600, 1) + NBSP + "h"


def share(numerator: int | None, denominator: int | None, *, is_public: bool = False) -> str:
    """A percentage when there are cases enough, else ``10 de 12``; in public ``pocos datos``, and ``<5`` stays hidden."""
    if numerator is None or not denominator:
        return MISSING
    if denominator >= FEW_CASES:
        return percent(Decimal(numerator) / Decimal(denominator))
    return few_data() if is_public else fraction(numerator, denominator)


def fraction(numerator: int, denominator: int) -> str:
    """``3.888 de 4.139``."""
    return gettext("%(part)s of %(total)s") % {"part": whole(numerator), "total": whole(denominator)}


def few_data() -> str:
    """What stands where a percentage of too few cases would be."""
    return gettext("little data")


def few() -> str:
    """What stands where a count is small enough to point at somebody: ``<5``, never 0."""
    return f"<{SUPPRESSED_BELOW}"


def interval(low: Number | None, high: Number | None) -> str:
    """A Wilson interval of shares in words: ``entre 55,2 % y 95,3 %``."""
    if low is None or high is None:
        return MISSING
    return gettext("between %(low)s and %(high)s") % {"low": percent(low), "high": percent(high)}


def calls(count: int) -> str:
    """``1 llamada``, ``327 llamadas``."""
    return ngettext("%(count)s call", "%(count)s calls", count) % {"count": whole(count)}


def out_of(denominator: int) -> str:
    """``de 12``: the unit of a value shown as a part of few cases."""
    return NBSP + gettext("of %(total)s") % {"total": whole(denominator)}


def few_cases_note(low: Number | None = None, high: Number | None = None) -> str:
    """Why there is no percentage, with what is known when the interval is given."""
    if low is None or high is None:
        return gettext("Little data: no percentage.")
    return gettext("Little data: no percentage. The value is %(interval)s.") % {"interval": interval(low, high)}


def _is_english() -> bool:
    # Not Django's formats: its Spanish groups with a space, and town halls write 4.139.
    return (get_language() or "").startswith("en")
