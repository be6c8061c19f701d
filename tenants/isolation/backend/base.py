"""The database backend: every municipality's statements run as that municipality's own PostgreSQL role.

Built on django-tenants' backend, whose weakness it removes: a failed `SET search_path` there is swallowed and the next
query runs on the previous municipality's path. Here nothing is SET in login mode; the role, the search path and the
time zone travel as startup options of a connection that never serves anybody else.

TENANT_DB_MODE:
- login: each municipality is a LOGIN role, `session_user` tells whose connection it is (web, worker)
- role:  one login role and SET ROLE per municipality (fast unit tests only; not evidence of isolation)
- owner: the schema's owner with a search path (migrations, opening and closing; never the web)
"""

import select
import threading
import time
from collections import OrderedDict
from typing import Any

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base as django_postgresql
from django.db.backends.postgresql.operations import DatabaseOperations as PostgresqlOperations
from django.db.transaction import TransactionManagementError
from django_tenants.postgresql_backend import base as django_tenants
from django_tenants.utils import quote_schema_name

from tenants.isolation.rules import PUBLIC_SCHEMA, role_for


class WrongConnection(Exception):
    """A connection that does not belong to the active municipality: it was closed, nothing was run on it."""


class _OneStatement:
    """The extended protocol wherever there is a `;`, were it in a text: the server itself refuses a second statement after it.

    Without that byte there is no second statement, and the simple protocol is less work for the server: 6 % of a small request.
    """

    def _execute_send(self, query: Any, *, force_extended: bool = False, binary: bool | None = None) -> None:
        extended = force_extended or b";" in query.query
        super()._execute_send(query, force_extended=extended, binary=binary)  # type: ignore[misc]


class ClientBoundCursor(_OneStatement, django_postgresql.Cursor):  # type: ignore[name-defined]
    """Django's ordinary cursor, one statement at a time."""


class ServerBoundCursor(_OneStatement, django_postgresql.ServerBindingCursor):  # type: ignore[name-defined]
    """Django's server-binding cursor, one statement at a time."""


def _begin_reset(connection: psycopg.Connection[Any]) -> bool:
    """Asks the server to make a connection's session new; the answer is read by `_was_reset`, before the next use.

    Sent when a connection is put away, so that the server does it while nobody waits. By libpq itself: a cursor for this
    one statement would cost as much as the statement, in each request.
    """
    try:
        connection.autocommit = True
        connection.pgconn.send_query(b"DISCARD ALL")
    except psycopg.Error:
        return False
    return True


def _was_reset(connection: psycopg.Connection[Any]) -> bool:
    """Whether the session is new and the server still there; False when it did not say so, and then nobody may use it."""
    try:
        done = connection.pgconn.get_result()
        more = connection.pgconn.get_result()
        said_more = (
            select.poll()
        )  # after its answer an idle server is silent: more is its farewell, or the end of the line
        said_more.register(connection.pgconn.socket, select.POLLIN)
        return (
            done is not None
            and done.status == psycopg.pq.ExecStatus.COMMAND_OK
            and more is None
            and not said_more.poll(0)
        )
    except psycopg.Error:
        return False


class IdleConnections:
    """Idle signed-in connections of this process, keyed by role: never handed to another role."""

    def __init__(self, at_most: int, max_age_seconds: float) -> None:
        self._at_most = at_most
        self._max_age_seconds = max_age_seconds
        self._lock = threading.Lock()
        self._items: OrderedDict[int, tuple[str, float, psycopg.Connection[Any]]] = OrderedDict()

    def take(self, role: str) -> psycopg.Connection[Any] | None:
        """The latest idle connection of ``role``, its session made new, or None."""
        while True:
            with self._lock:
                found = next((number for number in reversed(self._items) if self._items[number][0] == role), None)
                if found is None:
                    return None
                _, since, connection = self._items.pop(found)
            if time.monotonic() - since <= self._max_age_seconds and not connection.closed and _was_reset(connection):
                return connection
            connection.close()

    def has(self, role: str) -> bool:
        """Whether a connection of ``role`` is idle; it may be gone, or of no use, when it is taken."""
        with self._lock:
            return any(item[0] == role for item in self._items.values())

    def keep(self, role: str, connection: psycopg.Connection[Any]) -> None:
        """Keeps ``connection`` for the next request of ``role``; the oldest one goes when there are too many."""
        if not _begin_reset(connection):
            connection.close()
            return
        with self._lock:
            self._items[id(connection)] = (role, time.monotonic(), connection)
            surplus = self._items.popitem(last=False)[1][2] if len(self._items) > self._at_most else None
        if surplus is not None:
            surplus.close()

    def close_all(self) -> None:
        """Closes every idle connection (a test database is about to be dropped, a process to fork)."""
        with self._lock:
            items, self._items = list(self._items.values()), OrderedDict()
        for _, _, connection in items:
            connection.close()


IDLE = IdleConnections(settings.TENANT_DB_MAX_IDLE, settings.TENANT_DB_MAX_AGE)


class DatabaseOperations(PostgresqlOperations):
    """Foreign keys are checked at once: DEFERRABLE ones cannot be distributed."""

    def deferrable_sql(self) -> str:
        return ""


