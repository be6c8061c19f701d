"""The sentences about addresses that rules and actions say, listed for translation (see shell.sentences)."""

from django.utils.translation import gettext_noop

SENTENCES = (
    gettext_noop("An address has %(least)s to %(most)s characters; “%(slug)s” has %(number)s."),
    gettext_noop(
        "“%(slug)s” cannot be an address: use small letters a to z without accents, digits and single hyphens, "
        "starting with a letter."
    ),
    gettext_noop("“%(slug)s” is reserved or looks like a reserved address: choose another one."),
    gettext_noop("Only a municipality on trial, or suspended after it, can be given more time."),
    gettext_noop("The new end of the trial is in the past."),
    gettext_noop("“%(slug)s” is already the address of a municipality, or was, or looks like one: choose another."),
)
