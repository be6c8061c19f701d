"""T07 and T08: many threads, many towns, cancelled and killed connections: no read of another town.

The same fuzz on stock django-tenants must be caught by counted wrong reads, which shows that this test can fail.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).with_name("fuzz_program.py")


def _fuzz(engine: str, seconds: int, *more: str) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, str(PROGRAM), engine, str(seconds), *more],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


def test_no_thread_ever_reads_or_writes_another_towns_rows(towns):
    counted = _fuzz("tenants.isolation.backend", 12)
    assert counted["reads"] > 500
    assert counted["disturbed"] > 20
    assert counted["wrong_reads"] == 0
    assert counted["wrong_writes"] == 0


def test_the_stock_backend_is_caught_by_wrong_reads(towns):
    assert _fuzz("django_tenants.postgresql_backend", 120, "until-wrong")["wrong_reads"] > 0
