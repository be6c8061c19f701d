"""Every sentence that the rules and actions of plans can say, listed for translation (see shell.sentences)."""

from django.utils.translation import gettext_noop

SENTENCES = (
    gettext_noop("There is no plan “%(plan)s”."),
    gettext_noop("The plan “%(plan)s” has no price on %(day)s."),
    gettext_noop("%(place)s has a tax of its own, IPSI, of which no rate is kept."),
    gettext_noop("“%(text)s” is not a tax number: it has nine characters, such as P0803300C for a town hall."),
    gettext_noop("“%(text)s” is not a tax number: its control, the last character, would have to be %(control)s."),
    gettext_noop(
        "“%(text)s” is not a tax number: its control, the last character, does not belong to the ones before it."
    ),
    gettext_noop(
        "“%(text)s” is not a DIR3 code: it has nine characters, a letter first and seven figures last, such as L01080333."
    ),
    gettext_noop("“%(text)s” is not a DIR3 code: its control, the last figure, would have to be %(control)s."),
    gettext_noop("“%(text)s” is not a DIR3 code: no town hall has the figures %(figures)s."),
    gettext_noop("There is a contract in force: change its plan, or leave it first."),
    gettext_noop("A contract begins today or later, and after the one that was left."),
    gettext_noop("A contract is paid monthly or yearly, by card, direct debit or electronic invoice."),
    gettext_noop("A discount is from 0 to 100 percent."),
    gettext_noop("An electronic invoice needs the three DIR3 codes of FACe: OC, OG and UT."),
    gettext_noop("This proposal was withdrawn: choose a plan again."),
    gettext_noop("The contract is of this plan already."),
    gettext_noop("This contract was left or changed already."),
    gettext_noop("This plan has no such block of calls."),
    gettext_noop("A block is ordered for this month or one of the five after it."),
    gettext_noop("No contract in force holds in that month."),
    gettext_noop("This proposal cannot be read: choose a plan again."),
    gettext_noop("What was asked cannot be read: nothing was agreed or changed."),
    gettext_noop("Somebody else proposed a contract at the same moment: look at that proposal first."),
    gettext_noop("Something unexpected went wrong: nothing was agreed or changed. We were told; ask again later."),
    gettext_noop("This order was sent before for another block or month: look at your blocks before you order again."),
)
