"""Every test runs on a real PostgreSQL with real roles: two municipalities, Caldes and Arrecife, and an outsider.

One cluster per test process, made in under a second, thrown away at the end. With DATABASE_URL a database of our own on
that server instead: roles are the server's, not the database's, so there it is one process and a server without municipalities.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
HOME = Path(os.environ.get("SCT_HOME") or tempfile.mkdtemp(prefix="sct-test-")) / WORKER
os.environ.update(
    SCT_HOME=str(HOME), SCT_TEST_DATABASE="1", SCT_DEMONSTRATION="0", DJANGO_SETTINGS_MODULE="config.settings"
)
os.environ.pop("TENANT_DB_MODE", None)
if os.environ.get("DATABASE_URL"):
    os.environ["DATABASE_URL"] = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/sct_test_{os.getpid()}"
# The browser's driver keeps an event loop in the thread of the tests, which Django takes for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

import django  # noqa: E402
import pytest  # noqa: E402
from django.test import Client  # noqa: E402
from support import PASSWORD, manage, owner_connection, sign_in, superuser_connection  # noqa: E402

pytest.register_assert_rewrite("fixtures.samples")  # a plugin of those tests that also import from it


def _only_hands_out_work(config: pytest.Config) -> bool:
    """The process that starts the others runs no test and needs no database."""
    return bool(getattr(config.option, "numprocesses", None)) and not hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    from config import database

    if _only_hands_out_work(config):
        # The others inherit our environment; each must choose a folder of its own before it reads the settings.
        os.environ.pop("DJANGO_SETTINGS_MODULE", None)
        os.environ["SCT_HOME"] = str(HOME.parent)
        return
    if os.environ.get("DATABASE_URL"):
        _refuse_used_server()
    else:
        database.embedded().start()
    django.setup()
    _make_passwords_cheap()


def _make_passwords_cheap() -> None:
    """Still argon2, with less work: no test asks how long a guess takes, and each sign-in would cost a tenth of a second."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 64, 1


def _refuse_used_server() -> None:
    if WORKER != "main":
        pytest.exit("With DATABASE_URL the tests run in one process: leave -n out.", returncode=2)
    with superuser_connection(dbname="postgres") as server:
        if server.execute("SELECT 1 FROM pg_roles WHERE rolname ~ '^t_[0-9]{6}$'").fetchone():
            pytest.exit("DATABASE_URL names a server with municipalities: tests need one without.", returncode=2)


def _leave_server() -> None:
    from config import database

    with superuser_connection(dbname="postgres") as server:
        server.execute(f"DROP DATABASE IF EXISTS {database.server().name} WITH (FORCE)")
        for (role,) in server.execute("SELECT rolname FROM pg_roles WHERE rolname ~ '^t_[0-9]{6}$'").fetchall():
            server.execute(f"DROP ROLE {role}")


def pytest_unconfigure(config: pytest.Config) -> None:
    from config import database

    if _only_hands_out_work(config):
        return
    if os.environ.get("DATABASE_URL"):
        _leave_server()
    elif (HOME / "postgres").exists():
        database.embedded().stop()


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """The database is prepared by the product's own command, not by Django's test runner."""
    manage("set_up_database")


def _open(slug: str, ine_code: str) -> Any:
    manage("open_municipality", "--ine", ine_code, "--slug", slug)
    from tenants.directory.models import Municipality

    return Municipality.objects.get(slug=slug)


