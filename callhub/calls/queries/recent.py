"""The calls of the last minutes."""

from datetime import datetime

from callhub.calls.models import Call, Direction


def inbound_between(first: datetime, past: datetime, without_pbx: set[int]) -> list[tuple[str, datetime, str]]:
    """Id, start and number dialled of the inbound calls that began from ``first`` up to ``past``, of all but some switchboards."""
    found = Call.objects.filter(direction=Direction.INBOUND, started_at__gte=first, started_at__lt=past)
    rows = found.exclude(pbx_id__in=without_pbx).values_list("id", "started_at", "line")
    return [(str(pk), started_at, line) for pk, started_at, line in rows]


def latest_call_at() -> datetime | None:
    """When the latest call that records tell of began; None without any."""
    return Call.objects.order_by("-started_at").values_list("started_at", flat=True).first()
