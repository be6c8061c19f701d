"""What the reader may open, so that a page offers no button that would be refused: `{% load may %}`."""

from django import template
from django.http import HttpRequest
from django.urls import resolve, reverse

from tenants.people.access import may_help, may_open, rule_of

register = template.Library()


@register.simple_tag(takes_context=True)
def may(context: template.Context, name: str, *args: object) -> bool:
    """`{% may "departments:change" department.pk as may_change %}`: whether the signed-in person may open that address."""
    request: HttpRequest = context["request"]
    match = resolve(reverse(name, args=args))
    rule = rule_of(match.func, match.url_name or "")
    return rule is not None and (may_open(rule, request.user) or may_help(request, rule, match.view_name))
