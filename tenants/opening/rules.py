"""What an application holds, and how long things last. Knows nothing of Django."""

from dataclasses import dataclass
from datetime import date, timedelta

ASKED_PER_DAY = 5  # links that one e-mail address is sent in a day
ASKED_PER_HOUR = 20  # links that are asked for from one internet address
KEPT_DAYS = 30  # contact data after opening or giving up, or when the link is never opened
IDLE_DAYS = 90  # a confirmed application that nobody goes on with counts as given up


@dataclass(frozen=True)
class Asked:
    """What somebody answered on the public pages."""

    name: str
    language: str
    person: str
    post: str
    email: str
    telephone: str
    ine_code: str = ""
    kind: str = "TOWN_HALL"
    tax_id: str = ""
    province: str = ""
    population: int | None = None
    slug: str = ""
    remark: str = ""


def trial_end(opened_on: date, days: int) -> date:
    """The last day of a trial that begins on ``opened_on``, which counts as the first."""
    return opened_on + timedelta(days=days - 1)


WARNED_DAYS = (7, 1)  # before the last day of a trial
# From which state a municipality may come into which; closing has its own action.
STEPS = {
    "TRIAL": {"ACTIVE", "SUSPENDED"},
    "ACTIVE": {"PAST_DUE", "SUSPENDED"},
    "PAST_DUE": {"ACTIVE", "SUSPENDED"},
    "SUSPENDED": {"ACTIVE"},
}


def may_become(state: str, wanted: str) -> bool:
    """Whether a municipality in ``state`` may come into ``wanted``."""
    return wanted in STEPS.get(state, set())


def can_be_lengthened(state: str, trial_ends_on: date | None) -> bool:
    """Whether a municipality can be given more time of trial: on trial, or suspended because it was over."""
    return trial_ends_on is not None and state in {"TRIAL", "SUSPENDED"}


def due_warning(days_left: int, warned: int | None) -> int | None:
    """The warning to send now, as its days before the end: one of WARNED_DAYS not sent yet, or None."""
    due = [days for days in WARNED_DAYS if 0 <= days_left <= days and (warned is None or warned > days)]
    return min(due) if due else None
