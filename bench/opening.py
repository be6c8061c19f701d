"""Opening a municipality against the stock way of making the same tables."""

from collections.abc import Iterator
from statistics import median

from bench.cluster import Cluster, wait_for_quick_files
from bench.results import Result, scaled

OPENINGS = 20
_CATALOGUE = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r'"
_INE_CODES = ["08033", "08064", "08096", "35004", "28079"]


def measure(cluster: Cluster) -> Iterator[Result]:
    """Alternating openings and stock migrations, medians; the first of each warms up and does not count."""
    times = scaled(OPENINGS, at_least=2)
    file_takes = wait_for_quick_files(cluster.home, seconds=scaled(300, at_least=0))
    opened, migrated, grown = [], [], 0
    with (
        cluster.connect() as looking,
        cluster.program("opening", TENANT_DB_MODE="owner") as product,
        cluster.program("migrating", DJANGO_SETTINGS_MODULE="bench.stock_settings") as stock,
    ):
        for number in range(times + 1):
            before = _number(looking.execute(_CATALOGUE).fetchone())
            slug = f"obertura-{number}"
            seconds = product.ask(ine_code=_INE_CODES[number % len(_INE_CODES)], slug=slug)
            after = _number(looking.execute(_CATALOGUE).fetchone())
            reference = stock.ask(schema=f"stock_{number}")
            if number:
                opened.append(seconds)
                migrated.append(reference)
                grown += after - before
        ours = _number(looking.execute(_TABLES, ["t_template"]).fetchone())
        theirs = _number(looking.execute(_TABLES, ["stock_0"]).fetchone())
        for number in range(times + 1):
            looking.execute(f"DROP SCHEMA stock_{number} CASCADE")
    assert ours == theirs, "the reference makes other tables"
    yield Result(
        "opening-migrate",
        median(migrated) / median(opened),
        ">= 5.0",
        f"median of {times}: {median(opened) * 1000:.0f} ms against {median(migrated) * 1000:.0f} ms, {ours} tables; "
        f"{grown / times / 1e6:.2f} MB of catalogue per municipality; making a file takes {file_takes:.2f} ms",
    )


_TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = %s"


def _number(row: tuple[int] | None) -> int:
    assert row is not None
    return int(row[0])
