"""The database that `make run`, `make test` and `manage` start by themselves where DATABASE_URL is not set.

One cluster in one folder, reached only through a Unix socket. Nobody is trusted: the application's roles are let in by
peer authentication (the operating system vouches for the user), the two roles that may change the schema by password.
"""

import fcntl
import hashlib
import os
import pwd
import re
import secrets
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.embedded import binaries

SYSTEM_USER = "sct-postgres"
_MEANS_MORE = re.compile("[,'\"\\\\$`]")  # in a list of folders, and to the shell of pg_ctl
LONGEST_SOCKET_FOLDER = 90  # bytes; the kernel allows 107 for the whole socket path

PG_HBA = """\
local all postgres scram-sha-256
local all app_owner scram-sha-256
local all all peer map=sct
"""

# The operating system's users that may come in, and as which database roles.
PG_IDENT = """\
sct {user} /^t_[0-9]{{6}}$
sct {user} app_web
sct {user} app_staff
sct {user} app_jobs
sct {user} app_backup
"""


class UnableToStartDatabase(Exception):
    """The embedded database does not start; the text is one sentence that says why and what to do."""


def _reason_in(log: Path) -> str:
    """The latest line of the server's log that says why it ended; what comes after it only says that it did."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    reasons = [line for line in lines if "FATAL:" in line or "PANIC:" in line]
    return (reasons or lines or [""])[-1].strip()


@dataclass(frozen=True)
class Embedded:
    """An embedded cluster below ``home``. ``durable=False`` is for tests only: it trades safety for speed."""

    home: Path
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.home / "postgres" / "data"

    @property
    def sockets(self) -> Path:
        """The socket's folder: below home, or one of our own where home's path is too long or would be read as several."""
        wanted = self.home / "run"
        if len(os.fsencode(wanted)) <= LONGEST_SOCKET_FOLDER and not _MEANS_MORE.search(str(wanted)):
            return wanted
        return Path(tempfile.gettempdir()) / f"sct-{hashlib.sha256(os.fsencode(wanted)).hexdigest()[:12]}"

    def secret(self, name: str) -> str:
        """A password kept in home/secrets, readable by this user only, made when first asked for."""
        path = self.home / "secrets" / name
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
        return path.read_text()

    def start(self) -> None:
        """Makes the cluster when there is none and starts it when it is down. Safe to call from many processes."""
        self.home.mkdir(parents=True, exist_ok=True)
        with self._one_at_a_time():
            if not (self.data / "PG_VERSION").exists():
                self._make()
            if not self.is_running():
                self._pg_ctl(
                    "start", "-w", "-t", "60", "-l", str(self.home / "postgres" / "log"), "-o", self._options()
                )

    def stop(self) -> None:
        """Stops the cluster, waiting for it; does nothing when it is down."""
        with self._one_at_a_time():
            if self.is_running():
                self._pg_ctl("stop", "-w", "-m", "fast")

    def is_running(self) -> bool:
        """Whether the server process of this cluster is alive."""
        if not (self.data / "PG_VERSION").exists():
            return False
        return self._run("pg_ctl", "-D", str(self.data), "status", check=False).returncode == 0

    def program(self, name: str) -> str:
        """The path of one of PostgreSQL's client programs, such as pg_dump."""
        return str(binaries.find() / name)

    # How it is made

    def _make(self) -> None:
        folder = self.home / "postgres"
        unfinished = folder / "data.unfinished"
        owner = self._server_user()
        folder.mkdir(parents=True, exist_ok=True)
        if owner:
            self._let_through(owner)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        self._refuse_old_programs()
        self._run("rm", "-rf", str(unfinished), program=False)
        with tempfile.NamedTemporaryFile("w", dir=folder, prefix="pw-") as password:
            password.write(self.secret("postgres"))
            password.flush()
            if owner:
                os.chown(password.name, owner.pw_uid, owner.pw_gid)
            self._run(
                "initdb", "-D", str(unfinished), "-U", "postgres", f"--pwfile={password.name}", "--auth=scram-sha-256",
                "-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--data-checksums",
                *(() if self.durable else ("--no-sync",)),
            )  # fmt: skip
        client = pwd.getpwuid(os.geteuid()).pw_name
        (unfinished / "pg_hba.conf").write_text(PG_HBA)
        (unfinished / "pg_ident.conf").write_text(PG_IDENT.format(user=client))
        unfinished.rename(self.data)  # last: a half-made cluster is never taken for a whole one

    def _refuse_old_programs(self) -> None:
        said = self._run("postgres", "--version").stdout
        major = re.search(r"\d+", said)
        if not major or int(major.group()) < binaries.OLDEST:
            raise UnableToStartDatabase(
                f"The programs in {binaries.find()} are {said.strip()}, and the embedded database needs "
                f"{binaries.OLDEST} or later: name others with SCT_PG_BIN, or a running PostgreSQL 15 to 18 with DATABASE_URL."
            )

    def _options(self) -> str:
        settings = {
            "listen_addresses": "''",
            "unix_socket_directories": f"'{self.sockets}'",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "max_connections": "120",
            "shared_buffers": "256MB",
            "max_wal_size": "2GB",
            "wal_compression": "on",
        }
        if not self.durable:
            settings |= {
                "fsync": "off",
                "synchronous_commit": "off",
                "full_page_writes": "off",
                "shared_buffers": "64MB",
            }
        folder = self.sockets
        folder.mkdir(mode=0o755, exist_ok=True)
        owner = self._server_user()
        if folder.stat().st_uid not in {os.geteuid(), owner.pw_uid if owner else os.geteuid()}:
            raise UnableToStartDatabase(f"{folder} belongs to somebody else: choose a shorter SCT_HOME.")
        if owner:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        return " ".join(f"-c {name}={value}" for name, value in settings.items())

    def _server_user(self) -> pwd.struct_passwd | None:
        """PostgreSQL refuses to run as root, so root lends it a system user of its own."""
        if os.geteuid() != 0:
            return None
        try:
            return pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            subprocess.run(
                ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER], check=True
            )
            return pwd.getpwnam(SYSTEM_USER)

    def _let_through(self, user: pwd.struct_passwd) -> None:
        """Opens our own folder, and only ours, so that the server's user can pass through it."""
        os.chmod(self.home, self.home.stat().st_mode | 0o011)  # noqa: S103  (passing through shows nothing)
        for parent in self.home.parents:
            mode = parent.stat()
            if not (mode.st_mode & 0o001 or (mode.st_uid == user.pw_uid and mode.st_mode & 0o100)):
                raise UnableToStartDatabase(
                    f"The database's system user “{user.pw_name}” cannot reach {self.home} because {parent} is closed "
                    "to others: set SCT_HOME to a folder outside it, such as /var/lib/sct."
                )

    def _bin(self) -> Path:
        found = binaries.find()
        if os.geteuid() != 0:
            return found
        return binaries.copy_for_another_user(found, self.home / "postgres" / "programs")

    def _pg_ctl(self, *arguments: str) -> None:
        result = self._run("pg_ctl", "-D", str(self.data), *arguments, check=False)
        if result.returncode:
            log = self.home / "postgres" / "log"
            raise UnableToStartDatabase(
                f"The embedded database did not {arguments[0]}: {_reason_in(log) or result.stderr.strip()} (its log: {log})"
            )

    def _run(
        self, name: str, *arguments: str, check: bool = True, program: bool = True
    ) -> subprocess.CompletedProcess[str]:
        owner = self._server_user()
        # Output goes to a file, not to a pipe: the server inherits it and would keep a pipe open for ever.
        with tempfile.TemporaryFile("w+") as output:
            result = subprocess.run(
                [str(self._bin() / name) if program else name, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                user=owner.pw_uid if owner else None,
                group=owner.pw_gid if owner else None,
                extra_groups=[] if owner else None,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
                start_new_session=True,  # Ctrl-C in the terminal must not reach the server before its clients
                text=True,
            )
            output.seek(0)
            said = output.read()
        if check and result.returncode:
            raise UnableToStartDatabase(f"{name} failed: {said.strip().splitlines()[-1] if said.strip() else '?'}")
        return subprocess.CompletedProcess(result.args, result.returncode, said, said)

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        with open(self.home / "lock", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
