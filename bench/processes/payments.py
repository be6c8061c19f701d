"""Lives a year of payments through the product's own webhook and jobs, and does beside it what no webhook could spare."""

import json
import logging
import time
from itertools import cycle
from typing import Any

import django

django.setup()

from fixtures.stripe import new_client, stripe_double  # noqa: E402
from fixtures.stripe_year import live_a_year  # noqa: E402
from support import owner_connection  # noqa: E402

from bench.processes.answering import answer_questions  # noqa: E402
from billing.payments import gateway, tasks  # noqa: E402


def _spared_by_nobody(bodies: list[str], subscriptions: list[str], deliveries: int) -> float:
    """Seconds of processor of the smallest page for each delivery, and for each event an INSERT and a question to Stripe.

    Made of what the year is made of, in the same process: a quicker disk or a busier machine changes both alike.
    """
    browser, asked_of = new_client(), cycle(subscriptions)
    with owner_connection() as owner:
        owner.execute(
            "CREATE TABLE public.bench_events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body jsonb)"
        )
        started = time.process_time()
        for _ in range(deliveries):
            browser.get("/healthz")
        for body in bodies:
            owner.execute("INSERT INTO public.bench_events (body) VALUES (%s)", [body])
            gateway.subscription(next(asked_of))
        worked = time.process_time() - started
        owner.execute("DROP TABLE public.bench_events")
    return worked


# A forged delivery is refused, which would be a line in the log for each.
logging.getLogger("django.request").setLevel(logging.ERROR)


def _year(*, subscriptions: int, forged: float, seed: int) -> dict[str, Any]:
    asked: list[str] = []
    tasks.process_payment_event.defer = lambda *, event_id: asked.append(event_id)  # worked on in this process
    with stripe_double() as double:
        year = live_a_year(double, asked, subscriptions=subscriptions, forged=forged, seed=seed)
        bodies = [json.dumps(one) for one in double.store.objects["event"].values()]
        reference = _spared_by_nobody(bodies, list(double.store.objects["subscription"]), year.deliveries)
    return {
        "events": year.events,
        "deliveries": year.deliveries,
        "forged": year.forged,
        "forged_taken": year.forged - year.forged_refused,
        "not_taken": year.deliveries - year.forged - year.genuine_taken,
        "done_twice": year.done_twice,
        "unlike": len(year.unlike) + subscriptions - sum(year.standings.values()),
        "seconds": year.seconds,
        "processor_seconds": year.processor_seconds,
        "reference": reference,
    }


if __name__ == "__main__":
    answer_questions(_year)
