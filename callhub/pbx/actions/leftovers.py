"""What sample calls leave behind once their imports are undone: it goes too."""

from django.db import transaction

from callhub.calls.models import Call, Visit
from callhub.departments.models import Extension
from callhub.lines.models import Agent, Line, Queue
from callhub.pbx.queries import samples_there
from tenants.audit.models import AuditEntry

SAMPLE_PERSON = "★ SCT"  # who answers at an extension that only the sample calls need


def forget_what_samples_brought() -> None:
    """Extensions made for sample calls, and names and lines that nobody wrote and no call of the town's own has."""
    if samples_there():
        return
    with transaction.atomic():
        written = AuditEntry.objects.filter(verb__in=("add_queue", "add_agent")).values("subject")
        Extension.objects.filter(person=SAMPLE_PERSON).delete()
        Line.objects.filter(state=Line.State.PROPOSED, name="").exclude(number__in=Call.objects.values("line")).delete()
        unnamed = Queue.objects.filter(label="").exclude(name__in=written)
        unnamed.exclude(name__in=Visit.objects.values("queue")).delete()
        silent = Agent.objects.filter(label="").exclude(name__in=written)
        silent.exclude(name__in=Visit.objects.values("agent")).exclude(name__in=Call.objects.values("agent")).delete()
