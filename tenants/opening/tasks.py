"""Opening as a job: only the provisioner process runs the queue `opening`, because it alone holds the owner's secret."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tenants.audit.rules import Actor, ActorKind
from tenants.directory.models import Municipality
from tenants.opening.actions import open_municipality


@app.task(queue="opening", name="open_municipality", retry=RetryStrategy(max_attempts=3, wait=5))
def open_requested_municipality(*, ine_code: str, slug: str, requested_by: str) -> None:
    """Opens the municipality unless it is open already: a job is a hint and may come twice."""
    if Municipality.objects.filter(slug=slug).exists():
        return
    open_municipality(
        ine_code=ine_code,
        slug=slug,
        by=Actor(ActorKind.JOB, requested_by, "opening"),
        reason="requested by an administrator of Adtende",
    )
