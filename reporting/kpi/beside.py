"""Figures of a long import, computed while it goes on by a process of its own.

The import keeps one processor busy with telling calls; a second one would wait for it to end before counting them.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from tenants.isolation.context import connection

log = structlog.get_logger("sct.figures")
PROGRAM = "config.manage"


@contextmanager
def computing_beside() -> Iterator[None]:
    """Computes the active municipality's figures until the block ends. When it cannot, nothing is lost: the import's end computes all."""
    command = [sys.executable, "-m", PROGRAM, "compute_figures", "--municipality", connection.tenant.slug]
    try:
        beside = subprocess.Popen([*command, "--until-input-ends"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    except OSError:
        log.exception("no second process for figures could be started")
        yield
        return
    with beside:
        yield  # leaving closes its input, also when this process is killed, and waits for it
