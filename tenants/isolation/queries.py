"""Questions about the queue of jobs. Asked over the connection `jobs`, as app_jobs."""

from datetime import timedelta

from django.db import connections

HEARTBEAT = timedelta(minutes=1)  # workers send one every ten seconds


def is_worked_on(queue: str, within: timedelta) -> bool:
    """Whether a job of ``queue`` ended lately, or is being done by a worker that is alive.

    Workers have no names in the database; each queue has a periodic job, which says more than a heartbeat: work gets done.
    """
    with connections["jobs"].cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM procrastinate_jobs j JOIN procrastinate_workers w ON w.id = j.worker_id "
            "WHERE j.queue_name = %(queue)s AND j.status = 'doing' AND w.last_heartbeat > now() - make_interval(secs => %(heartbeat)s)) "
            "OR EXISTS (SELECT 1 FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id "
            "WHERE j.queue_name = %(queue)s AND e.type = 'succeeded' AND e.at > now() - make_interval(secs => %(within)s))",
            {"queue": queue, "heartbeat": HEARTBEAT.total_seconds(), "within": within.total_seconds()},
        )
        return bool(cursor.fetchone()[0])
