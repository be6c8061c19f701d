"""Every sentence that closing a month can say, listed for translation (see shell.sentences)."""

from django.utils.translation import gettext_noop

SENTENCES = (
    gettext_noop("The month %(month)s is not over: it can be closed from %(day)s."),
    gettext_noop("Figures of %(month)s or of days before it wait to be computed: it closes when they are."),
    gettext_noop("Sample calls are among the calls: %(month)s closes when they have been taken away."),
    gettext_noop("A day of the closed month is outside of it or below zero."),
    gettext_noop("A correction in the closed month is of no closed day or leaves it below zero."),
    gettext_noop("The days of the closed month do not add up to its calls."),
)
