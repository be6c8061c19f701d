"""The command line `manage`: starts the embedded database when needed and speaks in sentences."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

# Commands that may change roles and schemas, or act for the owner of the database. Everything else signs in as the
# role of the municipality it works for.
OWNER_COMMANDS = {
    "set_up_database",
    "open_municipality",
    "close_municipality",
    "migrate",
    "makemigrations",
    "run_provisioner",
    "load_demonstration",
}
WITHOUT_DATABASE = {"help", "version", "--help", "--version", "compilemessages", "makemessages", "collectstatic"}


def _complain(sentence: str) -> int:
    if "--json" in sys.argv:
        print(json.dumps({"error": sentence}, ensure_ascii=False), file=sys.stderr)  # noqa: T201
    else:
        print(sentence, file=sys.stderr)  # noqa: T201
    return 1


def main() -> None:
    """Runs one command; an error that people can do something about is one sentence and exit code 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command in OWNER_COMMANDS:
        os.environ["TENANT_DB_MODE"] = "owner"
    elif os.environ.get("TENANT_DB_MODE") == "owner":  # started by one of them, which does not pass its rights on
        del os.environ["TENANT_DB_MODE"]

    from config import environment
    from config.embedded.binaries import NoDatabasePrograms
    from config.embedded.server import UnableToStartDatabase

    try:
        if command not in WITHOUT_DATABASE:
            _start_database(command)
        from django.core.management import ManagementUtility

        # With --traceback Django lets errors through, and they are told below, without the name of their class.
        told_here = [] if command in WITHOUT_DATABASE else ["--traceback"]
        ManagementUtility([*sys.argv, *told_here]).execute()
    except (environment.UnusableSetting, UnableToStartDatabase, NoDatabasePrograms) as error:
        sys.exit(_complain(str(error)))
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if os.environ.get("SCT_TRACE") or not _is_expected(error):
            raise
        sys.exit(_complain(str(error)))


def _start_database(command: str) -> None:
    from config import database, environment

    if environment.text("DATABASE_URL"):
        return
    database.embedded().start()
    ready = environment.state_folder() / "postgres" / "set-up-with"
    if command != "set_up_database" and (not ready.exists() or ready.read_text() != _fingerprint()):
        done = subprocess.run([sys.executable, sys.argv[0], "set_up_database"], stdout=sys.stderr, check=False)
        if done.returncode:
            sys.exit(done.returncode)
        ready.write_text(_fingerprint())


def _fingerprint() -> str:
    """Changes when a migration or a rule of isolation changes: then the database is set up again."""
    root = Path(__file__).resolve().parents[2]
    files = sorted([*root.glob("*/*/migrations*/0*.py"), *root.glob("tenants/isolation/*.py")])
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _is_expected(error: Exception) -> bool:
    """Errors whose text was written for people, plus a database that does not answer."""
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError
    from django.db import OperationalError

    expected = OperationalError | ImproperlyConfigured | CommandError
    return isinstance(error, expected) or type(error).__name__.startswith("UnableTo")


if __name__ == "__main__":
    main()
