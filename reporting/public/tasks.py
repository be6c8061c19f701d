"""Figures as jobs."""

from procrastinate.contrib.django import app

from reporting.kpi.actions import compute_changed
from reporting.public.actions import publish
from reporting.public.queries import is_publication_behind
from tenants.directory.models import Municipality
from tenants.isolation.jobs import in_every_municipality


@app.periodic(cron="*/5 * * * *")
@app.task(queue="default", name="sweep_figures", queueing_lock="sweep_figures", pass_context=False)
def sweep_figures(timestamp: int) -> None:
    """Counts and publishes what nobody did: an import killed at its very end, days that a new version counts otherwise."""
    in_every_municipality(count_and_publish)


def count_and_publish(municipality: Municipality) -> None:
    """One municipality's part of the sweep."""
    if compute_changed() or is_publication_behind(municipality.schema_name):
        publish()
