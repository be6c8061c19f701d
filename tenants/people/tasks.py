"""Tidying up after sign-ins."""

from django.db import connections
from procrastinate.contrib.django import app


@app.periodic(cron="7 * * * *")
@app.task(queue="default", name="forget_past_limits", queueing_lock="forget_past_limits", pass_context=False)
def forget_past_limits(timestamp: int) -> None:
    """Removes limits and used codes that are over, so that the table stays as small as what it still has to remember."""
    with connections["limits"].cursor() as cursor:
        cursor.execute("DELETE FROM limits WHERE expires < now()")
