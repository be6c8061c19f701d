"""Amounts as people write them: `{% load money %}`."""

from django import template

from billing.plans import words

register = template.Library()

register.filter("euros", words.euros)
register.filter("whole_euros", words.whole_euros)
