"""A PostgreSQL of a test's own that is reached like somebody else's server: over TCP, with passwords."""

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from support import manage

from config.embedded.server import Embedded


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Listening(Embedded):
    """A cluster that also listens on a port; only scram-sha-256 lets anybody in there."""

    port: int = field(default_factory=free_port)

    def _options(self) -> str:
        return f"{super()._options()} -c listen_addresses=127.0.0.1 -c port={self.port}"

    @property
    def rules(self) -> Path:
        """pg_hba.conf, which already asks for passwords on the socket."""
        return self.data / "pg_hba.conf"


class OtherServer:
    """A server, the environment with which the product uses it, and a folder of keys for that."""

    def __init__(self, folder: Path) -> None:
        self.cluster = Listening(folder / "server", durable=False)
        self.password = self.cluster.secret("postgres")
        self.url = f"postgres://postgres:{self.password}@127.0.0.1:{self.cluster.port}/sct"
        home = folder / "home"
        home.mkdir()
        self.environment = {"DATABASE_URL": self.url, "SCT_HOME": str(home)}

    def manage(self, *arguments: str, **more: Any) -> Any:
        """Runs `manage` on this server."""
        return manage(*arguments, **{**self.environment, **more})

    def restart(self) -> None:
        self.cluster.stop()
        self.cluster.start()

    def connect(self, user: str = "postgres", password: str = "", dbname: str = "sct") -> psycopg.Connection[Any]:
        """A connection over TCP; without a password the superuser's."""
        return psycopg.connect(
            host="127.0.0.1", port=self.cluster.port, dbname=dbname, user=user, password=password or self.password,
            autocommit=True,
        )  # fmt: skip

    def role_password(self, role: str) -> str:
        """What the product would sign in with."""
        import hashlib
        import hmac

        key = Path(self.environment["SCT_HOME"], "secrets", "owner_key" if role == "app_owner" else "role_key")
        return hmac.new(key.read_bytes(), role.encode(), hashlib.sha256).hexdigest()


@contextmanager
def other_server() -> Iterator[OtherServer]:
    """A fresh server, stopped and removed at the end."""
    with tempfile.TemporaryDirectory(prefix="sct-other-") as name:
        os.chmod(name, 0o711)
        server = OtherServer(Path(name))
        server.cluster.start()
        with server.cluster.rules.open("a") as file:
            file.write("host all all 127.0.0.1/32 scram-sha-256\n")
        server.restart()
        try:
            yield server
        finally:
            server.cluster.stop()
