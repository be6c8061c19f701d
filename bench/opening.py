"""Opening a municipality against the stock way of making the same tables."""

from collections.abc import Iterator
from statistics import median

from bench.cluster import Cluster, Program, wait_for_quick_files
from bench.results import Result, scaled

OPENINGS = 20
PRESENT = 200
MOST_SECONDS = 0.6  # from "create" to a dashboard, without what people type
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


def measure_job(cluster: Cluster) -> Iterator[Result]:
    """What the provisioner does of an application, and the first page of the new dashboard, while municipalities become many.

    The first of all warms up and does not count; stock migrations alternate with the last ones, at the same size.
    """
    times, present = scaled(OPENINGS, at_least=2), scaled(PRESENT, at_least=8)
    file_takes = wait_for_quick_files(cluster.home, seconds=scaled(300, at_least=0))
    with (
        cluster.program("applications", TENANT_DB_MODE="owner") as provisioner,
        cluster.program("dashboards") as web,
        cluster.program("migrating", DJANGO_SETTINGS_MODULE="bench.stock_settings") as stock,
        cluster.connect() as looking,
    ):
        _from_asked_to_seen(provisioner, web, 0)
        grown = [sum(_from_asked_to_seen(provisioner, web, number)) for number in range(1, present + 1)]
        among_many, migrated = [], []
        stock.ask(schema="stock_0")
        for number in range(1, times + 1):
            among_many.append(_from_asked_to_seen(provisioner, web, present + number))
            migrated.append(stock.ask(schema=f"stock_{number}"))
        for number in range(times + 1):
            looking.execute(f"DROP SCHEMA stock_{number} CASCADE")
    job, page = (median(seconds) for seconds in zip(*among_many, strict=True))
    whole = median(sum(one) for one in among_many)
    first, last = median(grown[:times]), median(grown[-times:])
    told = f"median of {times} with {present} municipalities present"
    yield Result(
        "opening-job",
        whole / MOST_SECONDS,
        "<= 1.0",
        f"{told}, as a part of {MOST_SECONDS * 1000:.0f} ms: {whole * 1000:.0f} ms, of which the job {job * 1000:.0f} ms and "
        f"the first dashboard {page * 1000:.0f} ms",
    )
    yield Result(
        "opening-job-flat",
        last / first,
        "<= 1.5",
        f"medians of the last and of the first {times} of {present}: {last * 1000:.0f} ms and {first * 1000:.0f} ms; "
        f"a new file took {file_takes:.2f} ms before",
    )
    yield Result(
        "opening-job-stock",
        median(migrated) / job,
        ">= 5.0",
        f"{told}: the job {job * 1000:.0f} ms, stock migrate_schemas {median(migrated) * 1000:.0f} ms for the same tables",
    )


def _from_asked_to_seen(provisioner: Program, web: Program, number: int) -> tuple[float, float]:
    """Seconds of the job and of the first page of the dashboard."""
    ine_code, slug = _INE_CODES[number % len(_INE_CODES)], f"peticio-{number}"
    return provisioner.ask(ine_code=ine_code, slug=slug), web.ask(slug=slug, number=number)


_TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = %s"


def _number(row: tuple[int] | None) -> int:
    assert row is not None
    return int(row[0])
