"""Opens what was applied for, as the provisioner does."""

import time

import django

django.setup()

from bench.processes.answering import answer_questions  # noqa: E402
from tenants.directory.models import Municipality  # noqa: E402
from tenants.isolation.context import connection  # noqa: E402
from tenants.opening.actions import open_application  # noqa: E402
from tenants.opening.models import Application  # noqa: E402


def _open(*, ine_code: str, slug: str) -> float:
    """Seconds from an application that waits to one that is open."""
    connection.set_schema_to_public()
    # There are more municipalities here than codes: an earlier one of the same place is taken for another.
    Municipality.objects.filter(ine_code=ine_code).update(ine_code="00000")
    asked = Application.objects.create(
        ine_code=ine_code, slug=slug, name=slug, language="es", state=Application.State.OPENING
    )
    started = time.perf_counter()
    open_application(application_id=asked.pk)
    seconds = time.perf_counter() - started
    asked.refresh_from_db()
    assert asked.state == Application.State.OPEN, asked.trouble
    return seconds


if __name__ == "__main__":
    answer_questions(_open)
