"""The verbs of acts, and the reasons that the program itself writes, as people read them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERBS: dict[str, Promise] = {
    "open_municipality": _("opened the municipality"),
    "request_opening": _("asked for the opening of"),
    "begin_closing": _("began to close"),
    "close_municipality": _("closed the municipality"),
    "create_person": _("created the sign-in of"),
    "invite_person": _("invited"),
    "withdraw_invitation": _("withdrew the invitation of"),
    "change_person": _("changed role or access of"),
    "sign_in": _("signed in"),
    "change_password": _("changed the password of"),
    "reset_password": _("chose a new password after forgetting it:"),
    "switch_on_second_factor": _("switched on the second factor of"),
    "switch_off_second_factor": _("switched off the second factor of"),
    "make_recovery_codes": _("made new recovery codes for"),
    "end_sessions": _("ended the other sessions of"),
    "add_switchboard": _("added the switchboard"),
    "set_switchboard": _("changed the settings of the switchboard"),
    "request_import": _("imported the file"),
    "undo_import": _("undid the import of"),
    "discard_upload": _("discarded, before it was imported, the file"),
    "add_department": _("added the department"),
    "change_department": _("changed the department"),
    "import_departments": _("imported departments from"),
    "start_departments": _("took the starter set of departments"),
    "change_extension": _("changed the extension"),
    "choose_contacts": _("chose the contacts of the department"),
    "choose_mapping": _("told the columns of"),
    "add_queue": _("added the queue"),
    "change_queue": _("changed the queue"),
    "add_agent": _("added the agent"),
    "change_agent": _("changed the agent"),
    "add_line": _("added the line"),
    "confirm_line": _("confirmed the line"),
    "change_line": _("changed the line"),
    "keep_mapping": _("kept the mapping"),
    "publish_counts": _("published the figures of"),
    "issue_invoice": _("issued the invoice"),
    "rectify_invoice": _("issued the rectifying invoice"),
    "deliver_invoice": _("handed over for FACe the invoice"),
    "note_registry": _("noted what the registry says of the invoice"),
    "mark_invoice_paid": _("noted the payment of the invoice"),
}


# What a page writes as reason when nobody is asked for one; whatever people write is shown as they wrote it.
REASONS: dict[str, Promise] = {
    "on the page to sign in": _("on the page to sign in"),
    "on the page of their own sign-in": _("on the page of their own sign-in"),
    "with the link sent to their e-mail address": _("with the link sent to their e-mail address"),
    "invited on the page of people": _("invited on the page of people"),
    "withdrawn on the page of people": _("withdrawn on the page of people"),
    "accepted the invitation": _("accepted the invitation"),
    "starter set by population": _("starter set by population"),
    "kept on the page of the department": _("kept on the page of the department"),
    "taken from its department": _("taken from its department"),
    "imported from a spreadsheet": _("imported from a spreadsheet"),
    "kept on the page of queues, agents and lines": _("kept on the page of queues, agents and lines"),
    "kept on the page of a table's columns": _("kept on the page of a table's columns"),
    "told on the page of a table's columns": _("told on the page of a table's columns"),
    "uploaded on the page of imports": _("uploaded on the page of imports"),
    "first records of this switchboard": _("first records of this switchboard"),
    "figures were computed": _("figures were computed"),
    "demonstration data": _("demonstration data"),
    "command line": _("command line"),
    "given on the command line": _("given on the command line"),
    "on the page of the invoice": _("on the page of the invoice"),
    "requested by an administrator of Adtende": _("requested by an administrator of Adtende"),
}


def verb_in_words(verb: str) -> str:
    """What the act was, in the reader's language."""
    return str(VERBS.get(verb, verb.replace("_", " ")))


def reason_in_words(reason: str) -> str:
    """Why it was done, in the reader's language when the program wrote it."""
    return str(REASONS.get(reason, reason))
