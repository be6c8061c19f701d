"""Every sentence that the actions of agreements can say, listed for translation (see shell.sentences)."""

from django.utils.translation import gettext_noop

SENTENCES = (
    gettext_noop("The data of the processor are missing: Adtende has to fill them in first."),
    gettext_noop("The text changed while you were reading it: read it again."),
    gettext_noop("This version was accepted already."),
)
