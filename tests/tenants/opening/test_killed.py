"""Opening and closing killed with -9 at every step: nothing half is left, and the same command again ends right."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from support import manage, owner_connection

from callhub.departments.models import Department
from reporting.public.actions import publish
from reporting.public.models import PublicCount
from reporting.public.queries import public_board
from tenants.directory.models import Municipality
from tenants.directory.queries import forget_hosts
from tenants.isolation.context import PUBLIC_SITE, connection, inside

PROGRAM = Path(__file__).with_name("dying_program.py")


def _is_killed(*arguments: str) -> bool:
    done = subprocess.run(
        [sys.executable, str(PROGRAM), *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr[-1500:]
    return done.returncode != 0


def _schemas_and_roles() -> set[tuple[str, str]]:
    with owner_connection() as owner:
        return set(
            owner.execute(
                "SELECT 'schema', nspname::text FROM pg_namespace WHERE nspname ~ '^t_[0-9]{6}$' UNION ALL "
                "SELECT 'role', rolname::text FROM pg_roles WHERE rolname ~ '^t_[0-9]{6}$'"
            ).fetchall()
        )


@pytest.mark.parametrize("point", ["the schema is made", "the role is made", "everything but the address is made"])
def test_a_killed_opening_leaves_nothing_and_can_be_done_again(towns, point):
    slug = "mort-" + "".join(word[0] for word in point.split())
    before = _schemas_and_roles()
    assert _is_killed("open", slug, point)
    assert _schemas_and_roles() == before
    assert not Municipality.objects.filter(slug=slug).exists()
    with owner_connection() as owner:
        assert not owner.execute("SELECT 1 FROM audit_auditentry WHERE details->>'slug' = %s", [slug]).fetchone()
    schema = json.loads(manage("open_municipality", "--ine", "17079", "--slug", slug, "--json").stdout)["schema"]
    assert _schemas_and_roles() - before == {("schema", schema), ("role", schema)}


POINTS = [
    "the service has ended",
    "sessions have ended",
    "some tables are exported",
    "the export is there",
    "schema and role are dropped",
]


@pytest.fixture
def leaving(towns, request) -> Iterator[Municipality]:
    """A town with a department, published figures and an upload that waits."""
    slug = "marxa-" + str(POINTS.index(request.getfixturevalue("point")))
    manage("open_municipality", "--ine", "25120", "--slug", slug)  # citizens count once: Girona stays open above
    town = Municipality.objects.get(slug=slug)
    with inside(town):
        Department.objects.create(name="Padró", search_key="padro", description="kept")
        publish()
    uploads = Path(settings.UPLOADS) / town.schema_name
    uploads.mkdir(parents=True)
    (uploads / "file").write_text("612345678")
    yield town
    with owner_connection() as owner:  # the other tests count what is published
        owner.execute("DELETE FROM public.public_publiccount WHERE schema_name = %s", [town.schema_name])


def _answer(town: Municipality) -> int:
    forget_hosts()
    connection.set_tenant(PUBLIC_SITE)
    return Client(headers={"host": f"{town.slug}.localhost"}).get("/account/login/").status_code


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_closing_serves_nobody_loses_nothing_and_goes_on(leaving, tmp_path, point):
    town, folder = leaving, tmp_path / "export"
    covered = public_board().covered
    assert _answer(town) == 200
    assert _is_killed("close", town.slug, point, str(folder))
    town.refresh_from_db()
    assert town.state == Municipality.State.CLOSING
    assert _answer(town) == 410
    assert public_board().covered == covered - town.population
    with owner_connection() as owner:
        rows = owner.execute(f"SELECT description FROM {town.schema_name}.departments_department").fetchall()
        may_sign_in = owner.execute(
            "SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", [town.schema_name]
        ).fetchone()
    assert rows == [("kept",)]
    assert may_sign_in == (point == "the service has ended",)

    closed = json.loads(
        manage(
            "close_municipality", "--slug", town.slug, "--export-to", str(folder), "--reason", "test", "--json"
        ).stdout
    )
    assert closed["tables"]["departments_department"] == 1
    assert "kept" in (folder / "departments_department.csv").read_text()
    assert json.loads((folder / "contents.json").read_text())["rows"] == closed["tables"]
    assert not folder.with_name("export.unfinished").exists()
    town.refresh_from_db()
    assert town.state == Municipality.State.CLOSED
    assert not {one for one in _schemas_and_roles() if one[1] == town.schema_name}
    assert not (Path(settings.UPLOADS) / town.schema_name).exists()
    assert _answer(town) == 410
    assert PublicCount.objects.filter(schema_name=town.schema_name).exists(), "published figures stay as history"
    assert public_board().covered == covered - town.population
    with owner_connection() as owner:
        verbs = owner.execute(
            "SELECT verb FROM audit_auditentry WHERE details->>'slug' = %s ORDER BY id", [town.slug]
        ).fetchall()
    assert verbs == [("open_municipality",), ("begin_closing",), ("close_municipality",)]


def test_a_folder_that_holds_something_else_is_refused_before_anything_changes(towns, tmp_path):
    (tmp_path / "letter").write_text("dear")
    done = manage(
        "close_municipality", "--slug", "arrecife", "--export-to", str(tmp_path), "--reason", "test", check=False
    )
    assert done.returncode == 1
    assert "not empty" in done.stderr
    assert Municipality.objects.get(slug="arrecife").state == Municipality.State.ACTIVE
