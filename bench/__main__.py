"""python -m bench [--only NAME]: measures, prints a table and keeps it in bench/latest.json."""

import argparse
import sys

from bench import dashboard, imports, isolation, opening, payments, public
from bench.cluster import UnableToMeasure, own_cluster, own_folder
from bench.results import SEED, Result, table, write

PARTS = {
    "opening": opening.measure,
    "opening-job": opening.measure_job,
    "isolation": isolation.measure,
    "public": public.measure,
    "import": imports.measure,
    "payments": payments.measure,
    "figures": dashboard.measure_figures,
    "dashboard": dashboard.measure_pages,
}
# On one cluster each; opening last, when what earlier runs removed is forgotten by the disk.
TOGETHER = (
    ["isolation"],
    ["public"],
    ["import"],
    ["payments"],
    ["figures", "dashboard"],
    ["opening"],
    ["opening-job"],
)


def main() -> int:
    """Runs the parts; code 1 when a ratio does not keep to its goal or could not be measured."""
    arguments = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    arguments.add_argument("--only", choices=sorted(PARTS), help="one part")
    only = arguments.parse_args().only
    results: list[Result] = []
    print(f"seed {SEED}; every ratio against a reference of the same run")
    failed = False
    with own_folder() as folder:
        for names in [[only]] if only else TOGETHER:
            with own_cluster(folder) as cluster:
                for name in names:
                    try:
                        for result in PARTS[name](cluster):
                            results.append(result)
                            print(table([result]), flush=True)
                    except UnableToMeasure as error:
                        failed = True
                        print(f"{name}: {error}", file=sys.stderr)
    write(results, [only] if only else PARTS, PARTS)
    return 0 if not failed and all(result.holds for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
