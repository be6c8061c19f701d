"""What tests use besides fixtures."""

import os
import subprocess
import sys
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from django.conf import settings
from django.test import Client

from kit.periods import Period, days_period

PASSWORD = "una contrasenya prou llarga"


def day_period(day: date, zone: ZoneInfo) -> Period:
    """One whole local day."""
    return days_period(day, day + timedelta(days=1), zone)


def manage(*arguments: str, check: bool = True, **environment: str) -> Any:
    """Runs `manage` in a process of its own, as a person would; gives the finished process."""
    done = subprocess.run(
        [sys.executable, "-m", "config.manage", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if check and done.returncode:
        raise AssertionError(f"manage {' '.join(arguments)}: {done.stderr[-2000:]}")
    return done


def owner_connection() -> Any:
    """A connection of the schema's owner, for arranging and for looking at what is really stored."""
    where = settings.DATABASES["default"]
    return psycopg.connect(
        host=where["HOST"],
        port=where["PORT"] or None,
        dbname=where["NAME"],
        user="app_owner",
        password=settings.ROLE_PASSWORD("app_owner"),
        autocommit=True,
    )


def superuser_connection(dbname: str = "") -> Any:
    """A connection of the server's superuser, for what only the server sees."""
    from config import database

    where = database.server()
    return psycopg.connect(
        host=where.host,
        port=where.port or None,
        dbname=dbname or where.name,
        user=where.superuser,
        password=where.superuser_password,
        autocommit=True,
    )


def sign_in(client: Client, person: Any, password: str = PASSWORD) -> None:
    """Signs in through the form, as people do."""
    response = client.post("/account/login/", {"login": person.email, "password": password})
    assert response.status_code == 302, response.content.decode()[:2000]
