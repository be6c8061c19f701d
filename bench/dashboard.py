"""Figures and dashboard of a municipality with many calls against one with few, spread over the same years."""

from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from bench.cluster import Cluster, Program
from bench.results import SEED, Result, scaled

FEW, MANY = 100_000, 5_000_000
YEARS = 5
LAST = "2026-11-20"  # a Friday
DAY_END = f"{LAST} 23:00:00+00:00"  # midnight in Madrid, as a bare date is asked for
ANY_MOMENT = f"{LAST} 12:07:30+00:00"
ROUNDS = 15
GOAL = "<= 1.5"
COMPUTED_WEEKS = 26  # by the product, from the calls; the buckets of the years before repeat them
TIMES = 5  # of each side in a round
PAGES = {
    "dashboard-page": "/",
    "dashboard-quarter": "/?days=90",
    "dashboard-month": "/reports/2026-10/",
    "dashboard-month-paper": "/reports/2026-10/report.pdf",
    "dashboard-month-workbook": "/reports/2026-10/report.xlsx",
}
TOWNS = {"pocs": "08064", "molts": "08096"}

# One row per call: a working day of the five years, more in the middle of the morning; one in seven gives up, one in
# five of the others is handed to a department.
_SHAPE = f"""
CREATE TABLE bench_shape AS
WITH days AS (
  SELECT array_agg(day) AS days FROM generate_series(date '{LAST}' - interval '{YEARS} years', '{LAST}', '1 day') day
  WHERE extract(isodow FROM day) < 6)
SELECT md5('call ' || n)::uuid AS id, n,
  (days.days[1 + floor(random() * array_length(days.days, 1))]
    + interval '8 hours' + interval '7 hours' * (random() + random()) / 2) AT TIME ZONE 'Europe/Madrid' AS at,
  (ARRAY['informacio', 'padro', 'tributs', 'urbanisme', 'serveis-socials', 'policia'])[1 + floor(random() * 6)] AS queue,
  'PJSIP/' || 201 + floor(random() * 24) AS agent, (300 + floor(random() * 12))::int::text AS target,
  floor(-35 * ln(1 - random()))::int AS wait, 20 + floor(-160 * ln(1 - random()))::int AS talk,
  random() > 0.15 AS answered, random() < 0.2 AS derived, floor(random() * 40000)::int AS caller
FROM generate_series(1, %(calls)s) n, days
"""
_FILL = (
    """
INSERT INTO calls_call (id, pbx_id, key, direction, started_at, ended_at, answered_at, caller, is_hidden, line, agent,
  outcome, outcome_reason, answered_by_person, queue_record, sources)
SELECT id, 1, n::text, 'INBOUND', at, at + make_interval(secs => wait + CASE WHEN answered THEN talk ELSE 0 END),
  CASE WHEN answered THEN at + make_interval(secs => wait) END, '6' || lpad(caller::text, 8, '0'), false, '938000000',
  CASE WHEN answered THEN agent ELSE '' END, CASE WHEN answered THEN 'ANSWERED' ELSE 'ABANDONED' END, '', answered, true, 1
FROM bench_shape ORDER BY at
""",
    """
INSERT INTO calls_visit (call_id, queue, entered_at, left_at, outcome, exit_reason, wait_seconds, ring_seconds,
  talk_seconds, agent, position)
SELECT id, queue, at, at + make_interval(secs => wait), CASE WHEN answered THEN 'ANSWERED' ELSE 'ABANDONED' END, '', wait,
  CASE WHEN answered THEN least(wait, 4) END, CASE WHEN answered THEN talk END, CASE WHEN answered THEN agent ELSE '' END, 1
FROM bench_shape ORDER BY at
""",
    """
INSERT INTO calls_derivation (call_id, kind, at, by_agent, target, result, reason, picked_up_after_seconds)
SELECT id, 'BLIND', at + make_interval(secs => wait + talk), agent, target,
  CASE WHEN talk % 4 < 1 THEN 'LOST' ELSE 'PICKED_UP' END, '', 9 FROM bench_shape WHERE answered AND derived ORDER BY at
""",
    f"""
INSERT INTO kpi_changedquarter (starts_at)
SELECT DISTINCT date_bin('15 minutes', at, TIMESTAMPTZ '2000-01-01 00:00:00+00') FROM bench_shape
WHERE (at AT TIME ZONE 'Europe/Madrid')::date > date '{LAST}' - {COMPUTED_WEEKS * 7}
""",
    "DROP TABLE bench_shape",
)
_REPEAT = f"""
INSERT INTO kpi_bucket (grain, subject_kind, subject, starts_at, counts)
SELECT grain, subject_kind, subject,
  (starts_at AT TIME ZONE 'Europe/Madrid' - n * interval '{COMPUTED_WEEKS} weeks') AT TIME ZONE 'Europe/Madrid', counts
FROM kpi_bucket, generate_series(1, {YEARS * 52 // COMPUTED_WEEKS - 1}) n ORDER BY n DESC, starts_at
"""


