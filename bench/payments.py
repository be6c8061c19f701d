"""A year of Stripe's deliveries, late, three times over, in any order and with forged ones in between.

What must be right is a row of its own: whatever the order, we end where Stripe ended, and nothing is done twice.
"""

from collections.abc import Iterator
from pathlib import Path

from bench.cluster import Cluster
from bench.results import SEED, Result, scaled

SUBSCRIPTIONS = 300
FORGED = 0.05
TESTS = Path(__file__).parents[1] / "tests"  # the year is the one that the tests live, larger


def measure(cluster: Cluster) -> Iterator[Result]:
    """Deliveries taken in, refused and worked on, against the same number of events inserted one by one as they came.

    The goal of the second row is our own: a delivery is a request, an event worked on asks Stripe, and both write.
    """
    subscriptions = scaled(SUBSCRIPTIONS, at_least=3)
    with cluster.program("payments", PYTHONPATH=str(TESTS)) as program:
        year = program.ask(subscriptions=subscriptions, forged=FORGED, seed=SEED)
    told = (
        f"{year['deliveries']:,} deliveries of {year['events']:,} events, a year of {subscriptions} subscriptions, three times "
        f"over in any order, {year['forged']:,} forged, seed {SEED}"
    )
    yield Result(
        "payments-wrong",
        year["unlike"] + year["done_twice"] + year["not_taken"] + year["forged_taken"],
        "<= 0",
        f"subscriptions unlike Stripe's {year['unlike']}, effects done twice {year['done_twice']}, genuine refused "
        f"{year['not_taken']}, forged taken {year['forged_taken']}; {told}",
    )
    yield Result(
        "payments-deliveries",
        year["seconds"] / year["reference"],
        "<= 15.0",
        f"{year['deliveries'] / year['seconds']:.0f} a second taken in or refused, and worked on, against "
        f"{year['deliveries'] / year['reference']:.0f} a second of single INSERTs of the raw events; one process; {told}",
    )
