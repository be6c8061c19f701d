"""Opens municipalities as the product does."""

import time

import django

django.setup()

from bench.processes.answering import answer_questions  # noqa: E402
from tenants.audit.actions import actor_of_command  # noqa: E402
from tenants.opening.actions import open_municipality  # noqa: E402


def _open(*, ine_code: str, slug: str) -> float:
    """Seconds of one opening, script look-up included."""
    started = time.perf_counter()
    open_municipality(ine_code=ine_code, slug=slug, by=actor_of_command(), reason="benchmark")
    return time.perf_counter() - started


if __name__ == "__main__":
    answer_questions(_open)
