"""What is wrong with the rows of a spreadsheet, and what they change, as people read it."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from callhub.departments.rules import Change, Planned, Problem, Refusal, figures_in
from callhub.departments.spreadsheets import HEADER

_SENTENCES: dict[Problem, Promise] = {
    Problem.DEPARTMENT_MISSING: gettext_lazy("Row %(row)s: the name of the department is missing."),
    Problem.DEPARTMENT_LONG: gettext_lazy("Row %(row)s: the name of the department has more than 100 letters."),
    Problem.EXTENSION_MISSING: gettext_lazy("Row %(row)s: the extension is missing, so nobody can answer at it."),
    Problem.EXTENSION_FIGURES: gettext_lazy("Row %(row)s: the extension “%(text)s” must have 2 to 10 figures."),
    Problem.EXTENSION_REPEATED: gettext_lazy("Row %(row)s: the extension %(text)s is in row %(other)s already."),
    Problem.PERSON_LONG: gettext_lazy("Row %(row)s: who answers has more than 100 letters."),
    Problem.TELEPHONE_UNKNOWN: gettext_lazy("Row %(row)s: “%(text)s” is not a telephone number."),
    Problem.EMAIL_UNKNOWN: gettext_lazy("Row %(row)s: “%(text)s” is not an e-mail address."),
    Problem.EMAIL_DIFFERS: gettext_lazy(
        "Row %(row)s: the department has another e-mail address in row %(other)s than “%(text)s”."
    ),
}
CHANGES: dict[Change, tuple[str, Promise]] = {
    Change.NEW: ("info", gettext_lazy("New")),
    Change.CHANGED: ("warn", gettext_lazy("Changed")),
    Change.SAME: ("none", gettext_lazy("Same")),
}


def sentence_of(refusal: Refusal) -> str:
    """Why a row cannot be used."""
    said = {"row": refusal.row.number, "text": refusal.text[:60], "other": refusal.other}
    if refusal.problem == Problem.TELEPHONE_FIGURES:
        count = len(figures_in(refusal.text))
        return ngettext(
            "Row %(row)s: the telephone has %(number)s figure.",
            "Row %(row)s: the telephone has %(number)s figures.",
            count,
        ) % {**said, "number": count}
    return str(_SENTENCES[refusal.problem]) % said


def changes_of(one: Planned) -> list[str]:
    """What a row changes, each as a sentence."""
    return [
        (_("%(what)s: %(after)s instead of %(before)s") if before else _("%(what)s: %(after)s"))
        % {"what": HEADER[what], "before": before, "after": after}
        for what, before, after in one.changes
    ]
