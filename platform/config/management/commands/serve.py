"""What `make run` starts: database, demonstration, web, worker and provisioner, until Ctrl-C."""

import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config import database, environment
from config.manage import start_database
from tenants.isolation.checks import too_many_connections

_ANOTHER_PORT = 8100


class Command(BaseCommand):
    help = "Starts everything on this machine; Ctrl-C stops it."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        with self._alone():
            self._refuse_taken_port(settings.PORT, "PORT")
            self._double_port = self._port_of_stripe_double()
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the database stops as after Ctrl-C
            try:
                code = self._run()
            finally:
                if not environment.text("DATABASE_URL"):
                    database.embedded().stop()
        self.stdout.write("Stopped.")
        if code not in {0, 130, 143, -signal.SIGINT}:  # 130 and 143: somebody stopped it
            raise CommandError(f"A process ended with code {code}: see the lines above.")

    def _run(self) -> int:
        demonstration = self._is_demonstration()
        surroundings = {
            **os.environ,
            "SCT_DEMONSTRATION": "1" if demonstration else "0",
            "PORT": str(settings.PORT),
            "SCT_EXPECT_WORKERS": "1",
        }
        start_database("serve")
        if environment.text("DATABASE_URL"):
            self._manage("set_up_database", surroundings)
        self._refuse_too_many_connections()
        if demonstration and not self._is_loaded():
            self._manage("load_demonstration", surroundings)
            self._loaded_mark().touch()
        self._say_addresses(demonstration)
        return self._processes(surroundings)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One `serve` for one SCT_HOME: a second one would stop the database under the first. Ends with the process."""
        home = Path(settings.SCT_HOME)
        home.mkdir(parents=True, exist_ok=True)
        with (home / "serve.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise CommandError(
                    f"SCT runs already with its state in {home}: stop it, or choose another folder with SCT_HOME."
                ) from error
            yield

    def _refuse_taken_port(self, port: int, name: str) -> None:
        """Raises CommandError; ``name`` is the setting that chooses another."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except PermissionError as error:
                raise CommandError(
                    f"Only root may use port {port}: choose another with {name}={_ANOTHER_PORT} make run."
                ) from error
            except OSError as error:
                raise CommandError(
                    f"Port {port} is taken by another program: stop it, or choose another with {name}={_ANOTHER_PORT} make run."
                ) from error

    def _port_of_stripe_double(self) -> int:
        """The port that was chosen for the stand-in, or the usual one; where another program has that, any: nobody types it."""
        if not self._has_stripe_double():
            return 0
        if environment.text("STRIPE_DOUBLE_PORT"):
            self._refuse_taken_port(settings.STRIPE_DOUBLE_PORT, "STRIPE_DOUBLE_PORT")
            return settings.STRIPE_DOUBLE_PORT
        try:
            self._refuse_taken_port(settings.STRIPE_DOUBLE_PORT, "")
        except CommandError:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                return int(probe.getsockname()[1])
        return settings.STRIPE_DOUBLE_PORT

    def _refuse_too_many_connections(self) -> None:
        for trouble in too_many_connections():
            raise CommandError(f"{trouble.msg} {trouble.hint}")

    def _is_demonstration(self) -> bool:
        return environment.flag("SCT_DEMONSTRATION", default=not settings.SECURE)

    def _has_stripe_double(self) -> bool:
        return self._is_demonstration() and not settings.STRIPE_API_KEY

    def _loaded_mark(self) -> Path:
        return Path(settings.SCT_HOME) / "demonstration-is-loaded"

    def _is_loaded(self) -> bool:
        """The embedded database lives in the same folder as the mark; one of somebody else's is asked each time."""
        return self._loaded_mark().exists() and not environment.text("DATABASE_URL")

    def _manage(self, command: str, surroundings: dict[str, str]) -> None:
        done = subprocess.run([sys.executable, sys.argv[0], command], env=surroundings, check=False)
        if done.returncode:
            raise CommandError(
                f"“manage {command}” did not finish: see the line above. Running again goes on from there."
            )

    def _processes(self, surroundings: dict[str, str]) -> int:
        """Nobody but the set-up needs the superuser; the Procfile keeps the owner's key from web and worker."""
        surroundings = {**surroundings, "DATABASE_URL": database.url_without_credentials()}
        with self._stripe_double(surroundings) as surroundings, subprocess.Popen(
            [sys.executable, "-m", "honcho", "-f", str(settings.ROOT / "Procfile"), "-d", str(settings.ROOT),
             "start", "web", "worker", "provisioner"],
            env=surroundings,
        ) as processes:  # fmt: skip
            # Ctrl-C reaches honcho too; it stops its children and we wait for it. A polite kill is passed on.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, lambda *_: processes.terminate())
            return processes.wait()

    @contextmanager
    def _stripe_double(self, surroundings: dict[str, str]) -> Iterator[dict[str, str]]:
        """In demonstrations without a key of Stripe's, a stand-in takes the payments; it knows nothing of the database."""
        if not self._has_stripe_double():
            yield surroundings
            return
        told = {
            "STRIPE_WEBHOOK_SECRETS": f"whsec_{secrets.token_hex(24)}",
            "STRIPE_DOUBLE_PORT": str(self._double_port),  # each process gets another PORT from honcho
        }
        needed = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        with subprocess.Popen(
            [sys.executable, "-m", "billing.payments.double", "--port", str(self._double_port),
             "--state", str(Path(settings.SCT_HOME) / "stripe-double.json"),
             "--webhook", f"http://127.0.0.1:{settings.PORT}/stripe/webhook", "--host", settings.BASE_HOST],
            env={**needed, **told}, cwd=settings.ROOT, start_new_session=True,
        ) as double:  # fmt: skip
            try:
                yield {**surroundings, **told}
            finally:
                double.terminate()

    def _say_addresses(self, demonstration: bool) -> None:
        base = f"{settings.BASE_HOST}:{settings.PORT}"
        lines = ["", "SCT is starting. Stop it with Ctrl-C.", f"  Public pages     http://{base}/"]
        if demonstration:
            from config.demonstration.rules import SIGN_INS, TOWNS

            lines += [f"  {town.name:<16} http://{town.slug}.{base}/" for town in TOWNS]
            lines += [f"  Adtende's console http://consola.{base}/"]
            if not settings.STRIPE_API_KEY:
                lines += [f"  Payments (no money) http://localhost:{self._double_port}/"]
            lines += [
                "",
                "  Demonstration sign-ins (password in brackets):",
            ]
            lines += [f"    {person.email} ({person.password}) — {person.what}" for person in SIGN_INS]
        self.stdout.write("\n".join(lines) + "\n", ending="")
        self.stdout.flush()
