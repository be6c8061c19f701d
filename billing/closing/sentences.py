"""Every sentence that keeps a month from being invoiced, listed for translation (see shell.sentences)."""

from django.utils.translation import gettext_noop

SENTENCES = (
    gettext_noop("“%(text)s” is not a month: write it like 2026-10."),
    gettext_noop("The agreed prices are of another plan or population than the contract that they stand in."),
    gettext_noop("The agreed prices are not those of the plan for %(inhabitants)s inhabitants on %(day)s."),
    gettext_noop(
        "The contract is for %(agreed)s inhabitants, but the municipality has %(inhabitants)s, which is another price."
    ),
    gettext_noop("The contract has a discount that nobody of finance has confirmed."),
    gettext_noop("The agreed prices of the contract cannot be read."),
    gettext_noop("The invoice would come to %(sum)s cents and the quote to %(quote)s: nothing is issued."),
    gettext_noop("The contracts of this month are paid in different ways: make this invoice by hand."),
    gettext_noop("It closes when all its figures are computed."),
    gettext_noop("The month is not over."),
    gettext_noop("The year has not begun."),
    gettext_noop("There is no contract."),
    gettext_noop("There is nothing to pay."),
    gettext_noop("Something unexpected went wrong; the log has the details."),
)
