"""Every sentence that rules, signing and delivery can say, listed for translation (see shell.sentences)."""

from django.utils.translation import gettext_noop

SENTENCES = (
    gettext_noop("The account “%(iban)s” is no IBAN: its control digits are wrong."),
    gettext_noop("“%(office)s” is no office of DIR3: all three are needed, nine letters and digits each."),
    gettext_noop("The invoice has no lines."),
    gettext_noop("“%(code)s” is no tax of an invoice: it is IVA or IGIC."),
    gettext_noop("The period ends on %(ends)s, before it begins on %(begins)s."),
    gettext_noop("The invoice is due on %(due)s, before it is issued on %(issued)s."),
    gettext_noop("The invoice is dated %(date)s, which is still to come."),
    gettext_noop("The reference “%(reference)s” has %(length)s characters, and an e-invoice takes %(most)s."),
    gettext_noop("The %(who)s has no name."),
    gettext_noop("The tax number “%(number)s” of the %(who)s is none: its control character is wrong."),
    gettext_noop("The address of the %(who)s is not whole: street, town and province are needed."),
    gettext_noop("The postal code “%(code)s” of the %(who)s does not have five digits."),
    gettext_noop("seller"),
    gettext_noop("buyer"),
    gettext_noop("Only a rectifying invoice may take money back."),
    gettext_noop("“%(code)s” is no reason to rectify: Facturae knows 01 to 16 and 80 to 85."),
    gettext_noop("A rectifying invoice cannot be older than the one it corrects."),
    gettext_noop("The invoice is not Facturae 3.2.2: line %(line)s, %(message)s"),
    gettext_noop("The certificate or the key to sign invoices with cannot be read: %(error)s."),
    gettext_noop("The PKCS#12 file to sign invoices with cannot be opened: %(error)s."),
    gettext_noop("Invoices are signed with an RSA key and its certificate, and the files hold no such pair."),
    gettext_noop("The certificate to sign invoices with belongs to another key."),
    gettext_noop("The certificate to sign invoices with expired on %(date)s: put the renewed one in its place."),
    gettext_noop("The certificate to sign invoices with is not valid before %(date)s."),
    gettext_noop("A file to sign invoices with cannot be read: %(error)s."),
    gettext_noop(
        "There is no certificate to sign invoices with: set SCT_INVOICE_CERTIFICATE_FILE and "
        "SCT_INVOICE_KEY_FILE, or SCT_INVOICE_PKCS12_FILE."
    ),
    gettext_noop("The invoice could not be put into the folder for FACe: %(error)s."),
)
