"""Figures as jobs."""

from procrastinate.contrib.django import app

from reporting.kpi.actions import compute_changed
from reporting.public.actions import publish
from tenants.directory.queries import municipalities_in_service
from tenants.isolation.context import inside


@app.periodic(cron="*/5 * * * *")
@app.task(queue="default", name="sweep_figures", queueing_lock="sweep_figures", pass_context=False)
def sweep_figures(timestamp: int) -> None:
    """Counts what nobody counted: an import killed at its very end, days that a new version counts otherwise."""
    for municipality in municipalities_in_service():
        with inside(municipality):
            if compute_changed():
                publish()
