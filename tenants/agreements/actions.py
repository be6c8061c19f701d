"""Accepting the data-processing agreement."""

from django.conf import settings
from django.db import IntegrityError, transaction

from tenants.agreements.models import Acceptance
from tenants.agreements.queries import Text
from tenants.audit.actions import record
from tenants.audit.rules import Actor


class UnableToAccept(Exception):
    """Why the agreement cannot be accepted, in one sentence."""


def accept_agreement(*, text: Text, read_digest: str, by: Actor, reason: str) -> Acceptance:
    """Keeps who accepted which words. ``read_digest`` is of the text that was on the page. Raises UnableToAccept."""
    if settings.INVOICE_SELLER is None:
        raise UnableToAccept("The data of the processor are missing: Adtende has to fill them in first.")
    if read_digest != text.digest:
        raise UnableToAccept("The text changed while you were reading it: read it again.")
    try:
        with transaction.atomic():
            accepted = Acceptance.objects.create(
                version=text.version.number,
                language=text.language,
                text=text.html,
                digest=text.digest,
                person_id=by.id,
                person_name=by.name,
            )
            record(
                by=by,
                verb="accept_agreement",
                subject=text.version.number,
                reason=reason,
                details={"digest": text.digest, "language": text.language},
            )
    except IntegrityError as error:
        raise UnableToAccept("This version was accepted already.") from error
    return accepted