def measure_figures(cluster: Cluster) -> Iterator[Result]:
    """The counts of the latest 13 weeks, by reporting.kpi.queries.counts_between: of whole days, and to the second.

    The second has a goal of our own: in the busiest hour the many calls of two parts of a quarter are counted one by one.
    """
    with _filled(cluster) as (program, sizes):
        for name, until, goal in (("figures-query", DAY_END, GOAL), ("figures-to-the-second", ANY_MOMENT, "<= 2.5")):
            detail = f"13 weeks until {until}, {sizes}"
            yield _compared(program, name, detail, {"what": "query", "until": until}, goal)


def measure_pages(cluster: Cluster) -> Iterator[Result]:
    """The dashboard as it opens, and for a quarter of a year; the report of a month as page, paper and workbook."""
    with _filled(cluster) as (program, sizes):
        for name, path in PAGES.items():
            yield _compared(program, name, f"{path}, {sizes}", {"what": "page", "path": path})


@contextmanager
def _filled(cluster: Cluster) -> Iterator[tuple[Program, str]]:
    numbers = dict(zip(TOWNS, (scaled(FEW, at_least=2_000), scaled(MANY, at_least=4_000)), strict=True))
    with cluster.program("figures") as program:
        for slug, code in TOWNS.items():
            if not cluster.is_open(slug):
                schema = cluster.open(slug, code)
                _fill(cluster, schema, numbers[slug])
                program.ask(what="compute", slug=slug)
                with cluster.connect(schema) as connection:
                    connection.execute(_REPEAT)
        with cluster.connect() as connection:
            connection.execute("VACUUM ANALYZE")
        few, many = numbers.values()
        sizes = f"{many:,} calls against {few:,}, each over {YEARS} years"
        yield program, f"{sizes}, {COMPUTED_WEEKS} weeks computed from them and repeated before, seed {SEED}"


def _fill(cluster: Cluster, schema: str, calls: int) -> None:
    with cluster.connect(schema) as connection:
        connection.execute("SET work_mem = '256MB'")
        connection.execute("SELECT setseed(%s)", [SEED / 100_000])
        connection.execute(_SHAPE.replace("%(calls)s", str(calls)))
        for statement in _FILL:
            connection.execute(statement)


def _compared(program: Program, name: str, detail: str, question: dict[str, str], goal: str = GOAL) -> Result:
    """The median over paired rounds of: median time with many calls by median time with few."""
    ratios, times = [], {slug: [0.0] for slug in TOWNS}
    few, many = TOWNS
    for number in range(scaled(ROUNDS, at_least=3)):
        found = {}
        for slug in (few, many) if number % 2 else (many, few):
            found[slug] = program.ask(slug=slug, times=TIMES, **question)
            times[slug] += found[slug]
        ratios.append(median(found[many]) / median(found[few]))
    slow, fast = (median(times[slug][1:]) * 1000 for slug in (many, few))
    return Result(name, median(ratios), goal, f"median {slow:.1f} ms against {fast:.1f} ms, {detail}")
