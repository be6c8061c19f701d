"""What an application holds, and how long things last. Knows nothing of Django."""

from dataclasses import dataclass
from datetime import date, timedelta

ASKED_PER_DAY = 5  # links that one e-mail address is sent in a day
KEPT_DAYS = 30  # contact data after opening or giving up


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
    tax_id: str = ""
    slug: str = ""
    remark: str = ""


def trial_end(opened_on: date, days: int) -> date:
    """The last day of a trial that begins on ``opened_on``, which counts as the first."""
    return opened_on + timedelta(days=days - 1)
