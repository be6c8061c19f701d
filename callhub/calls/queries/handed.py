"""Calls handed blindly to some extensions: those of a department. Periods are half-open moments in which the calls began."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from django.db.models import QuerySet

from callhub.calls.models import Derivation
from tenants.isolation.context import connection

NotPickedUp: TypeAlias = QuerySet[Derivation]


def not_picked_up(numbers: Sequence[str], starts_at: datetime, ends_before: datetime) -> NotPickedUp:
    """Derivations that nobody picked up, with their call, the latest first."""
    return (
        Derivation.objects.filter(
            kind=Derivation.Kind.BLIND,
            result__in=[Derivation.Result.RETURNED, Derivation.Result.LOST],
            target__in=numbers,
            call__started_at__gte=starts_at,
            call__started_at__lt=ends_before,
        )
        .select_related("call")
        .order_by("-at", "-id")
    )


def median_seconds_to_pick_up(numbers: Sequence[str], starts_at: datetime, ends_before: datetime) -> float | None:
    """Half of the derivations picked up waited at most this inside the department; None when no wait is known."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY d.picked_up_after_seconds)
            FROM calls_derivation d JOIN calls_call c ON c.id = d.call_id
            WHERE d.kind = 'BLIND' AND d.target = ANY(%s) AND c.started_at >= %s AND c.started_at < %s
            """,
            [list(numbers), starts_at, ends_before],
        )
        (median,) = cursor.fetchone()
    return None if median is None else float(median)
