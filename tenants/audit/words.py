"""The verbs of acts, and the reasons that the program itself writes, as people read them."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tenants.audit.models import AuditEntry
from tenants.audit.rules import ActorKind

VERBS: dict[str, Promise] = {
    "open_municipality": _("opened the municipality"),
    "request_opening": _("asked for the opening of"),
    "change_state": _("changed the state of the municipality"),
    "lengthen_trial": _("gave more time of trial to"),
    "request_longer_trial": _("asked for more time of trial for"),
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
    "ask_for_samples": _("asked for sample calls for"),
    "end_samples": _("had the sample calls taken away:"),
    "close_samples": _("allowed no more sample calls for"),
    "add_department": _("added the department"),
    "change_department": _("changed the department"),
    "import_departments": _("imported departments from"),
    "start_departments": _("took the starter set of departments"),
    "change_extension": _("changed the extension"),
    "change_timetable": _("changed the opening hours:"),
    "drop_timetable": _("gave the general opening hours to"),
    "close_on": _("wrote down as closed the day"),
    "work_on": _("wrote down as open the day"),
    "undo_hours": _("took back the latest change of the hours, made by"),
    "ask_about_call": _("had a citizen asked about the call"),
    "ask_citizens": _("asked citizens about their calls, by text message:"),
    "remind_citizens": _("reminded citizens of the questions about their calls:"),
    "write_down_answer": _("wrote down what a citizen answered about the call"),
    "choose_asking": _("chose whom to ask after calls, edition"),
    "publish_text": _("published the text of a citizen"),
    "hold_text_back": _("did not publish the text of a citizen"),
    "reply_to_text": _("replied to the text of a citizen"),
    "choose_contacts": _("chose the contacts of the department"),
    "choose_mapping": _("told the columns of"),
    "add_queue": _("added the queue"),
    "change_queue": _("changed the queue"),
    "add_agent": _("added the agent"),
    "change_agent": _("changed the agent"),
    "add_line": _("added the line"),
    "confirm_line": _("confirmed the line"),
    "change_line": _("changed the line"),
    "assign_reception_number": _("gave a number to forward to"),
    "release_reception_number": _("took away the number to forward to of"),
    "see_test_call": _("made the test call, which arrived on"),
    "keep_mapping": _("kept the mapping"),
    "publish_counts": _("published the figures of"),
    "choose_report_recipients": _("chose who is sent the report of each month"),
    "keep_charter": _("kept a new edition of the charter"),
    "leave_out_day": _("left out of the commitments the day"),
    "send_report": _("sent the report of the month to"),
    "publish_month": _("published for good the month"),
    "correct_month": _("published with a correction the month"),
    "close_month": _("closed for the invoice the month"),
    "issue_month": _("issued the invoices of the month"),
    "propose_contract": _("proposed the contract"),
    "accept_contract": _("accepted the contract"),
    "withdraw_contract": _("withdrew the proposed contract"),
    "change_plan": _("changed the plan of the contract to"),
    "order_block": _("ordered a block of calls for the month"),
    "accept_agreement": _("accepted the data-processing agreement, version"),
    "leave_contract": _("left the contract"),
    "end_contract": _("ended the contract"),
    "link_customer": _("opened the payment account of"),
    "start_checkout": _("went to pay for"),
    "start_invoice_subscription": _("began to be invoiced:"),
    "open_portal": _("opened the page of payment methods of"),
    "settle": _("charged what was not charged in advance for"),
    "change_subscription": _("changed the subscription of"),
    "refund": _("gave money back to"),
    "sync_prices": _("brought the prices to"),
    "replay_event": _("had worked on again the payment event"),
    "contract_payment": _("noted as paid or not the contract of"),
    "end_subscription": _("ended the subscription of"),
    "payment_state": _("told that payment changed for"),
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
    "sample calls of the trial": _("sample calls of the trial"),
    "on the page of the sample calls": _("on the page of the sample calls"),
    "real records came in": _("real records came in"),
    "one of their two files was taken back": _("one of their two files was taken back"),
    "a contract was accepted": _("a contract was accepted"),
    "on the page of the test call": _("on the page of the test call"),
    "given on the console": _("given on the console"),
    "on the page of satisfaction": _("on the page of satisfaction"),
    "as chosen on the page of satisfaction": _("as chosen on the page of satisfaction"),
    "kept on the page of timetables": _("kept on the page of timetables"),
    "kept on the page of commitments": _("kept on the page of commitments"),
    "kept on the page of reports": _("kept on the page of reports"),
    "kept on the page of a table's columns": _("kept on the page of a table's columns"),
    "told on the page of a table's columns": _("told on the page of a table's columns"),
    "uploaded on the page of imports": _("uploaded on the page of imports"),
    "first records of this switchboard": _("first records of this switchboard"),
    "told by Stripe": _("told by Stripe"),
    "opened on the page of payment": _("opened on the page of payment"),
    "figures were computed": _("figures were computed"),
    "the month is over": _("the month is over"),
    "the month is closed": _("the month is closed"),
    "on the page of the month": _("on the page of the month"),
    "the contract in force": _("the contract in force"),
    "what was agreed and paid": _("what was agreed and paid"),
    "its contract was left or changed": _("its contract was left or changed"),
    "the plan was changed": _("the plan was changed"),
    "asked by the municipality": _("asked by the municipality"),
    "its last day is over": _("its last day is over"),
    "on the page of billing": _("on the page of billing"),
    "read and accepted on its page": _("read and accepted on its page"),
    "the trial is over": _("the trial is over"),
    "invited to a task of the start": _("invited to a task of the start"),
    "applied for on the public page": _("applied for on the public page"),
    "demonstration data": _("demonstration data"),
    "command line": _("command line"),
    "given on the command line": _("given on the command line"),
    "on the page of the invoice": _("on the page of the invoice"),
    "requested by an administrator of Adtende": _("requested by an administrator of Adtende"),
}


# What a job writes as the place it acts from; everybody else comes from an internet address or a machine.
JOBS: dict[str, Promise] = {
    "samples": _("SCT itself, when it makes or ends sample calls"),
    "ask_citizens": _("SCT itself, when it asks citizens about their calls"),
    "publish": _("SCT itself, when it computes figures"),
    "opening": _("SCT itself, when it opens a municipality"),
    "webhook": _("Stripe, when it tells of a payment"),
    "payments": _("SCT itself, when it follows a payment"),
    "settle_months": _("SCT itself, when it charges a month that is closed"),
    "follow_contracts": _("SCT itself, when a contract was left or changed"),
    "close_months": _("SCT itself, when a month is over"),
    "send_reports": _("SCT itself, when it sends the report of a month"),
    "answer_wishes": _("SCT itself, when a municipality asks for a contract"),
    "end_contracts": _("SCT itself, when a contract is over"),
}

_ON_MANY = frozenset({"start_departments", "choose_report_recipients"})  # acts of which only the number is kept


def verb_in_words(verb: str) -> str:
    """What the act was, in the reader's language."""
    return str(VERBS.get(verb, verb.replace("_", " ")))


def reason_in_words(reason: str) -> str:
    """Why it was done, in the reader's language when the program wrote it."""
    return str(REASONS.get(reason, reason))


def subject_in_words(entry: AuditEntry) -> str:
    """Whom or what the act was done to; of acts on many things at once only their number is kept."""
    if entry.verb in _ON_MANY and entry.subject.isdecimal():
        return gettext("(%(number)s in all)") % {"number": entry.subject}
    return entry.subject


def origin_in_words(entry: AuditEntry) -> str:
    """Where the act came from: a job by what it does, a command by where it was typed, else the address."""
    if entry.actor_kind == ActorKind.JOB.value:
        return str(JOBS.get(entry.origin, entry.origin.replace("_", " ")))
    if entry.actor_kind == ActorKind.COMMAND.value:
        return gettext("Command line: %(where)s") % {"where": entry.origin}
    return entry.origin
