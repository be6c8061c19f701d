"""The same project on the stock backend of django-tenants, with connections that last: the reference."""

from config.settings import *  # noqa: F403
from config.settings import DATABASES, _connection

DATABASES["default"] = {**_connection("app_owner", "django_tenants.postgresql_backend"), "CONN_MAX_AGE": None}
TENANT_DB_MODE = "owner"
TENANT_URLCONF = "bench.urls"
