"""Questions about applications."""

import hashlib
from datetime import timedelta

from django.utils import timezone

from tenants.directory.queries import is_taken
from tenants.directory.rules import slug_proposals
from tenants.opening.models import Application

WAITED_SECONDS = 20  # after so long a job was lost: its worker was killed, or the queue did not answer


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def application_of(token: str) -> Application | None:
    """The application behind a link, or None."""
    return Application.objects.filter(token_digest=digest(token)).first()


def waiting_applications() -> list[int]:
    """The ids of applications whose opening was asked for a while ago and is not done."""
    before = timezone.now() - timedelta(seconds=WAITED_SECONDS)
    waiting = Application.objects.filter(state=Application.State.OPENING, asked_at__lt=before)
    return list(waiting.values_list("pk", flat=True))


def application_behind(schema: str) -> Application | None:
    """The application that a municipality was opened for; None of one that Adtende opened itself.

    With what the console may read of it: its remark, the remark's language and the day. The rest is the applicant's.
    """
    told = Application.objects.filter(schema_name=schema).only("remark", "language", "created_at")
    return told.order_by("-id").first()


def free_addresses(names: tuple[str, ...], province: str, limit: int = 3) -> list[str]:
    """Addresses that a municipality of these names could have now."""
    found: list[str] = []
    for slug in slug_proposals(names, province):
        if len(found) < limit and not is_taken(slug):
            found.append(slug)
    return found
