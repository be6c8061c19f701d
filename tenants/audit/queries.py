"""Reading the record of who did what."""

from django.db.models import Max, QuerySet

from tenants.audit.models import AuditEntry


def entries(*, text: str = "", verb: str = "") -> QuerySet[AuditEntry]:
    """Acts, the latest first, narrowed to a verb and to words in person, subject or reason."""
    found = AuditEntry.objects.order_by("-id")
    if verb:
        found = found.filter(verb=verb)
    for word in text.split():
        found = (
            found.filter(actor_name__icontains=word)
            | found.filter(subject__icontains=word)
            | found.filter(reason__icontains=word)
        )
    return found


def latest_of_verbs(verbs: set[str]) -> dict[str, AuditEntry]:
    """The latest act of each verb, of those there is one of."""
    ids = (
        AuditEntry.objects.filter(verb__in=verbs).order_by().values("verb").annotate(latest=Max("id")).values("latest")
    )
    return {entry.verb: entry for entry in AuditEntry.objects.filter(pk__in=ids)}


def verbs_seen() -> list[str]:
    """Every verb there is an act of."""
    return list(AuditEntry.objects.order_by("verb").values_list("verb", flat=True).distinct())