@pytest.fixture(scope="session")
def towns(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """Caldes (Catalan) and Arrecife (Canary time), opened for real; access to the database is on for the session."""
    with django_db_blocker.unblock():
        yield {"caldes": _open("caldes", "08033"), "arrecife": _open("arrecife", "35004")}


@pytest.fixture(autouse=True)
def default_language() -> Iterator[None]:
    """A request leaves its language to the thread; the next test begins in the default one."""
    yield
    from django.utils import translation

    translation.deactivate()


@pytest.fixture
def caldes(towns: dict[str, Any]) -> Iterator[Any]:
    """The municipality under test; its tables are emptied afterwards."""
    yield towns["caldes"]
    _empty(towns["caldes"])


@pytest.fixture(scope="module")
def caldes_of_module(towns: dict[str, Any]) -> Iterator[Any]:
    """Caldes, filled once for all tests of a file; emptied after the last."""
    yield towns["caldes"]
    _empty(towns["caldes"])


@pytest.fixture
def arrecife(towns: dict[str, Any]) -> Iterator[Any]:
    """The other municipality, which must never be seen."""
    yield towns["arrecife"]
    _empty(towns["arrecife"])


CHILDREN_FIRST = (
    "account_emailconfirmation",
    "account_emailaddress",
    "mfa_authenticator",
    "usersessions_usersession",
    "departments_extension",
    "departments_contact",
    "pbx_importblock",
    "pbx_refusedrow",
    "pbx_rawrecord",
    "pbx_import",
)
PARENTS_LAST = ("pbx_pbx", "departments_department", "people_user")


def _empty(municipality: Any) -> None:
    from django.db import connection

    from tenants.isolation.context import PUBLIC_SITE

    connection.set_tenant(PUBLIC_SITE)
    connection.close()
    with owner_connection() as owner:
        found = owner.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename <> 'django_migrations'",
            [municipality.schema_name],
        ).fetchall()
        first = [name for name in CHILDREN_FIRST if (name,) in found]
        rest = [name for (name,) in found if name not in first and name not in PARENTS_LAST]
        for name in (*first, *rest, *PARENTS_LAST):  # DELETE is far quicker than TRUNCATE on small tables
            owner.execute(f"DELETE FROM {municipality.schema_name}.{name}")
        owner.execute("DELETE FROM public.public_publiccount WHERE schema_name = %s", [municipality.schema_name])
        owner.execute("DELETE FROM public.public_publication WHERE schema_name = %s", [municipality.schema_name])
        invoices = "(SELECT id FROM public.invoices_invoice WHERE schema_name = %s)"
        for table in ("standing", "chainrecord"):
            owner.execute(
                f"DELETE FROM public.invoices_{table} WHERE invoice_id IN {invoices}", [municipality.schema_name]
            )
        owner.execute("DELETE FROM public.invoices_invoice WHERE schema_name = %s", [municipality.schema_name])
        owner.execute("DELETE FROM public.directory_registeredline WHERE schema_name = %s", [municipality.schema_name])
        owner.execute("DELETE FROM public.directory_receptionnumber WHERE schema_name = %s", [municipality.schema_name])
        owner.execute("DELETE FROM public.plans_contract WHERE schema_name = %s", [municipality.schema_name])
        owner.execute("DELETE FROM public.plans_block WHERE schema_name = %s", [municipality.schema_name])
        owner.execute("DELETE FROM public.plans_wish WHERE schema_name = %s", [municipality.schema_name])
        owner.execute("DELETE FROM public.usage_foreseen WHERE schema_name = %s", [municipality.schema_name])
        owner.execute("DELETE FROM public.usage_closedmonth WHERE schema_name = %s", [municipality.schema_name])
        owner.execute("DELETE FROM public.limits")
        # What was asked for and no worker did would fail again and again in the worker of a later test.
        owner.execute("DELETE FROM public.procrastinate_jobs WHERE status = 'todo'")


@pytest.fixture
def browse() -> Callable[..., Client]:
    """browse("caldes") is a browser on Caldes' host, signed in as `person` when one is given."""

    def on(slug: str, person: Any = None) -> Client:
        from django.conf import settings

        host = settings.BASE_HOST if slug == "" else f"{slug}.{settings.BASE_HOST}"
        client = Client(headers={"host": host})
        if person is not None:
            sign_in(client, person)
        return client

    return on


@pytest.fixture
def person() -> Callable[..., Any]:
    """person(caldes, Role.SUPERVISOR) makes somebody of that municipality; None as town makes somebody of Adtende."""
    from tenants.isolation.context import CONSOLE, inside
    from tenants.people.models import User

    def make(town: Any, role: Any, email: str = "") -> Any:
        with inside(town or CONSOLE):
            return User.objects.create_user(
                email or f"{role.value.lower()}@example.org", PASSWORD, name=role.value.title(), role=role.value
            )

    return make


@pytest.fixture
def outsider(towns: dict[str, Any]) -> Iterator[Callable[..., Any]]:
    """outsider(Role.STAFF_AGENT) is somebody of Adtende: a sign-in of no municipality, gone afterwards."""
    from tenants.isolation.context import CONSOLE, inside
    from tenants.people.models import User

    made = []

    def make(role: Any, email: str = "") -> Any:
        with inside(CONSOLE):
            made.append(
                User.objects.create_user(
                    email or f"{role.value.lower()}@adtende.example", PASSWORD, name=role.value.title(), role=role.value
                )
            )
        return made[-1]

    yield make
    with owner_connection() as owner:
        keys = [one.pk for one in made]
        for table in ("account_emailaddress", "mfa_authenticator", "usersessions_usersession"):
            owner.execute(f"DELETE FROM public.{table} WHERE user_id = ANY(%s)", [keys])
        owner.execute("DELETE FROM public.people_user WHERE id = ANY(%s)", [keys])
        owner.execute("DELETE FROM public.limits")


@pytest.fixture
def anna(caldes: Any, browse: Callable[..., Client], person: Callable[..., Any], settings: Any) -> Client:
    """An administrator of Caldes who reads English, signed in with a password only: no second factor is asked for."""
    from tenants.people.rules import Role

    settings.SECOND_FACTOR_REQUIRED = False
    client = browse("caldes", person(caldes, Role.ADMINISTRATOR, "anna@example.org"))
    client.cookies["language"] = "en"
    return client
