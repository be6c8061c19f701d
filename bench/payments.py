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
    """Deliveries taken in, refused and worked on, against what no webhook could spare: requests, INSERTs, questions.

    The goal of the second row is our own. Seconds of processor: waiting for a disk or a busy machine says nothing of us.
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
        year["processor_seconds"] / year["reference"],
        "<= 3.0",
        f"{year['processor_seconds'] / year['deliveries'] * 1000:.2f} ms of processor for a delivery taken in or refused, and "
        f"worked on, against {year['reference'] / year['deliveries'] * 1000:.2f} for the smallest page, and an INSERT and a "
        f"question to the stand-in for each event; {year['deliveries'] / year['seconds']:.0f} a second; one process; {told}",
    )
