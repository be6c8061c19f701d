"""A request of six queries through the isolating backend, against the same on the stock backend of django-tenants."""

from collections.abc import Iterator
from statistics import median

from bench.cluster import Cluster
from bench.results import Result, scaled

ROUNDS = 160
REQUESTS = 30  # of each side in a round
TOWNS = {"un": "08033", "dos": "08064", "tres": "08096", "quatre": "35004"}


def measure(cluster: Cluster) -> Iterator[Result]:
    """Rounds of both sides in turn, the first one changing; the median of the rounds' ratios of medians."""
    rounds = scaled(ROUNDS, at_least=4)
    for name, code in TOWNS.items():
        cluster.open(f"peticio-{name}", code)
    question = {"hosts": [f"peticio-{name}.localhost" for name in TOWNS], "path": "/queries", "times": REQUESTS}
    ratios, isolating, stock = [], [], []
    with (
        cluster.program("requests", DJANGO_SETTINGS_MODULE="bench.measured_settings") as ours,
        cluster.program("requests", DJANGO_SETTINGS_MODULE="bench.stock_settings") as theirs,
    ):
        ours.ask(**question)  # connections are opened and code is warm before it counts
        theirs.ask(**question)
        for number in range(rounds):
            if number % 2:
                new, old = ours.ask(**question), theirs.ask(**question)
            else:
                old, new = theirs.ask(**question), ours.ask(**question)
            ratios.append(median(new) / median(old))
            isolating += new
            stock += old
    yield Result(
        "isolation-request",
        median(ratios),
        "<= 1.05",
        f"{rounds} paired rounds of {REQUESTS} requests, six queries each, {len(TOWNS)} municipalities in turn: "
        f"median {median(isolating) * 1000:.2f} ms against {median(stock) * 1000:.2f} ms "
        "(stock: connections that last, one owner role)",
    )