class DatabaseWrapper(django_tenants.DatabaseWrapper):
    """See the module's text."""

    ops_class = DatabaseOperations

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.public_role = "app_web"
        self.mode = settings.TENANT_DB_MODE
        super().__init__(*args, **kwargs)

    @property
    def role(self) -> str:
        """The PostgreSQL role that the active municipality's (or the public site's) statements must run as."""
        return role_for(str(self.schema_name), self.public_role)

    # Choosing whom we work for

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        public_role = getattr(tenant, "public_role", "app_web")
        wanted = (tenant.schema_name, public_role, include_public)
        if wanted == (self.schema_name, self.public_role, self.include_public_schema):
            self.tenant = tenant
            return
        if self.mode == "login" and self.connection is not None:
            if self.in_atomic_block:
                raise TransactionManagementError("tenant switch inside a transaction")
            self.close()
        self.public_role = public_role
        super().set_tenant(tenant, include_public)

    # Opening and closing connections

    def get_connection_params(self) -> dict[str, Any]:
        """What a new connection needs; only whose it is, when one of this role is idle: the rest is put together for nothing."""
        if self.mode == "login" and IDLE.has(self.role):
            return {"user": self.role}
        return self._whole_connection_params()

    def _whole_connection_params(self) -> dict[str, Any]:
        parameters: dict[str, Any] = super().get_connection_params()
        if parameters.get("pool"):
            raise ImproperlyConfigured("The database pool would mix municipalities: remove OPTIONS['pool'].")
        if self.mode == "owner":
            return parameters
        server_side = self.settings_dict["OPTIONS"].get("server_side_binding") is True
        parameters["cursor_factory"] = ServerBoundCursor if server_side else ClientBoundCursor
        if self.mode == "login":
            role = self.role
            parameters["user"] = role
            if self.settings_dict.get("PASSWORD"):
                parameters["password"] = settings.ROLE_PASSWORD(role)
            # Startup options win over ALTER ROLE ... SET, which a role may do to itself.
            path = ",".join(self._get_cursor_search_paths())
            parameters["options"] = (
                f"-c search_path={path} -c TimeZone={self.timezone_name} -c statement_timeout={settings.STATEMENT_TIMEOUT}"
            )
        return parameters

    def get_new_connection(self, conn_params: dict[str, Any]) -> psycopg.Connection[Any]:
        if self.mode != "login":
            fresh: psycopg.Connection[Any] = super().get_new_connection(conn_params)
            return fresh
        connection = IDLE.take(conn_params["user"])
        if connection is None:  # also when another thread was quicker, or the idle one was of no use any more
            connection = super().get_new_connection(self._whole_connection_params())
        if not self._is_own(connection):
            connection.close()
            raise WrongConnection("connection does not belong to the active municipality")
        return connection

    def _is_own(self, connection: psycopg.Connection[Any]) -> bool:
        """Whether a connection is signed in as the active municipality. Asked at every cursor: by libpq itself, which knows."""
        return bool(connection.pgconn.user == self.role.encode())

    def init_connection_state(self) -> None:
        self._setting_search_path = True  # Django opens a cursor here: the path is already right
        try:
            super().init_connection_state()
        finally:
            self._setting_search_path = False

    def _close(self) -> None:
        connection = self.connection
        idle = psycopg.pq.TransactionStatus.IDLE
        if (
            self.mode == "login"
            and connection is not None
            and not connection.closed
            and connection.pgconn.transaction_status == idle
            and not self.errors_occurred
        ):
            IDLE.keep(connection.info.user, connection)
            return
        super()._close()

    # The path of a statement

    def _handle_search_path(self, cursor: Any = None) -> None:
        if self.mode == "owner":
            super()._handle_search_path(cursor)
            return
        if self.mode == "login":
            if self.connection is not None and not self._is_own(self.connection):
                self.connection.close()
                raise WrongConnection("connection does not belong to the active municipality")
            return
        wanted = (self.schema_name, self.public_role)
        if self._setting_search_path or self.search_path_set_schemas == wanted:
            return
        if self.connection.info.transaction_status == psycopg.pq.TransactionStatus.INERROR:
            return  # only ROLLBACK can succeed now, and it forgets the path
        self._become(",".join(quote_schema_name(name) for name in self._get_cursor_search_paths()))
        self.search_path_set_schemas = wanted

    def _become(self, path: str) -> None:
        """Role mode: become the municipality's role, or close the connection."""
        statement = f"SET ROLE {quote_schema_name(self.role)}; SET search_path = {path}"
        self._setting_search_path = True
        try:
            with self.wrap_database_errors, psycopg.ClientCursor(self.connection) as cursor:
                cursor.execute(statement)
        except Exception:
            self.needs_rollback = self.in_atomic_block
            if self.connection is not None:
                self.connection.close()
            raise
        finally:
            self._setting_search_path = False

    def _get_cursor_search_paths(self) -> list[str]:
        if self.schema_name == PUBLIC_SCHEMA:
            return [PUBLIC_SCHEMA]
        return [str(self.schema_name), PUBLIC_SCHEMA]
