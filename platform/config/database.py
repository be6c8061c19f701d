"""Which PostgreSQL this process talks to, and with which secrets."""

import hashlib
import hmac
import os
import secrets
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from config import environment
from config.embedded.server import Embedded

_FORM = "DATABASE_URL must look like postgres://user:password@host:port/name, and names a PostgreSQL 15 to 18."


@dataclass(frozen=True)
class Server:
    """Where the database is and how one signs in: peer on the embedded socket, password elsewhere."""

    host: str
    port: str
    name: str
    peer: bool
    superuser: str
    password_of_url: str = ""

    @property
    def superuser_password(self) -> str:
        """For the set-up. The embedded server's lies in a file that is read only here."""
        return embedded().secret(self.superuser) if self.peer else self.password_of_url


def embedded() -> Embedded:
    """The embedded cluster of this SCT_HOME."""
    return Embedded(environment.state_folder(), durable=not environment.flag("SCT_TEST_DATABASE", default=False))


@cache
def server() -> Server:
    """The server named by DATABASE_URL (postgres://superuser:password@host:port/name), else the embedded one."""
    url = environment.text("DATABASE_URL")
    if not url:
        here = embedded()
        return Server(str(here.sockets), "", "sct", True, "postgres")
    try:
        parts = urlsplit(url)
        port = parts.port or 5432
    except ValueError as error:
        raise environment.UnusableSetting(_FORM) from error
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise environment.UnusableSetting(_FORM)
    if parts.query:
        raise environment.UnusableSetting(
            f"DATABASE_URL ends in “?{parts.query}”, which is not read: tell PostgreSQL's programs by their own variables, "
            "such as PGSSLMODE=require."
        )
    return Server(
        parts.hostname or "localhost",
        str(port),
        unquote(parts.path.strip("/")),
        False,
        unquote(parts.username or "postgres"),
        unquote(parts.password or ""),
    )


def url_without_credentials() -> str:
    """DATABASE_URL for processes that sign in with roles of their own; empty where the embedded server is used."""
    if not environment.text("DATABASE_URL"):
        return ""
    where = server()
    host = f"[{where.host}]" if ":" in where.host else where.host
    return f"postgres://{host}:{where.port}/{quote(where.name)}"


def _key(name: str) -> bytes:
    """A 32-byte key: from the file named by SCT_<NAME>_FILE, else kept in the state folder.

    On somebody else's server only the set-up makes the owner's: one that is made elsewhere opens nothing.
    """
    chosen = environment.text(f"SCT_{name.upper()}_FILE")
    path = Path(chosen) if chosen else environment.state_folder() / "secrets" / name
    if not path.exists():
        if name == "owner_key" and not server().peer and sys.argv[1:2] != ["set_up_database"]:
            raise environment.UnusableSetting(
                f"The key of the database's owner is not here ({path} does not exist), and this command needs it: run it "
                "where the provisioner runs, or name the key's file with SCT_OWNER_KEY_FILE."
            )
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
    return path.read_bytes()


def role_password(role: str) -> str:
    """The password of a role of the application: HMAC-SHA256(key, role).

    The key of app_owner is another one, kept from the web and worker processes.
    """
    key = _key("owner_key") if role == "app_owner" else _key("role_key")
    return hmac.new(key, role.encode(), hashlib.sha256).hexdigest()


def secret_key() -> str:
    """Django's SECRET_KEY: SECRET_KEY of the environment, else kept in the state folder."""
    return environment.text("SECRET_KEY") or _key("django_key").hex()
