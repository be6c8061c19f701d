"""Numbers as people write them, and the cards that carry them: `{% load figures %}`."""

from typing import Any

from django import template

from shell import numbers

register = template.Library()

register.filter("whole", numbers.whole)
register.filter("decimal", numbers.decimal)
register.filter("percent", numbers.percent)
register.filter("duration", numbers.duration)
register.filter("clock", numbers.clock)
register.filter("hours", numbers.hours)
register.filter("calls", numbers.calls)


@register.simple_tag
def share(numerator: int | None, denominator: int | None, public: bool = False) -> str:
    """`{% share 10 12 %}`: percentage, "10 of 12" under 30 cases, "little data" with `public=True`."""
    return numbers.share(numerator, denominator, is_public=public)


@register.simple_tag
def fraction(numerator: int, denominator: int) -> str:
    """`{% fraction 3888 4139 %}`: 3.888 de 4.139."""
    return numbers.fraction(numerator, denominator)


@register.simple_tag
def few() -> str:
    """`{% few %}`: what stands where a count is too small to be told."""
    return numbers.few()


@register.simple_tag
def interval(low: float | None, high: float | None) -> str:
    """`{% interval 0.552 0.953 %}`: entre 55,2 % y 95,3 %."""
    return numbers.interval(low, high)


@register.inclusion_tag("shell/figure_card.html")
def figure_card(
    name: str,
    value: str = "",
    *,
    unit: str = "",
    of: str = "",
    period: str = "",
    state: str = "",
    target: str = "",
    definition_url: str = "",
    definition: str = "",
    rows_url: str = "",
    is_exception: bool = False,
    reason: str = "",
) -> dict[str, Any]:
    """One figure that does not travel alone. Texts are ready to show.

    ``value`` empty shows a dash and ``reason``; ``state`` is a badge class (ok, warn, bad) and ``target`` its words;
    ``of`` is the denominator in words; ``rows_url`` opens the rows, ``definition_url`` the definition.
    Goes inside ``<dl class="figures">``.
    """
    return {
        "name": name, "value": value or numbers.MISSING, "unit": unit if value else "", "of": of if value else reason or of,
        "period": period, "state": state, "target": target, "definition_url": definition_url,
        "definition": definition, "rows_url": rows_url if value else "", "is_exception": is_exception,
    }  # fmt: skip


@register.inclusion_tag("shell/figure_card.html")
def share_card(
    name: str,
    numerator: int | None,
    denominator: int | None,
    *,
    of: str = "",
    low: float | None = None,
    high: float | None = None,
    public: bool = False,
    reason: str = "",
    **card: Any,
) -> dict[str, Any]:
    """A figure that is a share: a percentage, or "10 of 12" with its interval when there are few cases."""
    if numerator is None or not denominator:
        return figure_card(name, reason=reason, **card)
    if denominator >= numbers.FEW_CASES:
        value, unit = numbers.percent_number(numerator / denominator), numbers.percent_sign()
        return figure_card(name, value, unit=unit, of=of or numbers.fraction(numerator, denominator), **card)
    if public:
        return figure_card(name, numbers.MISSING, of=numbers.few_data(), **card)
    known = numbers.few_cases_note(low, high)
    value, unit = numbers.whole(numerator), numbers.out_of(denominator)
    return figure_card(name, value, unit=unit, of=f"{of} {known}".strip(), **card)


@register.inclusion_tag("shell/progress.html")
def progress(done: int, total: int, label: str, remaining: str = "") -> dict[str, Any]:
    """A bar that always counts: `{% progress 11240 18017 label %}`; ``label`` says what is counted."""
    return {
        "done": done,
        "total": total,
        "label": label,
        "remaining": remaining,
        "rate": done / total if total else None,
    }


@register.inclusion_tag("shell/badge.html")
def badge(state: str, words: str) -> dict[str, str]:
    """`{% badge "ok" words %}`: ok, warn, bad, info, none, half or live, always with its word."""
    return {"state": state, "words": words}
