"""What is asked, what of it may be told, and what of a text is nobody's business. Knows nothing of Django."""

import base64
import hashlib
import hmac
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kit.intervals import wilson

FEWEST_ANSWERS = 5  # under so many, an answer could be told whose it is
FEWEST_PUBLISHED = 30  # under so many, the public page says that there is little data
SATISFIED_FROM = 8  # of 10
HIGHEST = 10
DAYS_OPEN = 14
DAYS_TO_REMINDER = 3
DAYS_BETWEEN_QUESTIONS = 30  # a citizen who calls often is not asked each time
LONGEST_TEXT = 1000
SOLVED = ("YES", "PARTLY", "NO")

TOKEN_LENGTH = 22  # 16 random bytes, 128 bits, as URL-safe base64
CODE_LENGTH = 8
# Neither characters that look alike (0 O, 1 I L, 2 Z, 5 S, 8 B) nor letters that sound alike over the telephone (B V W, M N).
CODE_CHARACTERS = "ACDEFGHJKMPQRTUXY34679"

_MAIL = re.compile(r"[^\s@<>\"'()=]+@[^\s@<>\"'()]+\.[^\W\d_]+")
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){3,7}(?:[ -]?[A-Z0-9]{1,3})?\b", re.IGNORECASE)
_IDENTITY = re.compile(r"\b(?:\d{1,2}\.?\d{3}\.?\d{3}|[XYZ][ -]?\d{7})[ -]?[A-Z]\b", re.IGNORECASE)
_NUMBER = re.compile(r"\+?\(?\d(?:[ .()-]{0,2}\d){6,}")
HIDDEN = "[···]"


@dataclass(frozen=True)
class Reply:
    """What a citizen said: SOLVED word, treatment and overall from 0 to 10, and perhaps a text."""

    solved: str
    treatment: int
    overall: int
    text: str = ""


@dataclass(frozen=True)
class Tally:
    """Sums over some calls: how many citizens were asked and answered, and what they said."""

    invited: int = 0
    answered: int = 0
    satisfied: int = 0
    overall_sum: int = 0
    treatment_sum: int = 0
    solved: int = 0
    partly: int = 0

    @property
    def response_rate(self) -> float | None:
        """Answers over invitations; None where nobody was asked."""
        return self.answered / self.invited if self.invited else None

    @property
    def satisfied_rate(self) -> float | None:
        """Answers of 8 or more over answers; None where nobody answered."""
        return self.satisfied / self.answered if self.answered else None

    @property
    def satisfied_interval(self) -> tuple[float, float] | None:
        """The Wilson interval of ``satisfied_rate``, 95 %."""
        return wilson(self.satisfied, self.answered) if self.answered else None

    @property
    def overall_mean(self) -> float | None:
        """The mean of the overall answers, 0 to 10."""
        return self.overall_sum / self.answered if self.answered else None

    @property
    def treatment_mean(self) -> float | None:
        """The mean of the answers about treatment, 0 to 10."""
        return self.treatment_sum / self.answered if self.answered else None


def token_of(key: bytes, schema: str, call_id: uuid.UUID) -> str:
    """The token of a call's link, 128 bits that only who holds ``key`` can tell: a reminder has the same one, though none is kept."""
    made = hmac.digest(key, f"survey/{schema}/{call_id}".encode(), "sha256")
    return base64.urlsafe_b64encode(made[:16]).decode().rstrip("=")


def digest_of(key: bytes, secret: str) -> str:
    """What is kept of a token or code, HMAC-SHA-256: without ``key`` a short code could be found by trying them all."""
    return hmac.new(key, f"digest/{secret}".encode(), "sha256").hexdigest()


def as_secret(text: str) -> str:
    """The token, or the code however it was typed (small letters, spaces, hyphens); empty for what is neither."""
    if len(text) == TOKEN_LENGTH:
        return text
    code = "".join(text.upper().replace("-", " ").split())
    return code if len(code) == CODE_LENGTH and set(code) <= set(CODE_CHARACTERS) else ""


def in_groups(code: str) -> str:
    """A code as it is read aloud: ``ACDE 3467``."""
    return f"{code[:4]} {code[4:]}"


def is_chosen(call_id: uuid.UUID, one_in: int) -> bool:
    """Whether a call is one of the one in so many: the same answer each time, and nothing anybody can steer."""
    return int.from_bytes(hashlib.sha256(call_id.bytes).digest()[:8], "big") % one_in == 0


def closes_on(invited_on: date) -> date:
    """The last day on which an invitation can be answered."""
    return invited_on + timedelta(days=DAYS_OPEN)


def without_personal_data(text: str) -> str:
    """A free text without e-mail addresses, bank accounts, identity numbers and telephone numbers, and not too long."""
    plain = text.strip()[:LONGEST_TEXT]
    for pattern in (_MAIL, _ACCOUNT, _IDENTITY, _NUMBER):
        plain = pattern.sub(HIDDEN, plain)
    return plain


def to_hide(answers: Mapping[int, int]) -> frozenset[int]:
    """Of groups by key, with their number of answers, those whose answers are not told.

    Groups below five; and where these hold fewer than five together, the next smallest too: else what they said would be the
    total without the others. A group without answers has nothing to hide.
    """
    given = sorted((number, key) for key, number in answers.items() if number)
    hidden = [one for one in given if one[0] < FEWEST_ANSWERS]
    shown = given[len(hidden) :]
    while hidden and shown and sum(number for number, _key in hidden) < FEWEST_ANSWERS:
        hidden.append(shown.pop(0))
    return frozenset(key for _number, key in hidden)


def total_of(tallies: Sequence[Tally]) -> Tally:
    """All of them together."""
    return Tally(*(sum(column) for column in zip(*(_values(one) for one in tallies), strict=True)))


def _values(one: Tally) -> tuple[int, ...]:
    return (one.invited, one.answered, one.satisfied, one.overall_sum, one.treatment_sum, one.solved, one.partly)
