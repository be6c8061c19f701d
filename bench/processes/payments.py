"""Lives a year of payments through the product's own webhook and jobs, and inserts the same events raw, one by one."""

import json
import logging
import time
from collections.abc import Iterable
from itertools import cycle, islice
from typing import Any

import django

django.setup()

from fixtures.stripe import stripe_double  # noqa: E402
from fixtures.stripe_year import live_a_year  # noqa: E402
from support import owner_connection  # noqa: E402

from bench.processes.answering import answer_questions  # noqa: E402
from billing.payments import tasks  # noqa: E402


def _inserted(bodies: Iterable[str]) -> float:
    """Seconds of an INSERT for each body, each a transaction."""
    with owner_connection() as owner:
        owner.execute(
            "CREATE TABLE public.bench_events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body jsonb)"
        )
        started = time.perf_counter()
        for body in bodies:
            owner.execute("INSERT INTO public.bench_events (body) VALUES (%s)", [body])
        seconds = time.perf_counter() - started
        owner.execute("DROP TABLE public.bench_events")
    return seconds


# A forged delivery is refused, which would be a line in the log for each.
logging.getLogger("django.request").setLevel(logging.ERROR)


def _year(*, subscriptions: int, forged: float, seed: int) -> dict[str, Any]:
    asked: list[str] = []
    tasks.process_payment_event.defer = lambda *, event_id: asked.append(event_id)  # worked on in this process
    with stripe_double() as double:
        year = live_a_year(double, asked, subscriptions=subscriptions, forged=forged, seed=seed)
        bodies = [json.dumps(one) for one in double.store.objects["event"].values()]
    return {
        "events": year.events,
        "deliveries": year.deliveries,
        "forged": year.forged,
        "forged_taken": year.forged - year.forged_refused,
        "not_taken": year.deliveries - year.forged - year.genuine_taken,
        "done_twice": year.done_twice,
        "unlike": len(year.unlike) + subscriptions - sum(year.standings.values()),
        "seconds": year.seconds,
        "reference": _inserted(islice(cycle(bodies), year.deliveries)),
    }


if __name__ == "__main__":
    answer_questions(_year)
