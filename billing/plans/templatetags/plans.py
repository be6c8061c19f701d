"""Plans in words: `{% load plans %}`."""

from typing import Any

from django import template

from billing.plans import words

register = template.Library()

register.filter("band", words.band)
register.filter("annual_off", words.annual_off)
register.filter("included", words.included)
register.filter("beyond", words.beyond)
register.filter("line_in_words", words.line)
register.filter("tax_in_words", words.rate)
register.filter("rate_in_words", words.percent)
register.filter("last_day", words.last_day)


@register.filter
def plan_name(code: str) -> str:
    """The name of a plan."""
    return str(words.PLANS.get(code, code))


@register.filter
def plan_saying(code: str) -> str:
    """A plan in one sentence."""
    return str(words.SAYINGS.get(code, ""))


@register.filter
def term_in_words(code: str) -> str:
    """How often a contract is paid."""
    return str(words.TERMS.get(code, code))


@register.filter
def way_in_words(code: str) -> str:
    """How a contract is paid."""
    return str(words.WAYS.get(code, code))


@register.simple_tag
def contract_state(code: str) -> dict[str, Any]:
    """`{% contract_state contract.state as state %}`: the badge's class and its word."""
    shape, word = words.STATES[code]
    return {"shape": shape, "word": word}
