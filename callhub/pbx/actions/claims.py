"""Only one process at a time works on an import: it claims it, and shows with every stretch that it is alive."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone

from callhub.pbx.models import STALLED_AFTER, Import


class ClaimedElsewhere(Exception):
    """Another process works on this import: leave it alone."""


@dataclass(frozen=True)
class Claim:
    """The right to work on one import, as long as it is renewed."""

    batch_id: int
    token: uuid.UUID = field(default_factory=uuid.uuid4)

    def renew(self) -> None:
        """Shows that the work goes on; call it first in each stretch's transaction, whose lock then keeps others away.

        Raises ClaimedElsewhere when another process, taking this one for dead, has gone on with the work.
        """
        mine = Import.objects.filter(pk=self.batch_id, claimed_by=self.token)
        if not mine.update(alive_at=timezone.now()):
            raise ClaimedElsewhere


@contextmanager
def claimed(batch: Import) -> Iterator[Claim]:
    """Claims ``batch`` while the block lasts. Raises ClaimedElsewhere when a live process has it.

    A process that is killed lets its claim expire; one that ends in any other way gives it back.
    """
    claim, now = Claim(batch.pk), timezone.now()
    free = Q(claimed_by=None) | Q(alive_at=None) | Q(alive_at__lt=now - STALLED_AFTER)
    if not Import.objects.filter(free, pk=batch.pk).update(claimed_by=claim.token, alive_at=now):
        raise ClaimedElsewhere
    try:
        yield claim
    finally:
        Import.objects.filter(pk=batch.pk, claimed_by=claim.token).update(claimed_by=None)
